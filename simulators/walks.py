"""People on their way through a lane, for trying what its sensors make of them: scripted parties and random travellers.

A walk is a person with a way: where he is when. Everything goes through the world's doors; nobody is put anywhere.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sin

from simulators.world import CHAMBER_MM, LANE_HALF_MM, Carried, Luggage, Person, Thing, World

START_MM = -800.0
PLACE_MM = 900.0
OUT_MM = CHAMBER_MM + 900.0
SWAY_MM, SWAY_PER_S = 25.0, 6.0


@dataclass(frozen=True, slots=True)
class Stay:
    """To be there then: seconds from the beginning, millimetres along and across the lane."""

    at_s: float
    x_mm: float
    y_mm: float = 0.0


@dataclass(slots=True)
class Walk:
    person: Person
    way: Sequence[Stay]
    sways: bool = False
    phase: float = 0.0

    def step(self, world: World, now_s: float) -> None:
        """Go where one is to be by now; a closed door ends the step."""
        x_mm, y_mm = self._wanted(now_s)
        if self.sways and x_mm != self.person.x_mm:
            y_mm += SWAY_MM * sin(SWAY_PER_S * now_s + self.phase)
        world.place(self.person, x_mm, y_mm)

    def _wanted(self, now_s: float) -> tuple[float, float]:
        before = self.way[0]
        for stay in self.way:
            if now_s < stay.at_s:
                share = (now_s - before.at_s) / (stay.at_s - before.at_s)
                return (
                    before.x_mm + share * (stay.x_mm - before.x_mm),
                    before.y_mm + share * (stay.y_mm - before.y_mm),
                )
            before = stay
        return before.x_mm, before.y_mm


@dataclass(slots=True)
class Party:
    """All who come together."""

    walks: list[Walk]


def _walk(
    name: str, *stays: tuple[float, float, float], carries: Sequence[Carried] = (), height_mm: int = 1700
) -> Walk:
    first = stays[0]
    person = Person(name, "", x_mm=first[1], y_mm=first[2], height_mm=height_mm, carries=tuple(carries))
    return Walk(person, [Stay(*stay) for stay in stays])


def _in(name: str, place_mm: float, y_mm: float = 0.0, after_s: float = 0.0, **who: object) -> Walk:
    """Walks in to a place and stays there."""
    stays = ((0.0, START_MM, y_mm), (1.0 + after_s, START_MM, y_mm), (2.8 + after_s, place_mm, y_mm))
    return _walk(name, *stays, **who)  # type: ignore[arg-type]  # height and luggage


# --- parties of two: never to be taken for one ---


def _follower(gap_s: float) -> Party:
    return Party([_in("first", 1200.0), _in("second", 500.0, after_s=gap_s)])


def _abreast() -> Party:
    return Party([_in("left", 900.0, -215.0), _in("right", 900.0, 215.0)])


def _back_to_back() -> Party:
    return Party([_in("first", 1000.0, -60.0), _in("second", 680.0, 60.0, after_s=0.25)])


def _child_at_hand(height_mm: int) -> Party:
    return Party([_in("parent", 900.0, -160.0), _in("child", 880.0, 210.0, height_mm=height_mm)])


def _child_on_arm() -> Party:
    child = Person("child", "", START_MM + 150.0, 150.0, height_mm=1580, carried_by="parent")
    return Party([_in("parent", 900.0), Walk(child, [])])


def _crawler_behind(height_mm: int = 1700) -> Party:
    party = Party([_in("upright", 1480.0), _in("crawler", 720.0, after_s=0.6, height_mm=height_mm)])
    party.walks[1].person.crawling = True
    return party


def _small_child_beside(height_mm: int) -> Party:
    """On all fours at the side of somebody who pulls a case, with the case before it."""
    case = Carried(Luggage.CABIN_CASE, -400.0)
    party = Party([_in("upright", 1250.0, -160.0, carries=(case,)), _in("child", 900.0, 270.0, height_mm=height_mm)])
    party.walks[1].person.crawling = True
    return party


def _wheelchair_pushed() -> Party:
    chair = _in("sits", 1050.0, height_mm=1260, carries=(Carried(Luggage.WHEELCHAIR),))
    chair.person.seated = True
    return Party([chair, _in("pushes", 480.0)])


def _behind_trolley() -> Party:
    pushes = _in("pushes", 560.0, -150.0, carries=(Carried(Luggage.LOADED_TROLLEY, 700.0, 150.0),))
    return Party([pushes, _in("hides", 420.0, 250.0, after_s=0.3)])


def _both_with_cases() -> Party:
    one = _in("first", 1250.0, carries=(Carried(Luggage.CABIN_CASE, -380.0),))
    return Party([one, _in("second", 480.0, 100.0, after_s=0.5, carries=(Carried(Luggage.BACKPACK),))])


TWO: Mapping[str, Callable[[], Party]] = {
    "follower close behind": lambda: _follower(0.45),
    "follower a step behind": lambda: _follower(0.9),
    "two abreast": _abreast,
    "pressed together": _back_to_back,
    "child at hand, 0.90 m": lambda: _child_at_hand(900),
    "child at hand, 1.20 m": lambda: _child_at_hand(1200),
    "child on arm": _child_on_arm,
    "one crawls behind": _crawler_behind,
    "a small child crawls behind, of 0.90 m": lambda: _crawler_behind(900),
    "a small child crawls behind, of 1.15 m": lambda: _crawler_behind(1150),
    "a small child crawls beside a case, of 0.90 m": lambda: _small_child_beside(900),
    "a small child crawls beside a case, of 1.20 m": lambda: _small_child_beside(1200),
    "wheelchair and who pushes it": _wheelchair_pushed,
    "one behind a loaded trolley": _behind_trolley,
    "two with luggage": _both_with_cases,
}
"""Two people who want to be taken for one."""

OBJECTS: Mapping[str, Callable[[], Thing]] = {
    "case of 20 x 20 x 20 cm": lambda: Thing("case", 900.0, 200, 0.0, 200.0, 200.0),
    "the same in the middle between two beams": lambda: Thing("case", 696.0, 200, 250.0, 200.0, 200.0),
    "bag": lambda: Thing("bag", 700.0, 400),
    "bag against the wall": lambda: Thing("bag", 1200.0, 350, 330.0),
    "suitcase lying": lambda: Thing("suitcase", 900.0, 300, -100.0, 760.0, 500.0),
    "coat on the floor": lambda: Thing("coat", 600.0, 150, 100.0, 500.0, 400.0),
    "trolley": lambda: Thing("trolley", 900.0, 1040, 0.0, 940.0, 540.0),
    "case near the exit": lambda: Thing("case", CHAMBER_MM - 150.0, 220, 0.0, 220.0, 220.0),
    "case near the entry": lambda: Thing("case", 150.0, 220, 0.0, 220.0, 220.0),
}
"""What may be left in the chamber, at least 20 x 20 cm and as high as a folded coat."""


def varied(party: Party, rng: random.Random) -> Party:
    """The same people a little taller or shorter, in other places, a little sooner or later."""
    taller, later_s = rng.uniform(0.92, 1.1), rng.uniform(-0.1, 0.2)
    aside_mm, along_mm = rng.uniform(-30, 30), rng.uniform(-60, 60)
    for walk in party.walks:
        walk.person.height_mm = round(walk.person.height_mm * taller)
        walk.person.y_mm += aside_mm
        walk.way = [
            Stay(max(0.0, stay.at_s + later_s * (stay.at_s > 0)), stay.x_mm + along_mm, stay.y_mm + aside_mm)
            for stay in walk.way
        ]
    return party


# --- one traveller with luggage: never to be taken for two ---

_CASES = (Luggage.CABIN_CASE, Luggage.SUITCASE)
_TROLLEYS = (Luggage.TROLLEY, Luggage.LOADED_TROLLEY)


def random_traveller(rng: random.Random) -> Party:
    """One person, in a hurry or not, with whatever travellers have with them; in, a stay of some seconds, and out."""
    sits = rng.random() < 0.04
    height_mm = rng.randint(1180, 1380) if sits else rng.choice((rng.randint(1450, 1980), rng.randint(1120, 1980)))
    side = rng.choice((-1.0, 1.0))
    carries, ahead_mm, behind_mm = _luggage(rng, sits, side)
    y_mm = -side * rng.uniform(40, 130) if carries else rng.uniform(-150, 150)
    person = Person("traveller", "", x_mm=START_MM, y_mm=y_mm, height_mm=height_mm, seated=sits, carries=carries)
    from_mm, to_mm = 120.0 + behind_mm, CHAMBER_MM - 120.0 - ahead_mm
    place_mm = rng.uniform(from_mm, max(from_mm, min(to_mm, 1150.0)))
    way = [Stay(0.0, START_MM - ahead_mm, y_mm), Stay(1.0, START_MM - ahead_mm, y_mm)]
    way += _strolls(rng, way[-1], place_mm, y_mm)
    entered_s = way[-1].at_s
    for _ in range(rng.randrange(3)):  # steps to and fro before the camera
        near_mm = min(max(place_mm + rng.uniform(-120, 120), from_mm), max(from_mm, to_mm))
        way.append(Stay(way[-1].at_s + rng.uniform(0.5, 1.2), near_mm, y_mm + rng.uniform(-50, 50)))
    way.append(Stay(max(way[-1].at_s, entered_s + 4.0) + 1.4, way[-1].x_mm, y_mm))
    way += _strolls(rng, way[-1], OUT_MM + behind_mm, y_mm)
    return Party([Walk(person, way, sways=True, phase=rng.uniform(0, 6))])


def _strolls(rng: random.Random, start: Stay, to_mm: float, y_mm: float) -> list[Stay]:
    """To a place at somebody's own pace, perhaps with a stop on the way."""
    pace_mm_s = rng.uniform(600, 1500)
    stays = [start]
    if rng.random() < 0.3:
        half_mm = start.x_mm + rng.uniform(0.3, 0.8) * (to_mm - start.x_mm)
        stays.append(Stay(start.at_s + abs(half_mm - start.x_mm) / pace_mm_s, half_mm, y_mm))
        stays.append(Stay(stays[-1].at_s + rng.uniform(0.2, 0.8), half_mm, y_mm + rng.uniform(-40, 40)))
    last = stays[-1]
    stays.append(Stay(last.at_s + abs(to_mm - last.x_mm) / pace_mm_s, to_mm, y_mm))
    return stays[1:]


def _luggage(rng: random.Random, sits: bool, side: float) -> tuple[tuple[Carried, ...], float, float]:
    """What is carried, and how far it reaches ahead of and behind its owner."""
    if sits:
        return (Carried(Luggage.WHEELCHAIR),), 650.0, 320.0
    carries: list[Carried] = []
    ahead_mm = behind_mm = 190.0
    chance = rng.random()
    if chance < 0.12:
        carries.append(Carried(rng.choice(_TROLLEYS), rng.uniform(760, 840), rng.uniform(-30, 30)))
        ahead_mm = 1290.0
    elif chance < 0.50:
        behind_mm = rng.uniform(360, 480)
        carries.append(Carried(rng.choice(_CASES), -behind_mm, side * rng.uniform(0, 160)))
        behind_mm += 170.0
    elif chance < 0.65:
        carries.append(Carried(rng.choice(_CASES), rng.uniform(-80, 120), side * rng.uniform(390, 430)))
        ahead_mm = 290.0
    if rng.random() < 0.30:
        carries.append(Carried(Luggage.BACKPACK))
        behind_mm = max(behind_mm, 330.0)
    if rng.random() < 0.25:
        carries.append(Carried(rng.choice((Luggage.HANDBAG, Luggage.DUFFEL)), rng.uniform(-60, 60), -side * 265.0))
        ahead_mm, behind_mm = max(ahead_mm, 370.0), max(behind_mm, 370.0)
    if rng.random() < 0.12:
        carries.append(Carried(Luggage.HAT))
    return tuple(carries), ahead_mm, behind_mm


assert LANE_HALF_MM > 400  # noqa: S101  (the parties above are made for a lane of this width)
