"""A lane: the devices of one gate, and what a crossing needs besides."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from config.schema import Limits, Policy
from drivers.model import LaneOrder
from drivers.protocols import Clock, Display, DocumentReader, FaceCamera, Officer, Panel, TravelRegister
from kiosk.calendar import Calendar
from kiosk.guard import GuardedDoors
from kiosk.measure import Measure
from kiosk.notices import Notices
from kiosk.offload import Offload
from kiosk.patience import Patience
from kiosk.tries import Tries


@dataclass(slots=True)
class Commands:
    """What was commanded of the lane and concerns the crossing that runs; cleared when the next one begins."""

    close_now: asyncio.Event = field(default_factory=asyncio.Event)
    let_out: asyncio.Event = field(default_factory=asyncio.Event)
    """Whoever is inside must get out now."""
    onward: LaneOrder | None = None
    """A supervisor's order: to the state side, and not back to the hall."""

    def clear(self) -> None:
        self.close_now.clear()
        self.let_out.clear()
        self.onward = None


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    direction: str
    """`entry` into the state or `exit` out of it: what the register is asked, and what it is told afterwards."""
    reader: DocumentReader = field(repr=False)
    camera: FaceCamera = field(repr=False)
    doors: GuardedDoors = field(repr=False)
    display: Display = field(repr=False)
    panel: Panel = field(repr=False)
    officer: Officer = field(repr=False)
    register: TravelRegister = field(repr=False)
    clock: Clock = field(repr=False)
    measure: Measure = field(repr=False)
    commit: Offload = field(repr=False)
    """For the journal's durable writes."""
    policy: Policy = field(repr=False)
    limits: Limits = field(repr=False)
    calendar: Calendar = field(repr=False)
    """Whether the time of day is to be believed."""
    notices: Notices = field(repr=False)
    commands: Commands = field(default_factory=Commands, repr=False)
    versions: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of what its records rest on, besides what each decision says itself: rules, thresholds, settings."""
    patience: Patience = field(default_factory=Patience, repr=False)
    tries: Tries = field(default_factory=Tries, repr=False)
    frame_age_s: float = 0.5
    """A frame older than this, by the lane's clock, is stale."""
