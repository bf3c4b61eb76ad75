"""A seeded soak of the door controller: random people, faults and orders; what may never be seen is looked for.

The controller is the one that the simulators ship, with its own limits and leaves. Everything is asked of it in random
order: any command with any binding, a silent host, fire, power cuts, lost sensors, restarts, jammed and forced leaves,
and people who walk wherever a door lets them.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from drivers.door_registers import STATUS, STATUS_COUNT, encode_command
from drivers.model import DoorCommand, DoorEventCode, DoorOrder
from simulators.door_plant import DoorPlant
from simulators.door_state import Drive, is_locked
from simulators.world import CHAMBER_MM, Person, World

STEPS_MS = (20, 20, 50, 100, 250)
PLACES_MM = (-900.0, -300.0, 300.0, 900.0, 1500.0, CHAMBER_MM + 300.0, CHAMBER_MM + 900.0)
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
    rng: random.Random = field(init=False, repr=False)
    world: World = field(default_factory=World, repr=False)
    plant: DoorPlant = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.plant = DoorPlant(self.world)
        self.world.persons += [Person(f"p{number}", "") for number in range(3)]

    def event(self) -> None:
        """One thing happens, some time goes by, and the host writes (or is silent)."""
        chance = self.rng.random()
        if chance < 0.10:
            self._walk(self.world.persons[self.rng.choice((0, 0, 0, 0, 0, 0, 0, 1, 2))])
        elif chance < 0.13:
            self._recover()
        elif chance < 0.14:
            self._disturb()
        self.now_ms += self.rng.choice(STEPS_MS)
        silent = self.now_ms < self.silent_until_ms or self.rng.random() < 0.05
        command = None if silent else self._command()
        self.plant.exchange(command, STATUS, STATUS_COUNT, self.now_ms / 1000)
        self._look()

    def _walk(self, person: Person) -> None:
        """Anywhere that the doors let them; whoever has gone through comes to the hall again as somebody else."""
        if person.x_mm > CHAMBER_MM and self.world.exit_permille == 0:
            person.x_mm = PLACES_MM[0]
        leaves = person.x_mm > 0 and self.rng.random() < 0.5
        self.world.move(person, self.rng.choice((PLACES_MM[0], PLACES_MM[-1]) if leaves else PLACES_MM))

    def _recover(self) -> None:
        world, faults = self.world, self.plant.faults
        world.fire = world.emergency_button = faults.sensor_frozen = False
        world.mains = world.sensor_healthy = world.key_switch = True
        for leaf in (faults.entry, faults.exit):
            leaf.jammed = leaf.position_lost = leaf.forced = leaf.obstructed = False

    def _disturb(self) -> None:
        world, faults = self.world, self.plant.faults
        what = self.rng.randrange(9)
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


def soak(events: int, seed: int = 1, progress: Callable[[int], None] = lambda _done: None) -> dict[str, Any]:
    """Raises Unsafe for the first invariant that is broken."""
    began_s, run = time.perf_counter(), Soak(seed)
    for number in range(events):
        run.event()
        if number % 10_000 == 9_999:
            progress(number + 1)
    seconds = time.perf_counter() - began_s
    return {
        "events": events,
        "seed": seed,
        "violations": 0,
        "openings": run.plant.state.cycles,
        **{name.lower(): run.seen[name] for name in REACHED},
        "simulated_h": round(run.now_ms / 3.6e6, 1),
        "seconds": round(seconds, 1),
        "events_per_s": round(events / seconds),
    }
