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
    """No entry is left, or no day of stay."""
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    OTHER_DOCUMENT = "other_document"
    NEAR_MATCH = "near_match"
    """Somebody much alike, in name, birth date or number, has one: an officer looks, no gate grants."""
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
    direction: str = "entry"
    """`entry` or `exit`: who leaves needs no entry that is left."""


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
    portrait_captured_on: date | None = None
    portrait_quality: float | None = None
    """0..1, as it was judged when it was taken in; None = nobody has judged it."""
    valid_from: date | None = None
    valid_until: date | None = None
    entries_left: int | None = None
    """None = unlimited."""
    stay_days_left: int | None = None
    """Days that the holder may still stay when entering today; None = not limited by days."""
    restrictions: tuple[str, ...] = ()
    other_document_masked: str = field(default="", repr=False)
    """For OTHER_DOCUMENT: the linked number with all but its last two characters masked."""
    direction: str = "entry"
    """Which way the state holds for."""
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


class LostState(Enum):
    """What is known of a document itself, whoever lays it down (E8)."""

    NOT_REPORTED = "not_reported"
    LOST = "lost"
    STOLEN = "stolen"
    UNREACHABLE = "unreachable"
    NOT_SUPPORTED = "not_supported"
    """This register has no such list: recorded so, never as not reported."""


@dataclass(frozen=True, slots=True)
class LostAnswer:
    transaction: str
    state: LostState
    answered_at: datetime
    """When the list that this comes from was last confirmed; for a live answer, now."""


class UseState(Enum):
    """What the hall's ledger knows of this document's use at any of its lanes (E17)."""

    FREE = "free"
    IN_USE = "in_use"
    """A crossing with it goes on at another lane."""
    PASSED = "passed"
    """It passed at `UseAnswer.since`; whether that is too lately is the site's policy."""
    REFERRED = "referred"
    """An officer's desk has not cleared it since it was referred: no lane takes it."""
    UNREACHABLE = "unreachable"
    NOT_SUPPORTED = "not_supported"
    """This register keeps no ledger."""


@dataclass(frozen=True, slots=True)
class UseAnswer:
    transaction: str
    state: UseState
    answered_at: datetime
    since: datetime | None = None


class UseEnd(Enum):
    """How a crossing leaves its document in the ledger."""

    PASSED = "passed"
    REFERRED = "referred"
    """To the desk, which alone clears it."""
    FREE = "free"
    """It may be laid down again, here or at another lane."""


@dataclass(frozen=True, slots=True)
class UseEnded:
    transaction: str
    end: UseEnd
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class PassageClaim:
    """One passage to be recorded exactly once."""

    transaction: str
    record: str
    passed_at: datetime
    direction: str = "entry"
    """`entry` into the state, which uses an entry up, or `exit`, which does not."""
