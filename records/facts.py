"""What may be written down: small plain values, and none that is or looks like a traveller's data."""

import math
import re
from collections.abc import Mapping

from records.errors import FactRefused
from records.model import Fact, Facts

MAX_TEXT = 300
_MRZ_LIKE = re.compile(r"<<|(?=\d*[A-Z<])[A-Z0-9<]{20,}")  # a run of digits alone is part of a digest
_PERSONAL = frozenset({"surname", "given_names", "holder", "birth_date", "document_number", "portrait", "embedding"})


def checked(facts: Mapping[str, Fact]) -> Facts:
    """The facts sorted by name. Raises FactRefused, which names the fact and never its value."""
    for name, value in facts.items():
        fault = _fault(name, value)
        if fault:
            raise FactRefused(f"the fact '{name}' {fault}: leave it out, or give its keyed hash")
    return tuple(sorted(facts.items()))


def _fault(name: str, value: object) -> str:
    if name in _PERSONAL:
        return "names personal data"
    if isinstance(value, str):
        return _text_fault(value)
    if isinstance(value, float):
        return "" if math.isfinite(value) else "is not a finite number"
    if value is None or isinstance(value, int):
        return ""
    return f"is a {type(value).__name__}, not text, a number, a bool or None"


def _text_fault(text: str) -> str:
    if type(text) is not str:
        return "is a kind of text of its own, not plain text"
    if len(text) > MAX_TEXT:
        return f"is longer than {MAX_TEXT} characters"
    return "looks like a machine readable zone" if _MRZ_LIKE.search(text) else ""
