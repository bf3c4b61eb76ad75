"""What the register finds, and what it refuses. Apart from the store, so that a gate need not load a database."""

from dataclasses import dataclass, field
from datetime import date

from link.travel import TravelState
from register.model import Visa


class EntryRefused(Exception):
    """The passage cannot be set against the record."""


class NoEntryLeft(EntryRefused):
    """Another gate was faster: the passage is kept as a conflict."""


class NotAdded(Exception):
    """A visa or an alert that does not fit what the register has: nothing was added."""

    def __init__(self, identity: str, field_name: str, problem: str) -> None:
        super().__init__(f"{identity}: the field '{field_name}' {problem}")
        self.identity = identity
        """The record's or the alert's opaque id."""
        self.sentence = f"the field '{field_name}' {problem}"


@dataclass(frozen=True, slots=True)
class Reference:
    """The portrait of a record, as gates compare with it."""

    image: bytes = field(default=b"", repr=False)
    captured_on: date | None = None
    quality: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A visa without its portrait, and how often it was used."""

    visa: Visa = field(repr=False)
    used: int
    stay_left: int | None = None
    """Days of stay left today; None = not limited, or not looked up."""

    @property
    def entries_left(self) -> int | None:
        return None if self.visa.entries is None else max(0, self.visa.entries - self.used)

    def state(self, today: date, direction: str = "entry") -> TravelState:
        """Who leaves needs no entry; one who has stayed too long is used up either way, and an officer sees to him."""
        visa = self.visa
        no_entry = direction == "entry" and self.entries_left == 0
        rules = (
            (visa.cancelled, TravelState.CANCELLED),
            (visa.suspended, TravelState.SUSPENDED),
            (not visa.synchronised, TravelState.NOT_SYNCHRONISED),
            (today > visa.valid_until, TravelState.EXPIRED),
            (today < visa.valid_from, TravelState.NOT_YET_VALID),
            (no_entry or self.stay_left == 0, TravelState.USED_UP),
        )
        return next((state for holds, state in rules if holds), TravelState.VALID)
