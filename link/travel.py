"""What lane and register say to each other. Words, not the wire."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum


class TravelState(Enum):
    """What the register knows about a visa for the document it was asked about (E10)."""

    VALID = "valid"
    NONE = "none"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    USED_UP = "used_up"
    CANCELLED = "cancelled"
    OTHER_DOCUMENT = "other_document"
    SEVERAL = "several"
    NOT_SYNCHRONISED = "not_synchronised"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class RegisterQuery:
    """The document, as its MRZ names it. `transaction` binds the answer to the crossing that asked."""

    transaction: str
    issuing_state: str = field(repr=False)
    document_number: str = field(repr=False)
    birth_date: str = field(repr=False)
    """YYMMDD as printed, unknown parts `<`."""
    surname: str = field(repr=False)
    given_names: str = field(repr=False)
    nationality: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TravelRecord:
    """The register's answer. The portrait is the visa-linked one, as an encoded image in memory."""

    transaction: str
    state: TravelState
    answered_at: datetime
    record: str = ""
    """Opaque id of the visa; nothing about the person can be read from it."""
    issuing_state: str = field(default="", repr=False)
    document_number: str = field(default="", repr=False)
    surname: str = field(default="", repr=False)
    given_names: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    portrait: bytes = field(default=b"", repr=False)
    valid_from: date | None = None
    valid_until: date | None = None
    entries_left: int | None = None
    """None = unlimited."""
    restrictions: tuple[str, ...] = ()
    other_document_masked: str = field(default="", repr=False)
    """For OTHER_DOCUMENT: the linked number with all but its last two characters masked."""
    copied_at: datetime | None = None
    """When the register last confirmed the gate's own copy that this comes from; None = it answered itself."""


class WatchlistState(Enum):
    CLEAR = "clear"
    HIT = "hit"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class WatchlistAnswer:
    transaction: str
    state: WatchlistState
    answered_at: datetime
    alert: str = ""
    """Opaque id of the alert, for the named role only."""
    hold: bool = False
    """The alert's policy asks to hold instead of a normal-looking referral."""


@dataclass(frozen=True, slots=True)
class PassageClaim:
    """One passage to be recorded exactly once."""

    transaction: str
    record: str
    passed_at: datetime
