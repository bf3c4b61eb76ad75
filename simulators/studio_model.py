"""What the engineer's page sends and is told. The words for people and faults are the scenario language's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from config.section import Section
from simulators.paced_time import FASTEST, SLOWEST

FAR_MM = 4000.0


class Pacing(Section):
    """Asks for another pace; what is left out stays."""

    speed: float | None = Field(default=None, ge=SLOWEST, le=FASTEST)
    paused: bool | None = None
    step_s: float | None = Field(default=None, gt=0, le=5.0, description="Pause, and let so much time pass.")


class Place(Section):
    """Where a body is to be; `y_mm` is across the lane, from its middle line."""

    x_mm: float = Field(ge=-FAR_MM, le=FAR_MM)
    y_mm: float | None = Field(default=None, ge=-FAR_MM, le=FAR_MM)


class Put(Section):
    """A thing on the floor."""

    kind: Literal["bag", "trolley"]
    x_mm: float = Field(ge=-FAR_MM, le=FAR_MM)


class Hand(Section):
    """What a traveller who is moved by hand does with the passport."""

    passport: Literal["lay", "take"]


class Traffic(Section):
    """Travellers who come by themselves."""

    per_hour: int = Field(ge=0, le=600, description="0: nobody.")
    unusual_percent: int = Field(default=30, ge=0, le=100, description="So many are anything but genuine.")


class NetworkCut(Section):
    """The network to the register."""

    cut: bool


class Rehearsal(Section):
    """What to do with the recording."""

    do: Literal["begin", "replay"]


class Accepted(Section):
    """The answer to everything that was begun."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class LaneNow:
    """What only the lane knows. `entries` are the page's so far: kind, seconds since it was opened, facts."""

    state: str
    why_closed: str
    modes: tuple[str, ...]
    transaction: str = ""
    step: str = ""
    steps_ms: Mapping[str, int] = field(default_factory=dict)
    outcome: str = ""
    reason: str = ""
    entries: tuple[tuple[str, float, str], ...] = field(default=(), repr=False)


class Card(Section):
    """One traveller of the deck."""

    id: str
    title: str
    group: Literal["clear", "document", "register", "face", "behaviour"]
    traveller: dict[str, Any]


class Preset(Section):
    """One thing of the fault panel: an event or a device's fault, in the scenario language."""

    id: str
    title: str
    words: str
    group: str
    event: dict[str, Any] | None = None
    fault: dict[str, Any] | None = None
    once: bool = False
    """It happens and is over; nothing is left to switch off."""


# --- what the page is told ------------------------------------------------------------------------------------


class CarriedShown(TypedDict):
    what: str
    ahead_mm: float
    beside_mm: float


class PersonShown(TypedDict):
    name: str
    x_mm: int
    y_mm: int
    carries: list[CarriedShown]
    height_mm: int
    by_hand: bool
    friend: bool
    covered: bool
    lies: bool
    artefact: str


class ThingShown(TypedDict):
    name: str
    x_mm: int
    y_mm: int


class FloorShown(TypedDict):
    """The gate from above. `seen`: x, y, kind of what the people sensors follow; `barriers`: the cut ones, as bits."""

    entry_permille: int
    exit_permille: int
    persons: list[PersonShown]
    things: list[ThingShown]
    seen: list[tuple[int, int, str]]
    page: bool
    barriers: int
    count: int | None
    confidence: int
    entry_clear: bool
    exit_clear: bool
    fire: bool
    illumination: float


class DoorsShown(TypedDict):
    entry: str
    exit: str
    fault: str
    emergency: bool
    permit_ms: int
    mains: bool
    passages_in: int
    passages_back: int
    tailgates: int


class LaneShown(TypedDict):
    state: str
    why_closed: str
    modes: list[str]
    transaction: str
    step: str
    steps_ms: dict[str, int]
    outcome: str
    reason: str


class ActiveShown(TypedDict):
    """Something that was begun and is not over; `on`: its moment has come."""

    id: str
    words: str
    on: bool


class TrafficShown(TypedDict):
    per_hour: int
    unusual_percent: int


class RecordingShown(TypedDict):
    travellers: int
    events: int
    crossings: int


class NowShown(TypedDict):
    """The event "now": all that changes."""

    at_s: float
    time: str
    speed: float
    paused: bool
    prompt: str
    lamp: str
    floor: FloorShown
    doors: DoorsShown
    lane: LaneShown
    officer: bool
    network_cut: bool
    waiting: list[str]
    traffic: TrafficShown
    active: list[ActiveShown]
    recording: RecordingShown


class LineShown(TypedDict):
    """The event "line" of the log."""

    at_s: float
    who: str
    what: str
    facts: str


class EndedShown(TypedDict):
    """The event "ended": a crossing was sealed."""

    transaction: str
    outcome: str
    reason: str
    total_ms: int
    steps_ms: dict[str, int]


class FixedShown(TypedDict):
    name: str
    seed: int
    wired: bool
    network: bool
    wires: dict[str, str]
    barriers_mm: list[int]


class SimulatorSnapshot(FixedShown):
    """All that the page needs to begin."""

    deck: list[Card]
    presets: list[Preset]
    now: NowShown
    lines: list[LineShown]
    ended: list[EndedShown]
