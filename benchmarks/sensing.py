"""What the people sensors make of scripted parties, of things left behind, and of thousands of single travellers.

Each goes through a whole lane of doors: the entry opens, everybody walks, the entry shuts, the exit opens for one.
What counts is what the lane's interlock would believe (kiosk/interlock.py), told over the register map.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.spread import spread
from drivers.door_registers import STATUS, STATUS_COUNT, decode_status, encode_command
from drivers.model import CommandResult, DoorCommand, DoorOrder, DoorStatus
from kiosk.interlock import is_countable
from simulators.door_plant import DoorPlant
from simulators.walks import OBJECTS, TWO, Party, random_traveller, varied
from simulators.world import CHAMBER_MM, World

TICK_MS = 100
ENTER_S = 12.0
VARIATIONS = 20
"""Each party comes so often, each time of other heights and in other places."""
LOOK_S = 2.5
"""The enclosed chamber is looked at for so long before the exit is asked for."""


@dataclass(slots=True)
class Lane:
    """Doors and sensors with a host that orders them as a crossing would."""

    world: World = field(default_factory=World)
    plant: DoorPlant = field(init=False)
    now_ms: int = 0
    sequence: int = 0
    heartbeat: int = 0
    seen: list[DoorStatus] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.plant = DoorPlant(self.world)

    def tick(self, order: DoorOrder | None = None) -> DoorStatus:
        self.now_ms += TICK_MS
        self.heartbeat = self.heartbeat % 0xFFFE + 1
        self.sequence += order is not None
        block = encode_command(order, self.heartbeat, self.sequence & 0xFFFF)
        read = self.plant.exchange(block, STATUS, STATUS_COUNT, self.now_ms / 1000)
        self.seen.append(decode_status(read, self.now_ms / 1000))
        return self.seen[-1]

    def order(self, command: DoorCommand, permit_ds: int = 0) -> CommandResult:
        return self.tick(DoorOrder(command, 1, permit_ds)).command_result


@dataclass(frozen=True, slots=True)
class Passage:
    """How one party's way through the lane went."""

    one: int
    """Looks at the enclosed chamber in which the interlock would have believed that exactly one is inside."""
    looks: int
    most: int
    """The most people that were ever counted."""
    refused: bool
    """The door controller refused to open the exit for one."""
    out: int
    tailgates: int
    things: bool
    """Something was told to lie in the chamber after everybody had left it."""


def walk_through(party: Party) -> Passage:
    """One party: in by the entry, looked at, out by the exit if that opens for one."""
    lane = Lane()
    lane.world.persons += [walk.person for walk in party.walks]
    lane.tick()
    lane.order(DoorCommand.OPEN_ENTRY)
    settled_s = _settled_s(party)
    began_s = lane.now_ms / 1000
    while lane.now_ms / 1000 - began_s < min(settled_s, ENTER_S):
        _step(lane, party, began_s)
    lane.order(DoorCommand.CLOSE_BOTH)
    for _ in range(30):
        if _step(lane, party, began_s, settled_s).entry_closed:
            break
    looked = [_step(lane, party, began_s, settled_s) for _ in range(round(1000 * LOOK_S / TICK_MS))]
    refused = lane.order(DoorCommand.OPEN_EXIT, 150) is not CommandResult.ACCEPTED
    shift_s = lane.now_ms / 1000 - began_s - settled_s
    for _ in range(0 if refused else 90):
        _step(lane, party, began_s + shift_s)
    lane.order(DoorCommand.CLOSE_BOTH)
    last = [lane.tick() for _ in range(15)][-1]
    return Passage(
        one=sum(is_countable(status, 1) for status in looked),
        looks=len(looked),
        most=max(status.persons or 0 for status in lane.seen),
        refused=refused,
        out=last.passages_in,
        tailgates=last.tailgates,
        things=last.object_seen and not lane.world.in_chamber(),
    )


def _settled_s(party: Party) -> float:
    """When everybody stands where he stays until the exit opens."""
    stays = [[stay for stay in walk.way if stay.x_mm < CHAMBER_MM] for walk in party.walks if walk.way]
    return max(inside[-1].at_s for inside in stays)


def _step(lane: Lane, party: Party, began_s: float, until_s: float | None = None) -> DoorStatus:
    now_s = lane.now_ms / 1000 - began_s
    for walk in party.walks:
        if walk.way:
            walk.step(lane.world, now_s if until_s is None else min(now_s, until_s))
    return lane.tick()


@dataclass(frozen=True, slots=True)
class Two:
    """One variation of a party of two."""

    name: str
    seed: str


def _two_walk(two: Two) -> Passage:
    return walk_through(varied(TWO[two.name](), random.Random(two.seed)))


def _one_walks(seed: str) -> str:
    return is_alarm(walk_through(random_traveller(random.Random(seed))))


def leaves(thing: Any) -> bool:
    """Is a thing in an empty chamber told?"""
    lane = Lane()
    lane.world.things.append(thing)
    status = [lane.tick() for _ in range(12)][-1]
    return status.object_seen


def is_alarm(passage: Passage) -> str:
    """What a single traveller's passage would have raised; empty when nothing."""
    if passage.most > 1 or passage.tailgates:
        return "taken for two"
    if passage.one < passage.looks:
        return "count in doubt"
    if passage.refused:
        return "exit refused"
    if passage.out != 1:
        return "not seen out"
    return "object seen" if passage.things else ""


def sensing(walks: int, seed: int = 1, progress: Callable[[int], None] = lambda _done: None) -> dict[str, Any]:
    """The figures of N13 and N14."""
    began_s = time.perf_counter()
    parties = [Two(name, f"{seed}-{number}") for name in TWO for number in range(VARIATIONS)]
    passages = zip(parties, spread(_two_walk, parties), strict=True)
    missed = [f"{two.name} ({two.seed})" for two, passage in passages if passage.one or not passage.refused]
    unseen = [name for name, make in OBJECTS.items() if not leaves(make())]
    alarms: Counter[str] = Counter()
    for number, alarm in enumerate(spread(_one_walks, [f"{seed}-{number}" for number in range(walks)])):
        alarms[alarm] += 1
        progress(number + 1)
    false = walks - alarms.pop("", 0)
    return {
        "two_person_cases": len(TWO),
        "two_person_walks": len(parties),
        "two_person_missed": missed or 0,
        "objects": len(OBJECTS),
        "objects_missed": unseen or 0,
        "random_walks": walks,
        "seed": seed,
        "false_alarms": false,
        "false_alarm_share": round(false / walks, 5) if walks else 0.0,
        **{name.replace(" ", "_"): number for name, number in alarms.items()},
        "seconds": round(time.perf_counter() - began_s, 1),
    }
