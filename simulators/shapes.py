"""What people and things are made of, for sensors that look at them: boxes and rounded bodies with heights.

A person seen from above is a head over shoulders over legs; luggage is boxes, or a soft bag. Sizes are those of usual
adults, children and airport luggage, in millimetres; x runs along the lane, y across it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from simulators.world import BODY_HALF_DEPTH_MM, Carried, Luggage, Person, Thing, World

ADULT_MM = 1700.0
CHILD_MM = 900.0
CRAWLER_LENGTH_MM = 1150.0


class Solid(NamedTuple):
    """A box from `low_mm` to `high_mm`, or, `is_round`, the ellipsoid within it."""

    x_mm: float
    y_mm: float
    half_x_mm: float
    half_y_mm: float
    low_mm: float
    high_mm: float
    is_round: bool = False


def solids_of(world: World, people: Sequence[Person] | None = None) -> list[Solid]:
    """All that stands, lies or is carried in the world; `people` in place of the world's own."""
    persons = world.persons if people is None else people
    solids = [solid for person in persons for solid in solids_of_person(person)]
    return solids + [solid_of_thing(thing) for thing in world.things]


def solids_of_person(person: Person) -> Iterator[Solid]:
    if person.crawling:
        yield from _crawler(person)
    elif person.carried_by:
        yield _head(person, _growth(person.height_mm))
        yield from _torso(person, 0.5)
    elif person.seated:
        yield _head(person, 1.0)
        yield from _torso(person, 1.0)
        yield Solid(person.x_mm + 350, person.y_mm, 300, 200, 0, 620, is_round=True)
    else:
        yield from _standing(person)
    for piece in person.carries:
        yield from _luggage(person, piece)


def solid_of_thing(thing: Thing) -> Solid:
    return Solid(thing.x_mm, thing.y_mm, thing.length_mm / 2, thing.width_mm / 2, 0, thing.height_mm)


# --- bodies ---


def _growth(height_mm: float) -> float:
    """How large a body of this height is beside an adult's; heads of children are large for them."""
    share = (height_mm - CHILD_MM) / (ADULT_MM - CHILD_MM)
    return 0.87 + 0.13 * max(0.0, min(1.2, share))


def _standing(person: Person) -> Iterator[Solid]:
    yield _head(person, _growth(person.height_mm))
    yield from _torso(person, max(0.55, person.height_mm / ADULT_MM))
    half_mm = BODY_HALF_DEPTH_MM * max(0.65, min(1.0, person.height_mm / ADULT_MM))
    yield Solid(person.x_mm, person.y_mm, half_mm, 150, 0, 0.5 * person.height_mm)


def _head(person: Person, size: float) -> Solid:
    top = person.height_mm
    return Solid(person.x_mm, person.y_mm, 95 * size, 76 * size, top - 225 * size, top, is_round=True)


def _torso(person: Person, size: float) -> Iterator[Solid]:
    """Shoulders: 0.83 of a standing body's height, a head's length below a crown that sits or is carried."""
    below_mm = 0.17 * person.height_mm if not (person.seated or person.carried_by) else 290 * size
    top = person.height_mm - below_mm
    yield Solid(person.x_mm, person.y_mm, 130 * size, 230 * size, top - 420 * size, top, is_round=True)


def _crawler(person: Person) -> Iterator[Solid]:
    """On hands and knees, along the lane: a back, a head before it, the legs behind."""
    x, y, size = person.x_mm, person.y_mm, max(0.6, person.height_mm / ADULT_MM)
    yield Solid(x, y, 380 * size, 200 * size, 60, 60 + 480 * size, is_round=True)
    yield Solid(x + 440 * size, y, 105, 80, 260 * size, 260 * size + 220, is_round=True)
    yield Solid(x - 420 * size, y, 300 * size, 190 * size, 0, 330 * size, is_round=True)


# --- luggage: boxes relative to its owner's piece ---

_BOXES: Mapping[Luggage, tuple[Solid, ...]] = {
    Luggage.CABIN_CASE: (Solid(0, 0, 130, 190, 0, 550), Solid(-120, 0, 15, 110, 550, 980)),
    Luggage.SUITCASE: (Solid(0, 0, 160, 250, 0, 760), Solid(-150, 0, 15, 120, 760, 1050)),
    Luggage.HANDBAG: (Solid(0, 0, 160, 65, 480, 760),),
    Luggage.DUFFEL: (Solid(0, 0, 300, 150, 400, 700, is_round=True),),
    Luggage.TROLLEY: (Solid(0, 0, 440, 270, 60, 260), Solid(-430, 0, 30, 270, 0, 1040)),
    Luggage.LOADED_TROLLEY: (
        Solid(0, 0, 440, 270, 60, 260),
        Solid(-430, 0, 30, 270, 0, 1040),
        Solid(0, 0, 390, 255, 260, 540),
        Solid(-60, 0, 320, 230, 540, 800),
    ),
    Luggage.WHEELCHAIR: (
        Solid(0, 0, 260, 310, 0, 520),
        Solid(-280, 0, 40, 230, 0, 900),
        Solid(0, 290, 300, 30, 0, 600),
        Solid(0, -290, 300, 30, 0, 600),
    ),
}


def _luggage(person: Person, piece: Carried) -> Iterator[Solid]:
    x, y = person.x_mm + piece.ahead_mm, person.y_mm + piece.beside_mm
    if piece.what is Luggage.BACKPACK:
        yield Solid(x - 220, y, 100, 150, 0.48 * person.height_mm, 0.80 * person.height_mm)
    elif piece.what is Luggage.HAT:
        yield Solid(x, y, 150, 140, person.height_mm - 90, person.height_mm - 70)
        yield Solid(x, y, 98, 82, person.height_mm - 160, person.height_mm + 50, is_round=True)
    else:
        for box in _BOXES[piece.what]:
            yield box._replace(x_mm=x + box.x_mm, y_mm=y + box.y_mm)
