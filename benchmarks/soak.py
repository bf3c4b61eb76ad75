"""A seeded soak of doors, people sensors and interlock: random people, faults and orders; what may never be seen.

The controller is the one that the simulators ship, with its own limits and leaves. Everything is asked of it in random
order: any command with any binding, a silent host, fire, power cuts, lost and lying sensors, restarts, jammed and
forced leaves, and people who walk wherever a door lets them, with luggage, on all fours, in a wheelchair. Every
status that a host reads goes through the lane's own custody and interlock, whose yes is held against who is inside.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from math import hypot
from typing import Any

from benchmarks.spread import spread
from drivers.door_registers import STATUS, STATUS_COUNT, decode_status, encode_command
from drivers.model import DoorCommand, DoorEventCode, DoorOrder, DoorStatus
from kiosk.interlock import Custody, denies_exit, keep
from records.model import DecisionRow, Fact
from simulators.door_plant import DoorPlant
from simulators.door_state import Drive, is_locked
from simulators.world import CHAMBER_MM, Carried, Luggage, Person, World

STEPS_MS = (20, 20, 50, 100, 250)
PLACES_MM = (-900.0, -300.0, 300.0, 900.0, 1500.0, CHAMBER_MM + 300.0, CHAMBER_MM + 900.0)
ASIDE_MM = (-215.0, 215.0, 0.0)
"""Each of the three keeps to his own side."""
BODIES_MM = 420.0
"""The middles of two people come no nearer: half of one's shoulders and half of the other's."""
BEYOND_MM = 60.0
"""Somebody so near to a door's plane may be counted on either side of it."""
REACHED = (
    "PERMIT_GRANTED",
    "PASSAGE_IN",
    "PASSAGE_BACK",
    "TAILGATE",
    "EMERGENCY_ON",
    "FORCED",
    "OBSTRUCTED",
    "HEARTBEAT_LOST",
)


CUSTODY_S = 0.5
GRANT: dict[str, Fact] = {
    "granted": True, "register": "valid", "watchlist": "clear", "attack": "passed", "algorithm": "sface",
    "score": 0.9, "threshold": 0.4, "target_fmr": 5e-4,
}  # fmt: skip
"""A decision that the interlock finds no fault with."""


RUN_EVENTS = 100_000
"""One world lives so long; then another one begins with the next seed."""


class Unsafe(Exception):
    """An invariant was seen broken; the seed and the event's number lead there again."""


@dataclass(slots=True)
class Soak:
    seed: int = 1
    now_ms: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    """How often the door controller told what, so that a soak that reaches nothing is noticed."""
    recovering: bool = False
    """An emergency or force has opened a door, and not both have been locked again since."""
    heartbeat: int = 0
    silent_until_ms: int = 0
    custody: Custody = field(default_factory=Custody)
    permitted: int = 0
    """How often the lane's interlock would have opened the exit."""
    going: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Where each person goes, and how fast, in millimetres a millisecond."""
    rng: random.Random = field(init=False, repr=False)
    world: World = field(default_factory=World, repr=False)
    plant: DoorPlant = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.plant = DoorPlant(self.world)
        self.world.persons += [Person(f"p{number}", "", PLACES_MM[0], y_mm) for number, y_mm in enumerate(ASIDE_MM)]

    def event(self) -> None:
        """One thing happens, some time goes by, and the host writes (or is silent)."""
        chance = self.rng.random()
        if chance < 0.03:
            self._set_out(self.world.persons[self.rng.choice((0, 0, 0, 0, 0, 0, 0, 1, 2))])
        elif chance < 0.06:
            self._recover()
        elif chance < 0.07:
            self._disturb()
        elapsed_ms = self.rng.choice(STEPS_MS)
        self.now_ms += elapsed_ms
        for person in self.world.persons:
            if person.name in self.going:
                self._walk(person, elapsed_ms)
        silent = self.now_ms < self.silent_until_ms or self.rng.random() < 0.05
        if silent:
            self.plant.tick(self.now_ms / 1000)
        else:
            read = self.plant.exchange(self._command(), STATUS, STATUS_COUNT, self.now_ms / 1000)
            self._fold(decode_status(read, self.now_ms / 1000))
        self._look()

    def _set_out(self, person: Person) -> None:
        """To anywhere; whoever has gone through comes to the hall again as somebody else."""
        world, rng = self.world, self.rng
        if person.x_mm > CHAMBER_MM + 250 and world.exit_permille == 0:
            person.x_mm = PLACES_MM[0]
        if person.x_mm < -250:
            self._disguise(person)
        leaves = person.x_mm > 0 and rng.random() < 0.6
        to_mm = rng.choice((PLACES_MM[0], PLACES_MM[-1]) if leaves else PLACES_MM)
        self.going[person.name] = to_mm, rng.uniform(0.7, 2.0)

    def _disguise(self, person: Person) -> None:
        """What he looks like this time."""
        rng = self.rng
        person.height_mm = rng.randint(800, 2000)
        person.crawling = person.seated = False
        person.carries = ()
        chance = rng.random()
        if chance < 0.05:
            person.crawling = True
        elif chance < 0.10 and person.y_mm == 0.0:
            person.seated, person.height_mm, person.carries = True, 1250, (Carried(Luggage.WHEELCHAIR),)
        elif chance < 0.45:
            person.carries = (rng.choice((Carried(Luggage.BACKPACK), Carried(Luggage.CABIN_CASE, -420.0))),)

    def _walk(self, person: Person, elapsed_ms: int) -> None:
        to_mm, pace = self.going[person.name]
        step_mm = max(-pace * elapsed_ms, min(pace * elapsed_ms, to_mm - person.x_mm))
        before_mm = person.x_mm
        if self._stands_in_the_way(person, before_mm + step_mm):
            del self.going[person.name]
            return
        self.world.move(person, before_mm + step_mm)
        if person.x_mm == to_mm or person.x_mm == before_mm:
            del self.going[person.name]

    def _stands_in_the_way(self, person: Person, to_mm: float) -> bool:
        """Bodies do not go through one another; two who are already too near may part."""
        for other in self.world.persons:
            if other is person or hypot(other.x_mm - to_mm, other.y_mm - person.y_mm) >= BODIES_MM:
                continue
            if abs(other.x_mm - to_mm) < abs(other.x_mm - person.x_mm):
                return True
        return False

    def _fold(self, status: DoorStatus) -> None:
        """What the lane's interlock makes of it, for a traveller whose decision is good and fresh."""
        self.custody = keep(self.custody, status)
        since_s = self.custody.since_s
        if since_s is None or status.observed_at_s - since_s < CUSTODY_S:
            return
        now_s = status.observed_at_s
        decision = DecisionRow("t", "", now_s, {**GRANT, "first_frame_at_s": since_s})
        if denies_exit(self.custody, status, now_s, decision) is None:
            self.permitted += 1
            inside = [p for p in self.world.persons if BEYOND_MM < p.x_mm < CHAMBER_MM - BEYOND_MM]
            self._never(len(inside) > 1, "I2: the interlock would open for one while two are inside")

    def _recover(self) -> None:
        world, faults = self.world, self.plant.faults
        world.fire = world.emergency_button = faults.sensor_frozen = False
        world.sensor_offset = world.barriers_stuck = world.barriers_dead = 0
        world.mains = world.sensor_healthy = world.key_switch = True
        for leaf in (faults.entry, faults.exit):
            leaf.jammed = leaf.position_lost = leaf.forced = leaf.obstructed = False

    def _disturb(self) -> None:
        world, faults = self.world, self.plant.faults
        what = self.rng.randrange(11)
        if what == 0:
            self.silent_until_ms = self.now_ms + self.rng.choice((400, 600, 2000))
        elif what == 1:
            setattr(world, self.rng.choice(("fire", "emergency_button")), True)
        elif what == 2:
            world.key_switch = not world.key_switch
        elif what == 3:
            world.mains = False
        elif what == 4:
            world.sensor_healthy = False
        elif what == 9:
            world.sensor_offset = self.rng.choice((-1, 1))
        elif what == 10:
            setattr(world, self.rng.choice(("barriers_stuck", "barriers_dead")), 1 << self.rng.randrange(12))
        elif what == 5:
            faults.sensor_frozen = not faults.sensor_frozen
        elif what in (6, 7):
            leaf = self.rng.choice((faults.entry, faults.exit))
            setattr(leaf, self.rng.choice(("jammed", "position_lost", "forced", "obstructed")), True)
        else:
            self.plant.restart()

    def _command(self) -> list[int]:
        self.heartbeat = self.heartbeat % 0xFFFE + 1
        state = self.plant.state
        if self.rng.random() < 0.6:
            return encode_command(None, self.heartbeat, state.sequence)
        own = state.transaction or self.rng.randrange(1, 1 << 32)
        transaction = own if self.rng.random() < 0.9 else self.rng.randrange(1 << 32)
        command = self._next() if self.rng.random() < 0.85 else self.rng.choice(list(DoorCommand)[1:])
        order = DoorOrder(
            command, transaction, self.rng.choice((0, 50, 100, 150)), 0,
            self.rng.choice((1, 1, 1, 2)),
        )  # fmt: skip
        sequence = state.sequence + self.rng.choice((0, 1, 1, 1, 1, 2, 0x7FFF, 0x8000)) & 0xFFFF
        return encode_command(order, self.heartbeat, sequence)

    def _next(self) -> DoorCommand:
        """What a lane would order now, so that whole crossings happen between the nonsense."""
        state, inputs = self.plant.state, self.plant._inputs
        if state.fault or state.emergency or state.out_of_service:
            return DoorCommand.RESET_FAULT
        if inputs.persons and (state.transaction == 0 or inputs.persons > state.expected):
            return DoorCommand.RELEASE_BACKWARDS
        locked = is_locked(state.entry, inputs.entry) and is_locked(state.exit, inputs.exit)
        if not locked and inputs.persons:
            return DoorCommand.CLOSE_BOTH
        return DoorCommand.OPEN_EXIT if inputs.persons else DoorCommand.OPEN_ENTRY

    # --- what may never be seen ---

    def _look(self) -> None:
        state, inputs = self.plant.state, self.plant._inputs
        faults = self.plant.faults
        forced = state.entry.forced or state.exit.forced or faults.entry.forced or faults.exit.forced
        locked = is_locked(state.entry, inputs.entry), is_locked(state.exit, inputs.exit)
        self.recovering = state.emergency or forced or (self.recovering and not all(locked))
        open_ = Drive.LOCK not in (state.entry.drive, state.exit.drive)
        self._never(open_ and not self.recovering, "I1: both doors are off their locks")
        driven = state.exit.drive is Drive.OPEN
        grounds = state.permit is not None or state.emergency or state.exit.reversing
        self._never(driven and not grounds, "I2: the exit is driven open without a permit")
        finished = state.transaction != 0 and state.transaction == state.finished
        self._never(finished, "I3: a transaction that has ended is held again")
        self._never(state.permit is not None and state.permit.left_ms == 0, "I3: a permit outlives its time")
        alarmed = self.world.fire or self.world.emergency_button
        released = state.entry.drive is Drive.OPEN and driven
        self._never(alarmed and not released, "I9: an alarm was seen and the doors are not both released")
        self.seen.update(DoorEventCode(code & 0xFF).name for code in state.news)

    def _never(self, seen: bool, what: str) -> None:
        if seen:
            raise Unsafe(f"{what} at {self.now_ms} ms of seed {self.seed}")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One world's part of a soak."""

    seed: int
    events: int


def run_stretch(stretch: Stretch) -> Counter[str]:
    """What was reached. Raises Unsafe for the first invariant that is broken."""
    run = Soak(stretch.seed)
    for _ in range(stretch.events):
        run.event()
    run.seen.update(openings=run.plant.state.cycles, interlock_permits=run.permitted, simulated_ms=run.now_ms)
    return run.seen


def soak(events: int, seed: int = 1, progress: Callable[[int], None] = lambda _done: None) -> dict[str, Any]:
    """Runs of RUN_EVENTS each, seeded `seed`, `seed` + 1 and so on, on all cores.

    Raises Unsafe for the first invariant that is broken: the seed and the time lead there again.
    """
    began_s, told, done = time.perf_counter(), Counter[str](), 0
    stretches = [
        Stretch(seed + number, min(RUN_EVENTS, events - number * RUN_EVENTS))
        for number in range(-(-events // RUN_EVENTS))
    ]
    for stretch, reached in zip(stretches, spread(run_stretch, stretches), strict=True):
        told += reached
        done += stretch.events
        progress(done)
    seconds = time.perf_counter() - began_s
    return {
        "events": events,
        "seed": seed,
        "violations": 0,
        "openings": told["openings"],
        "interlock_permits": told["interlock_permits"],
        **{name.lower(): told[name] for name in REACHED},
        "simulated_h": round(told["simulated_ms"] / 3.6e6, 1),
        "seconds": round(seconds, 1),
        "events_per_s": round(events / seconds),
    }
