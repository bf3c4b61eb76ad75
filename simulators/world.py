"""The one truth that every simulated device looks at.

A scenario changes the world, never a simulator. One axis runs through the lane: the entry door's plane is at 0 mm, the
exit door's at CHAMBER_MM; the hall lies at negative x, the state side beyond the exit. Bodies do not pass closed
doors, and doors do not pass bodies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from drivers.model import Button, Image, Lamp, Light, Prompt
from simulators.species import Species

CHAMBER_MM = 1800.0
READER_MM = -600.0
BODY_HALF_DEPTH_MM = 180.0
PASSABLE_PERMILLE = 500
"""A door leaf this far open lets a body through."""


class Gaze(Enum):
    CAMERA = "camera"
    LEFT = "left"
    RIGHT = "right"
    DOWN = "down"


@dataclass(slots=True)
class Person:
    """Somebody in or near the lane. `face` names a member of the cast (simulators/cast)."""

    name: str
    face: str = field(repr=False)
    x_mm: float = READER_MM - 1500.0
    height_mm: int = 1700
    gaze: Gaze = Gaze.CAMERA
    covered: bool = False
    """The lower half of the face is hidden by a hand or a scarf."""
    crawling: bool = False
    artefact: Species | None = None
    """What is held or worn before the face, showing `face`; the bearer stays hidden behind it."""


@dataclass(slots=True)
class Thing:
    """An object on the floor: a bag, a trolley, a forgotten coat."""

    name: str
    x_mm: float
    height_mm: int = 400


@dataclass(frozen=True, slots=True)
class Page:
    """What lies on the reader: how it looks under each light, and what its printed lines say."""

    images: Mapping[Light, Image] = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)


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
    """People that the overhead sensor sees too many (or too few)."""
    barriers_stuck: int = 0
    """Light barriers that report a body though there is none, as bits."""
    barriers_dead: int = 0
    """Light barriers that report nothing any more, as bits."""
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
        return person.x_mm == wanted
