"""The document in hand: what was read of it, and how much of it was proved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from drivers.model import ChipVerdict, Image, Light
from link.travel import RegisterQuery
from mrz.model import Mrz


class Assurance(Enum):
    """How far the document's genuineness was established. "Ran" and "proved" are never the same word."""

    MRZ_ONLY = "mrz_only"
    CHIP_REPORTED = "chip_reported"
    """The reader calls the chip genuine; this lane has not looked itself."""
    CHIP_PROVED = "chip_proved"


@dataclass(frozen=True, slots=True)
class TravelDocument:
    mrz: Mrz = field(repr=False)
    assurance: Assurance
    images: Mapping[Light, Image] = field(default_factory=dict, repr=False)
    """The page under each light, upright, as long as the crossing lasts; empty for a reader that sends only text."""
    chip: ChipVerdict = ChipVerdict.NOT_SUPPORTED


def query_of(document: TravelDocument, transaction: str, direction: str) -> RegisterQuery:
    """What the register is asked: this very document, for this very crossing and its way."""
    mrz = document.mrz
    return RegisterQuery(
        transaction=transaction,
        issuing_state=mrz.issuing_state,
        document_number=mrz.document_number,
        birth_date=mrz.birth_date.text,
        surname=mrz.surname,
        given_names=mrz.given_names,
        nationality=mrz.nationality,
        direction=direction,
    )
