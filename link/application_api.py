"""Applications, decisions and the staff's questions as JSON (`/v1`). Personal fields never show in a repr."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from link.register_api import BirthDate, Name, Number, Opaque, State, Word
from link.staff import StaffRole
from link.travel import LostState, UseState

MAX_IMAGE = 5_600_000
"""Letters of base64: 4.2 million bytes."""
Image = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]+={0,2}$", min_length=40, max_length=MAX_IMAGE)]
Line = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9<]{30,44}$")]
Said = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,500}$")]
Reason = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{3,500}$")]
StaffName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,39}$")]
Password = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")]
MAX_TRAVELLERS = 8


class OneImage(Word):
    """`POST /v1/documents/read`, `POST /v1/portraits/check`: a JPEG, PNG, WebP or BMP in base64."""

    image: Image = Field(repr=False)


class DocumentRead(Word):
    """What was read of a page. Nothing of it is kept."""

    issuing_state: str = Field(repr=False)
    document_number: str = Field(repr=False)
    birth_date: str = Field(repr=False)
    surname: str = Field(repr=False)
    given_names: str = Field(repr=False)
    nationality: str = Field(repr=False)
    expires: date | None = Field(repr=False)


class PortraitChecked(Word):
    accepted: bool
    reasons: tuple[str, ...]
    """Plain sentences, the first to be mended first."""
    advice: tuple[str, ...] = ()
    """The same as keys, for pages in other languages."""
    quality: float


class TravellerAsks(Word):
    """One traveller of an application: the page's picture, or its lines; the portrait."""

    page: Image | None = Field(default=None, repr=False)
    lines: tuple[Line, ...] = Field(default=(), max_length=3, repr=False)
    portrait: Image | None = Field(default=None, repr=False)


class ApplicationRequest(Word):
    """`POST /v1/applications`: one journey of one to eight travellers, each with a document of his own."""

    travellers: tuple[TravellerAsks, ...] = Field(min_length=1, max_length=MAX_TRAVELLERS)
    valid_from: date
    valid_until: date
    entries: int | None = Field(default=1, ge=1, le=100)
    """None = as often as wanted."""


class PicturesSent(Word):
    """`POST /v1/parties/{party}/applications/{application}/pictures`: what was missing, or a better one."""

    page: Image | None = Field(default=None, repr=False)
    portrait: Image | None = Field(default=None, repr=False)


class RebindRequest(Word):
    """`POST /v1/parties/{party}/rebindings`: a visa of the party to a new passport, with both pages as proof."""

    record: Opaque
    new_page: Image = Field(repr=False)
    old_page: Image | None = Field(default=None, repr=False)
    """Without it an officer decides."""


class PassageTold(Word):
    passage: str
    direction: str
    passed_at: datetime
    gate: str


class VisaTold(Word):
    """A granted visa as its holder sees it."""

    record: str
    state: str
    valid_from: date
    valid_until: date
    entries_left: int | None
    stay_days_left: int | None
    document_masked: str
    passages: tuple[PassageTold, ...]


class ApplicationTold(Word):
    application: str
    state: str
    said: tuple[str, ...]
    """Plain sentences: the state, and why."""
    why: tuple[str, ...] = ()
    """The same reasons as keys, for pages in other languages."""
    words: str = ""
    """The officer's own."""
    first_name: str = Field(repr=False)
    document_masked: str
    valid_from: date
    valid_until: date
    portrait_reasons: tuple[str, ...] = ()
    """Why the portrait just sent was not taken."""
    portrait_advice: tuple[str, ...] = ()
    """The same as keys, for pages in other languages."""
    visa: VisaTold | None = None


class PartyTold(Word):
    """`access` is what the traveller comes back with; it is told once, to whoever applied."""

    party: str
    access: str = Field(default="", repr=False)
    applications: tuple[ApplicationTold, ...]


class ProofTold(Word):
    text: str
    """As it stands in the QR code (register/proofs.py)."""
    direction: str
    passed_at: datetime
    gate: str


class ProofAsked(Word):
    """`POST /v1/proofs/verify`; with number and birth date it is held against the document in hand."""

    text: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z $%*+./:-]{1,1000}$")]
    document_number: Number | None = Field(default=None, repr=False)
    birth_date: BirthDate | None = Field(default=None, repr=False)


class ProofVerified(Word):
    genuine: bool
    of_document: bool | None = None
    """None when no document was given."""
    direction: str = ""
    passed_at: datetime | None = None
    gate: str = ""
    issuing_state: str = ""


# --- the staff ----------------------------------------------------------------------------------------------


class SignIn(Word):
    name: StaffName
    password: Password = Field(repr=False)


class SignedIn(Word):
    token: str = Field(repr=False)
    roles: tuple[StaffRole, ...]
    permissions: tuple[str, ...]
    """What the roles may do, by which a page shows what there is to do; every question is checked by itself."""
    ends_at: datetime


class NewStaff(Word):
    name: StaffName
    password: Password = Field(repr=False)
    roles: tuple[StaffRole, ...] = Field(min_length=1, max_length=8)


class NewMachine(Word):
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    scopes: tuple[Literal["gate", "passages"], ...] = Field(min_length=1, max_length=2)
    ends_at: AwareDatetime | None = None


class StaffTold(Word):
    name: str
    roles: tuple[StaffRole, ...]
    disabled: bool


class MachineTold(Word):
    """A token of the database; the token itself is kept nowhere."""

    name: str
    scopes: tuple[str, ...]
    ends_at: datetime | None
    revoked: bool


class MachineToken(Word):
    """Told once."""

    token: str = Field(repr=False)


class Case(Word):
    """An application as an officer sees it."""

    application: str
    state: str
    made_at: datetime
    issuing_state: str = Field(repr=False)
    document_number: str = Field(repr=False)
    birth_date: str = Field(repr=False)
    surname: str = Field(repr=False)
    given_names: str = Field(repr=False)
    nationality: str = Field(repr=False)
    document_expires: date | None
    valid_from: date
    valid_until: date
    entries: int | None
    zone: str
    comparison: str
    score: float | None
    questions: tuple[str, ...]
    replaces: str
    decided_at: datetime | None
    decided_by: str
    record: str


class CaseInQueue(Word):
    """Nothing of the person: an officer opens a case to see it."""

    application: str
    made_at: datetime
    questions: tuple[str, ...]


class Decision(Word):
    decision: Literal["grant", "refuse"]
    accepts_portrait: bool = False
    """Both portraits were looked at, and are of one person."""
    words: Said = ""
    """For the traveller."""


class PersonQuestion(Word):
    """`POST /v1/persons/search`: by document, or by name and birth date; near matches too."""

    issuing_state: State | None = Field(default=None, repr=False)
    document_number: Number | None = Field(default=None, repr=False)
    birth_date: BirthDate | None = Field(default=None, repr=False)
    surname: Name = Field(default="", repr=False)
    given_names: Name = Field(default="", repr=False)


class PersonFound(Word):
    record: str
    match: str
    """`document`, `person`, or why it is only near (register/near.py)."""
    state: str
    issuing_state: str = Field(repr=False)
    document_number: str = Field(repr=False)
    birth_date: str = Field(repr=False)
    surname: str = Field(repr=False)
    given_names: str = Field(repr=False)
    nationality: str = Field(repr=False)
    valid_from: date
    valid_until: date
    entries_left: int | None
    stay_days_left: int | None


class PersonsFound(Word):
    persons: tuple[PersonFound, ...]


class DocumentNamed(Word):
    """One document, and why it is named."""

    issuing_state: State = Field(repr=False)
    document_number: Number = Field(repr=False)
    reason: Reason


class DocumentReport(DocumentNamed):
    """`POST /v1/documents/reports`; `not_reported` takes a report back."""

    state: Literal["lost", "stolen", "not_reported"]


class DocumentAsked(Word):
    """`POST /v1/documents/standing`: a document in an officer's hand."""

    issuing_state: State = Field(repr=False)
    document_number: Number = Field(repr=False)


class DocumentStanding(Word):
    """How a document stands, whoever holds it."""

    lost: LostState
    use: UseState
    """In the hall."""
    use_since: datetime | None = None


class Cleared(Word):
    referrals: int


class Because(Word):
    """Why an officer does it."""

    reason: Reason


class PassagesQuestion(Word):
    """`POST /v1/passages/search`: every entry and exit of a document's holder, and what is left of the stay."""

    issuing_state: State = Field(repr=False)
    document_number: Number = Field(repr=False)
    birth_date: BirthDate = Field(repr=False)


class PassagesFound(Word):
    passages: tuple[PassageTold, ...]
    days_used: int
    """In the 180 days that end today."""
    exits_missing: int


class AuditTold(Word):
    entry: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, str | int | float | bool | None]


class AuditFound(Word):
    entries: tuple[AuditTold, ...]
