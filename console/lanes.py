"""The lanes as the console knows them now: what each last said, and the line to it. Pictures stay in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from link.console_words import SILENCE_S, Command, Doors, Introduction, Now, Reveal

KIND = "lane"


class KnownLane(BaseModel):
    """Who may introduce itself as this lane: whoever holds its key."""

    model_config = ConfigDict(frozen=True)

    name: str
    key: str = Field(repr=False)
    """Hexadecimal, 32 bytes."""


class Line(Protocol):
    """The connection to a lane."""

    def tell(self, word: Command | Reveal) -> None: ...


@dataclass(frozen=True, slots=True)
class Picture:
    transaction: str
    taken_ms: float
    jpeg: bytes = field(repr=False)


@dataclass(slots=True)
class Lane:
    name: str
    about: Introduction | None = None
    line: Line | None = field(default=None, repr=False)
    now: Now | None = None
    doors: Doors | None = None
    heard_at_s: float = 0.0
    """UTC seconds."""
    pictures: dict[str, Picture] = field(default_factory=dict, repr=False)

    def is_up(self, now_s: float) -> bool:
        return self.line is not None and now_s - self.heard_at_s < SILENCE_S

    @property
    def is_occupied(self) -> bool:
        """As far as was known when it was last heard."""
        return self.doors is not None and self.doors.persons != 0

    @property
    def transaction(self) -> str:
        return self.now.transaction if self.now else ""

    @property
    def rev(self) -> int:
        return self.now.rev if self.now else 0

    def put_picture(self, channel: str, picture: Picture) -> None:
        if picture.transaction == self.transaction:
            self.pictures[channel] = picture

    def say(self, now: Now) -> None:
        if now.transaction != self.transaction:
            self.pictures.clear()
        self.now = now

    def card(self, now_s: float) -> dict[str, Any]:
        """For the overview: nothing about the traveller's document or face."""
        said = self.now.model_dump(mode="json", exclude={"checks", "match", "document_masked"}) if self.now else None
        return {
            "lane": self.name,
            "up": self.is_up(now_s),
            "heard_ms_ago": round(1000 * (now_s - self.heard_at_s)) if self.heard_at_s else None,
            "direction": self.about.direction if self.about else "",
            "simulated": self.about.simulated if self.about else False,
            "software": self.about.software if self.about else "",
            "now": said,
            "doors": self.doors.model_dump(mode="json", exclude={"kind"}) if self.doors else None,
        }

    def detail(self) -> dict[str, Any]:
        """What only those who may see a case are shown."""
        if self.now is None:
            return {}
        return self.now.model_dump(mode="json", include={"checks", "match", "document_masked", "transaction", "rev"})


@dataclass(slots=True)
class Lanes:
    """All lanes that have a key here."""

    known: Callable[[], list[KnownLane]]
    lanes: dict[str, Lane] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for known in self.known():
            self.lanes.setdefault(known.name, Lane(known.name))

    def key_of(self, name: str) -> bytes | None:
        key = next((known.key for known in self.known() if known.name == name), None)
        if key is not None:
            self.lanes.setdefault(name, Lane(name))
        return bytes.fromhex(key) if key else None
