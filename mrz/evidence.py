"""What is lawful in a zone and yet unusual for its issuer: evidence for an officer, never a reason to refuse."""

import re
from collections.abc import Iterator

from mrz.model import DocumentType, Mrz

GERMAN_NUMBER = re.compile(r"[CFGHJKLMNPRTVWXYZ0-9]+")
"""Germany's serial numbers have no vowels and none of B, D, Q, S: what could be misread is left out."""
DUTCH_NUMBER = re.compile(r"[A-NP-Z]{2}[A-NP-Z0-9]{6}[0-9]")
"""Two letters, six letters or digits, one digit; never the letter O."""


def unusual_fields(mrz: Mrz) -> frozenset[str]:
    """Names of the fields that this issuer does not usually print so."""
    return frozenset(_unusual(mrz))


def _unusual(mrz: Mrz) -> Iterator[str]:
    numbers = {"D": GERMAN_NUMBER, "NLD": DUTCH_NUMBER}
    usual = numbers.get(mrz.issuing_state)
    if usual and mrz.document_type in (DocumentType.TD1, DocumentType.TD3) and not usual.fullmatch(mrz.document_number):
        yield "document_number"
    if mrz.issuing_state == "NLD" and mrz.optional_data and not _is_citizen_service_number(mrz.optional_data):
        yield "optional_data"


def _is_citizen_service_number(text: str) -> bool:
    """Nine digits that pass the eleven test, as older Dutch passports print them."""
    if not (len(text) == 9 and text.isdigit()):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(digit) * weight for digit, weight in zip(text, weights, strict=True)) % 11 == 0
