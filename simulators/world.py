"""The one truth that every simulated device looks at.

A scenario changes the world, never a simulator. One axis runs through the lane: the entry door's plane is at 0 mm, the
exit door's at CHAMBER_MM; the hall lies at negative x, the state side beyond the exit. Bodies do not pass closed
doors, and doors do not pass bodies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from drivers.model import Button, ChipVerdict, Image, Lamp, Light, Prompt
from simulators.species import Species

CHAMBER_MM = 1800.0
LANE_HALF_MM = 475.0
"""The walls of the chamber stand this far to either side of its middle line, y = 0."""
READER_MM = -600.0
BODY_HALF_DEPTH_MM = 180.0
SHOULDER_MM = 150.0
"""Nobody's middle comes nearer to a wall than this."""
BESIDE_MM = 200.0
"""Two who walk together keep so far to either side of the middle line."""
PASSABLE_PERMILLE = 500
"""A door leaf this far open lets a body through."""


class Luggage(Enum):
    """What people have with them; its shape is in simulators/shapes.py."""

    CABIN_CASE = "cabin_case"
    SUITCASE = "suitcase"
    BACKPACK = "backpack"
    HANDBAG = "handbag"
    DUFFEL = "duffel"
    TROLLEY = "trolley"
    LOADED_TROLLEY = "loaded_trolley"
    WHEELCHAIR = "wheelchair"
    HAT = "hat"


class Gaze(Enum):
    CAMERA = "camera"
    LEFT = "left"
    RIGHT = "right"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Carried:
    """A piece of luggage that goes where its owner goes, so far ahead of (or behind) and beside him."""

    what: Luggage
    ahead_mm: float = 0.0
    beside_mm: float = 0.0


@dataclass(slots=True)
class Person:
    """Somebody in or near the lane. `face` names a member of the cast (simulators/cast)."""

    name: str
    face: str = field(repr=False)
    x_mm: float = READER_MM - 1500.0
    y_mm: float = 0.0
    """Across the lane, from its middle line."""
    height_mm: int = 1700
    """Of the crown above the floor as this person stands, sits, or is carried."""
    gaze: Gaze = Gaze.CAMERA
    covered: bool = False
    """The lower half of the face is hidden by a hand or a scarf."""
    crawling: bool = False
    """On all fours, or lying on the floor along the lane."""
    seated: bool = False
    """In a wheelchair, which is among `carries`."""
    carried_by: str = ""
    """The name of whoever has this one on the arm: no feet on the floor, and it goes where the bearer goes."""
    carries: tuple[Carried, ...] = ()
    artefact: Species | None = None
    """What is held or worn before the face, showing `face`; the bearer stays hidden behind it."""


@dataclass(slots=True)
class Thing:
    """An object on the floor: a bag, a trolley, a forgotten coat. A box; `length_mm` lies along the lane."""

    name: str
    x_mm: float
    height_mm: int = 400
    y_mm: float = 0.0
    length_mm: float = 360.0
    width_mm: float = 240.0


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the lane with a name, for those who draw it."""

    name: str
    from_mm: float
    to_mm: float


ZONES = (
    Zone("hall", -3000.0, -900.0),
    Zone("reader", -900.0, -250.0),
    Zone("entry", -250.0, 250.0),
    Zone("chamber", 250.0, CHAMBER_MM - 250.0),
    Zone("exit", CHAMBER_MM - 250.0, CHAMBER_MM + 250.0),
    Zone("state_side", CHAMBER_MM + 250.0, CHAMBER_MM + 3000.0),
)
"""From the hall to the state side. `entry` and `exit` are the thresholds that a leaf does not close into."""


@dataclass(frozen=True, slots=True)
class Page:
    """What lies on the reader: how it looks under each light, and what its printed lines say."""

    images: Mapping[Light, Image] = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    chip: ChipVerdict = ChipVerdict.NOT_SUPPORTED
    """What a reader with an antenna would say of it."""


@dataclass(slots=True)
class World:
    persons: list[Person] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    page: Page | None = field(default=None, repr=False)
    prompt: Prompt = Prompt.CLOSED
    lamp: Lamp = Lamp.OFF
    pressed: list[Button] = field(default_factory=list)
    illumination: float = 1.0
    """Light on the chamber relative to a good day, 0.05..3."""

    # Doors: written by the door plant alone.
    entry_permille: int = 0
    exit_permille: int = 0

    # Inputs wired to the door controller.
    fire: bool = False
    emergency_button: bool = False
    key_switch: bool = False
    mains: bool = True
    sensor_healthy: bool = True
    sensor_offset: int = 0
    """People that the overhead sensor sees too many: shapes that are not there (or, negative, overlooks)."""
    barriers_stuck: int = 0
    """Light barriers that report a body though there is none, as bits."""
    barriers_dead: int = 0
    """Light barriers that report nothing any more, as bits."""
    antenna_failed: bool = False
    """The document reader's, for chips."""
    cabinet_open: bool = False
    """The enclosure's tamper contact."""

    def person(self, name: str) -> Person:
        return next(person for person in self.persons if person.name == name)

    def in_chamber(self) -> list[Person]:
        return [person for person in self.persons if 0.0 <= person.x_mm <= CHAMBER_MM]

    def move(self, person: Person, to_mm: float) -> bool:
        """Move as far towards `to_mm` as the doors allow; True when it got there."""
        x_mm = person.x_mm
        for plane_mm, permille in ((0.0, self.entry_permille), (CHAMBER_MM, self.exit_permille)):
            if permille >= PASSABLE_PERMILLE:
                continue
            stop = BODY_HALF_DEPTH_MM
            if x_mm < plane_mm < to_mm + stop:
                to_mm = min(to_mm, max(x_mm, plane_mm - stop))
            elif x_mm > plane_mm > to_mm - stop:
                to_mm = max(to_mm, min(x_mm, plane_mm + stop))
        wanted, person.x_mm = to_mm, to_mm
        for child in self.persons:
            if child.carried_by == person.name:
                child.x_mm += to_mm - x_mm
        return person.x_mm == wanted

    def place(self, person: Person, x_mm: float, y_mm: float) -> bool:
        """Drag a person there, as far as doors and walls allow; True when he got there."""
        side_mm = LANE_HALF_MM - SHOULDER_MM
        person.y_mm = max(-side_mm, min(side_mm, y_mm))
        return self.move(person, x_mm) and person.y_mm == y_mm and person.x_mm == x_mm
