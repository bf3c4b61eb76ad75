"""An application for a visa, or to bind one to a new passport: its states, its questions, and what each is in words."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum


class ApplicationState(Enum):
    NEEDS_DOCUMENT = "needs_document"
    """The picture of the passport's page is missing."""
    NEEDS_PORTRAIT = "needs_portrait"
    """The portrait is missing or not good enough."""
    WAITING = "waiting"
    """An officer looks at it."""
    GRANTED = "granted"
    REFUSED = "refused"


OPEN = (ApplicationState.NEEDS_DOCUMENT, ApplicationState.NEEDS_PORTRAIT, ApplicationState.WAITING)
"""Not yet decided."""


class ZoneSource(Enum):
    """Where the document's fields come from."""

    PAGE = "page"
    TYPED = "typed"


class Comparison(Enum):
    """The uploaded portrait against the one in the document."""

    NOT_COMPARED = "not_compared"
    ALIKE = "alike"
    DIFFERS = "differs"
    UNCLEAR = "unclear"
    """The document's portrait cannot be used by a machine."""


class Question(Enum):
    """Why an officer has to look. None of them refuses by itself."""

    PORTRAIT_DIFFERS = "portrait_differs"
    PORTRAIT_UNCLEAR = "portrait_unclear"
    ZONE_TYPED = "zone_typed"
    DOCUMENT_EXPIRES = "document_expires"
    DOCUMENT_REPORTED = "document_reported"
    ALERT = "alert"
    NEAR_MATCH = "near_match"
    HOLDER_DIFFERS = "holder_differs"
    OVERLAPS = "overlaps"
    STAY_EXCEEDED = "stay_exceeded"
    OLD_DOCUMENT_NOT_SHOWN = "old_document_not_shown"
    NOT_AUTOMATIC = "not_automatic"
    """The authority has every application of this kind decided by an officer."""


WORDS = {
    ApplicationState.NEEDS_DOCUMENT: "Send a picture of your passport's page with the photograph.",
    ApplicationState.NEEDS_PORTRAIT: "Send a better picture of your face.",
    ApplicationState.WAITING: "An officer is looking at your application. You need not do anything.",
    ApplicationState.GRANTED: "Your visa is granted. It belongs to this passport; bring this passport.",
    ApplicationState.REFUSED: "Your application was refused.",
}

OPEN_TO_TRAVELLER = {
    Question.PORTRAIT_DIFFERS: "Your picture and the one in your passport look different.",
    Question.PORTRAIT_UNCLEAR: "The photograph in your passport cannot be seen well enough.",
    Question.ZONE_TYPED: "The passport's data were typed, not read from its page.",
    Question.DOCUMENT_EXPIRES: "Your passport ends before your journey does.",
    Question.OVERLAPS: "You have a visa for some of these days already.",
    Question.STAY_EXCEEDED: "With this journey you would stay longer than is allowed.",
    Question.HOLDER_DIFFERS: "The names or the birth date in the two passports differ.",
    Question.OLD_DOCUMENT_NOT_SHOWN: "Your old passport's page was not shown.",
}
"""What a traveller may be told of why it takes an officer; of the rest nothing is said, and nothing can be inferred."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose document it is, as its zone has it."""

    issuing_state: str = field(repr=False)
    document_number: str = field(repr=False)
    birth_date: str = field(repr=False)
    surname: str = field(repr=False)
    given_names: str = field(repr=False)
    nationality: str = field(repr=False)
    expires: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for."""

    valid_from: date
    valid_until: date
    entries: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded image, and how good it is, 0..1."""

    image: bytes = field(repr=False)
    quality: float | None = None


@dataclass(frozen=True, slots=True)
class Application:
    application: str
    party: str
    made_at: datetime
    state: ApplicationState
    holder: Holder = field(repr=False)
    terms: Terms
    zone: ZoneSource
    comparison: Comparison
    score: float | None = None
    questions: tuple[Question, ...] = ()
    replaces: str = ""
    """The record that is to be bound to this document; empty = a new visa is asked for."""
    decided_at: datetime | None = None
    decided_by: str = ""
    words: str = ""
    """The officer's, for the traveller."""
    record: str = ""

    def said(self) -> tuple[str, ...]:
        """What the traveller reads: the state, and why, as far as it may be said."""
        why = (OPEN_TO_TRAVELLER[each] for each in self.why())
        return (WORDS[self.state], *why, *([self.words] if self.words else []))

    def why(self) -> tuple[Question, ...]:
        """What takes an officer, as far as the traveller may be told."""
        waits = self.state is ApplicationState.WAITING
        return tuple(each for each in self.questions if each in OPEN_TO_TRAVELLER) if waits else ()
