"""What the lane's sensors see of the world: twelve light barriers, an overhead height map, two door thresholds.

The sensors look at shapes (simulators/shapes.py), never at a list of who is there. What they see together is made one
`Presence` by simulators/presence.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from simulators.heads import Shape, shapes_in
from simulators.height_map import FROM_MM, TO_MM, Heights, seen_from_above
from simulators.presence import PeopleCounter, Presence
from simulators.shapes import Solid, solids_of
from simulators.world import CHAMBER_MM, Person, World

BARRIERS_MM = tuple(-220.0 + index * (CHAMBER_MM + 440.0) / 11 for index in range(12))
BARRIER_HEIGHT_MM = 250
"""The beams run this high above the floor: a thing lower than this is not seen by them."""
THRESHOLD_MM = 70.0
"""A body whose edge is this near to a door's plane stands in its way."""
FAR_MM = 1000.0
"""Who is further than this from the doors is not looked at."""
GHOST_MM = 1450.0
"""Where the overhead sensor sees people who are not there."""


@dataclass(frozen=True, slots=True)
class Sensed:
    barriers: int
    """Bit n: barrier n+1 is interrupted."""
    presence: Presence
    entry_clear: bool
    exit_clear: bool


@dataclass(slots=True)
class Sensors:
    """The sensors of one lane. While nothing moves, what they see is not computed anew."""

    world: World
    counter: PeopleCounter = field(default_factory=PeopleCounter)
    overhead_frozen: bool = False
    """The overhead sensor goes on sending its last picture."""
    heights: Heights | None = field(default=None, repr=False)
    """Its last picture, for those who draw it."""
    _key: tuple[object, ...] = field(default=(), repr=False)
    solids: list[Solid] = field(default_factory=list, repr=False)
    """What was near the doors at the last look."""
    _shapes: tuple[Shape, ...] | None = field(default=(), repr=False)
    _beams: int = 0
    _clear: tuple[bool, bool] = (True, True)
    _pictures: int = 0

    def refresh(self) -> None:
        """Look again when something has moved."""
        key = (self.overhead_frozen, *_geometry(self.world))
        if key != self._key:
            self._look(key)

    def sense(self, elapsed_ms: int) -> Sensed:
        """What the sensors report since the last `refresh`, with the faults that the world has given them."""
        beams = (self._beams | self.world.barriers_stuck) & ~self.world.barriers_dead
        presence = self.counter.look(self._shapes, beams, BARRIERS_MM, elapsed_ms)
        return Sensed(beams, presence, *self._clear)

    def _look(self, key: tuple[object, ...]) -> None:
        world = self.world
        near = [person for person in world.persons if -FAR_MM < person.x_mm < CHAMBER_MM + FAR_MM]
        self._key, self.solids = key, solids_of(world, near)
        self._beams = interrupted(self.solids)
        self._clear = is_clear(self.solids, 0.0), is_clear(self.solids, CHAMBER_MM)
        if not world.sensor_healthy:
            self._shapes = None
        elif not self.overhead_frozen or self._shapes is None:
            self._shapes = self._overhead(near)

    def _overhead(self, near: Sequence[Person]) -> tuple[Shape, ...]:
        solids = self.solids
        if offset := self.world.sensor_offset:
            solids = solids_of(self.world, _miscounted(near, offset))
        solids = [solid for solid in solids if FROM_MM - 500 < solid.x_mm < TO_MM + 500]
        self._pictures += 1
        self.heights = seen_from_above(solids, self._pictures)
        return shapes_in(self.heights) if solids else ()


def interrupted(solids: Sequence[Solid]) -> int:
    """The beams that something of this height stands in, as bits."""
    beams = 0
    for solid in solids:
        if solid.low_mm <= BARRIER_HEIGHT_MM < solid.high_mm:
            for index, beam_mm in enumerate(BARRIERS_MM):
                if abs(solid.x_mm - beam_mm) <= solid.half_x_mm:
                    beams |= 1 << index
    return beams


def is_clear(solids: Sequence[Solid], plane_mm: float) -> bool:
    """Nothing that the threshold's beams can see is in the way of a leaf."""
    return not any(
        abs(solid.x_mm - plane_mm) < solid.half_x_mm + THRESHOLD_MM
        for solid in solids
        if solid.high_mm > BARRIER_HEIGHT_MM
    )


def is_blocked(solids: Sequence[Solid], plane_mm: float) -> bool:
    """Something is in the very doorway, however low."""
    return any(abs(solid.x_mm - plane_mm) < solid.half_x_mm for solid in solids)


def _geometry(world: World) -> tuple[object, ...]:
    """Everything that the sensors' pictures depend on."""
    return (
        world.sensor_healthy,
        world.sensor_offset,
        *[
            (person.x_mm, person.y_mm, person.height_mm, person.crawling, person.seated, person.carried_by,
             person.carries)
            for person in world.persons
        ],
        *[(thing.x_mm, thing.y_mm, thing.height_mm, thing.length_mm, thing.width_mm) for thing in world.things],
    )  # fmt: skip


def _miscounted(near: Sequence[Person], offset: int) -> list[Person]:
    """People that are not there, or without some that are."""
    if offset < 0:
        return [*near][-offset:]
    return [*near, *(Person(f"ghost-{number}", "", GHOST_MM, 300.0 - 300.0 * number) for number in range(offset))]
