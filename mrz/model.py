"""What a machine readable zone says, and what a reader says of one. All frozen; nothing personal reaches a `repr`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import NamedTuple

from mrz.dates import MrzDate


class DocumentType(Enum):
    """The layouts of ICAO 9303 parts 4 to 7, and the French identity card of 1988 to 2021."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRVA = "MRVA"
    MRVB = "MRVB"
    IDFRA = "IDFRA"


class Sex(Enum):
    FEMALE = "F"
    MALE = "M"
    UNSPECIFIED = "<"


class CheckResult(Enum):
    PASS = "pass"  # noqa: S105  (a result, not a password)
    FAIL = "fail"
    ABSENT = "absent"
    """The layout has no such digit, or the field is blank and its digit is printed as a filler (9303-4 4.2.2)."""


class Span(NamedTuple):
    """Characters `start` up to, not including, `stop` of a line; all counted from 0."""

    line: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class CheckDigit:
    """One check digit: where it stands (None: the layout has none), what it covers in order, how it came out."""

    result: CheckResult
    at: Span | None = None
    covers: tuple[Span, ...] = ()


CHECK_DIGIT_NAMES = ("document_number", "birth_date", "expiry_date", "optional_data", "composite")


@dataclass(frozen=True, slots=True, kw_only=True)
class MrzFields:
    """What is printed, without fillers: what the writer is given. A filler inside a name is a space here."""

    document_code: str
    """One or two letters: P, PP, ID, AC, V."""
    issuing_state: str = field(repr=False)
    """A code of mrz/codes.py; Germany is `D`."""
    document_number: str = field(repr=False)
    """Whole, also where a long number runs over into the optional data (TD1, TD2)."""
    surname: str = field(repr=False)
    given_names: str = field(default="", repr=False)
    nationality: str = field(repr=False)
    sex: Sex = field(repr=False)
    birth_date: MrzDate = field(repr=False)
    expiry_date: MrzDate = field(repr=False)
    """For IDFRA, which prints none: worked out from the month of issue, the day unknown."""
    optional_data: str = field(default="", repr=False)
    """Inner and leading fillers kept as printed, trailing ones removed."""
    optional_data_2: str = field(default="", repr=False)
    """The second line's, TD1 only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mrz(MrzFields):
    """A zone that has passed the strict parser: grammar, codes, calendar and every check digit."""

    document_type: DocumentType
    name_may_be_truncated: bool = field(default=False, repr=False)
    """A letter stands in the last position of the name field (9303-4 4.2.3)."""
    check_digits: Mapping[str, CheckDigit] = field(default_factory=dict, compare=False)
    """One for each of CHECK_DIGIT_NAMES."""

    def is_expired(self, today: date) -> bool:
        """Whether any day that the printed expiry can mean lies before `today`; an unknown year counts as expired."""
        first = self.expiry_date.earliest
        return first is None or first < today

    def age_on(self, today: date) -> int | None:
        """Completed years, the fewest that the printed birth date allows; None when its year is unknown."""
        born = self.birth_date.latest
        if born is None:
            return None
        return max(0, today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


# --- what a reader answers ----------------------------------------------------------------------------------


class Verdict(Enum):
    ACCEPT = "accept"
    RESCAN = "rescan"
    REFER = "refer"


class RescanReason(Enum):
    """What the traveller can mend; keys of the traveller's screen."""

    UPSIDE_DOWN = "upside_down"
    NOT_FLAT = "not_flat"
    TOO_DARK = "too_dark"
    GLARE = "glare"
    OUT_OF_FRAME = "out_of_frame"
    NO_MRZ = "no_mrz"
    UNSURE = "unsure"


Quadrilateral = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Corners in pixels (x, y) of the image: top left, top right, bottom right, bottom left as the text runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MrzRead:
    """What was read of an image. `lines` is the unconstrained read; nothing in it has been repaired."""

    verdict: Verdict
    reason: RescanReason | None = None
    """Set for RESCAN alone."""
    document_type: DocumentType | None = None
    lines: tuple[str, ...] = field(default=(), repr=False)
    check_digits: Mapping[str, CheckDigit] = field(default_factory=dict)
    confidence: float = 0.0
    """0..1, of the whole read."""
    field_confidence: Mapping[str, float] = field(default_factory=dict)
    character_confidence: tuple[tuple[float, ...], ...] = field(default=(), repr=False)
    """One value in 0..1 for each character of `lines`."""
    constrained: tuple[str, ...] = field(default=(), repr=False)
    """The likeliest lines that meet grammar and check digits: evidence beside the read, never in its place."""
    quadrilateral: Quadrilateral | None = None
    """Where the zone lies in the image."""
    ms: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds for each stage."""
