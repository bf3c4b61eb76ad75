"""The register service's questions and answers as JSON (`/v1`). Personal fields never show in a repr."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from link.travel import LostState, TravelState, UseEnd, UseState, WatchlistState

Opaque = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
Nonce = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32,64}$")]
State = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}$")]
Number = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,22}$")]
BirthDate = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}|<<){3}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{0,100}$")]


class Word(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DocumentQuestion(Word):
    """`POST /v1/records/search`, `/v1/watchlist/search`, `/v1/documents/search`, `/v1/uses`: about one document."""

    transaction: Opaque
    nonce: Nonce
    issuing_state: State = Field(repr=False)
    document_number: Number = Field(repr=False)
    birth_date: BirthDate = Field(repr=False)
    """YYMMDD as printed, unknown parts `<<`."""
    surname: Name = Field(repr=False)
    given_names: Name = Field(repr=False)
    nationality: State = Field(repr=False)
    direction: Literal["entry", "exit"] = "entry"
    """Which way its holder goes: who leaves needs no entry that is left."""


class PassageReport(Word):
    """`POST /v1/passages`: the holder of a record passed; idempotent on the transaction."""

    transaction: Opaque
    nonce: Nonce
    record: Opaque
    passed_at: AwareDatetime
    direction: Literal["entry", "exit"] = "entry"


class UseEndReport(Word):
    """`POST /v1/uses/end`: how a crossing left its document; idempotent, and of no effect on a use never begun."""

    transaction: Opaque
    nonce: Nonce
    end: UseEnd
    ended_at: AwareDatetime


class SignedAnswer(Word):
    """Every answer: `payload` is JSON text, signed as it stands (`link/signing.py`)."""

    payload: str = Field(repr=False)
    key: str
    signature: str


class RecordAnswer(Word):
    """The `answer` of a statement whose purpose is `record`."""

    state: TravelState
    answered_at: datetime
    direction: Literal["entry", "exit"] = "entry"
    """Which way the state holds for, as it was asked."""
    record: str = ""
    issuing_state: str = Field(default="", repr=False)
    document_number: str = Field(default="", repr=False)
    surname: str = Field(default="", repr=False)
    given_names: str = Field(default="", repr=False)
    birth_date: str = Field(default="", repr=False)
    portrait: str = Field(default="", repr=False)
    """The encoded image in base64."""
    valid_from: date | None = None
    valid_until: date | None = None
    entries_left: int | None = None
    stay_days_left: int | None = None
    portrait_captured_on: date | None = None
    portrait_quality: float | None = None
    """0..1, as it was judged when it was taken in; None = nobody has judged it."""
    restrictions: tuple[str, ...] = ()
    other_document_masked: str = Field(default="", repr=False)


class WatchlistReply(Word):
    """The `answer` of a statement whose purpose is `watchlist`."""

    state: WatchlistState
    answered_at: datetime
    alert: str = ""
    hold: bool = False


class PassageReply(Word):
    """The `answer` of a statement whose purpose is `passage`. False: no entry was left, an officer must know."""

    consumed: bool


class LostReply(Word):
    """The `answer` of a statement whose purpose is `lost`: the document itself, whoever holds it."""

    state: LostState
    answered_at: datetime


class UseReply(Word):
    """The `answer` of a statement whose purpose is `use`: the hall's ledger, in which the use is now entered."""

    state: UseState
    answered_at: datetime
    since: datetime | None = None


class UseEndReply(Word):
    """The `answer` of a statement whose purpose is `use_end` and whose subject is the transaction."""

    ended_at: datetime
