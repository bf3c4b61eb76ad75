"""Every two disturbances around one crossing, on the virtual clock: what breaks, what officers do, who else turns up.

A run is a whole lane with two travellers. Both disturbances come at random moments after the first has laid his
document down, and pass. Then somebody looks after the lane as its people would: what was left is taken away, faults are
reset with the key, the lane is opened. The second traveller must cross, and nothing may have happened meanwhile that
never may. Every run is a scenario: `reproduce` gives the one of a pair, to be played and looked at.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks.crash import opened_wrongly, read_back, the_dead_say_nothing
from benchmarks.plain import PlainMeasure
from benchmarks.spread import spread
from benchmarks.tiny import once, tiny
from cli.scenario_play import SITES, VIRTUAL_START, Play, site_of
from cli.scratch import scratch
from drivers.around import Around, Call, Proceed
from drivers.clock import LoopClock
from drivers.errors import DeviceError
from drivers.model import DoorCommand, DoorOrder, LaneCommand, LaneOrder, OfficerAction, Prompt
from kiosk.measure import in_place
from kiosk.offload import Inline
from kiosk.service import LaneService, LaneState
from link.staff import StaffRole
from records.model import SEALED
from simulators.breakdowns import Breakdown
from simulators.door_state import Drive
from simulators.scenario import Scenario
from simulators.scenario_actor import Actor
from simulators.scenario_stage import Stage
from simulators.scenario_watch import WatchedWorld
from simulators.traveller import Behaviour
from simulators.virtual_time import run_virtual
from simulators.world import PASSABLE_PERMILLE

WITHIN_S, AT_MOST_S = 9.0, 15.0
"""A disturbance begins so soon after the document was laid down, and lasts at most so long."""
LOOKED_AFTER_S, AGAIN_S = 40.0, 5.0
"""Since the run began, and then again and again."""
LASTS_S = 300.0
SHUT_IN_S = 62.0
"""Sixty seconds, and the time that a door takes."""
LOOK_S = 0.05
FREED = frozenset(
    {
        Breakdown.FIRE.value, Breakdown.EMERGENCY_BUTTON.value, Breakdown.EXIT_FORCED.value,
        Breakdown.ENTRY_FORCED.value,
    }
)  # fmt: skip
"""These open doors by wire or by force, whatever anybody decides."""
COMMAND, DOES = "command ", "officer: "
DISTURBANCES: Mapping[str, Mapping[str, Any]] = {
    **{what.value: {"breaks": [what.value]} for what in Breakdown},
    **{COMMAND + command.value: {"commands": command.value} for command in LaneCommand},
    **{DOES + does.value: {"does": does.value} for does in (OfficerAction.SEND_BACK, OfficerAction.HOLD)},
    "officer signs out": {"signs": "out"},
    "help is pressed": {"press": "help"},
    "a stranger appears": {"appears": "impostor"},
    "somebody comes in by the exit": {"through_exit": True},
    "another face": {"swap_face": "second"},
    "a bag is left": {"left": "bag"},
    "an alert comes": {"alert": True},
}
"""Name -> what an event or an officer's entry of a scenario says of it."""
OF_OFFICERS = frozenset({"commands", "does", "signs"})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names of DISTURBANCES; the seed says when each comes, how long it lasts, and who the traveller is."""

    one: str
    other: str
    seed: str


def reproduce(pair: Pair) -> Scenario:
    """The scenario of this pair."""
    rng = random.Random(f"{pair.one}-{pair.other}-{pair.seed}")
    events: list[dict[str, Any]] = []
    officer: list[dict[str, Any]] = []
    for name in (pair.one, pair.other):
        said = {**DISTURBANCES[name], "when": "page_laid", "after_s": round(rng.uniform(0.0, WITHIN_S), 2)}
        lasts_s = round(rng.uniform(0.5, AT_MOST_S), 2)
        if OF_OFFICERS & said.keys():
            officer.append(said)
        else:
            events.append({**said, "lasts_s": lasts_s})
    first = {"name": "first", "face": rng.choice(("own", "own", "own", "impostor"))}
    first["behaviour"] = rng.choice(("walks_through", "walks_through", "walks_through", "hesitates", "stays"))
    return Scenario.model_validate(
        {
            "scenario": {"title": f"{pair.one} and {pair.other}", "proves": ["8.1"], "lasts_s": LASTS_S},
            "traveller": [first, {"name": "second"}],
            "event": events,
            "officer": officer,
            "expect": {},
        }
    )


@dataclass(slots=True)
class Found:
    """What was seen of one run. Each sentence in `wrong` is something that may not be."""

    wrong: list[str] = field(default_factory=list)
    endings: tuple[str, ...] = ()
    shut_in_s: float = 0.0
    calls: int = 0
    """Calls of devices: each of them is an event to the lane."""
    missed: int = 0
    """Disturbances whose moment never came."""


@dataclass(slots=True)
class Disturbed(Play):
    """A run of a pair's scenario, with an onlooker, and somebody who looks after the lane."""

    found: Found = field(default_factory=Found)
    stage: Stage | None = field(default=None, repr=False)
    orders: int = 0

    def disturb(self) -> Found:
        """Run, and look what is left."""
        self.sees, self.come, self.around = tiny, once, self._counting

        async def run() -> None:
            asyncio.get_running_loop().set_exception_handler(the_dead_say_nothing)
            seen = await self.run(LoopClock(VIRTUAL_START), in_place(PlainMeasure()), Inline(), f"seed-{self.seed}")
            self.found.missed = seen.missed

        run_virtual(run())
        self._judge()
        return self.found

    def _set_going(self, stage: Stage) -> tuple[asyncio.Task[None], ...]:
        self.stage = stage
        works = (self._look(stage), self._look_after(stage))
        return (*Play._set_going(self, stage), *(asyncio.create_task(work) for work in works))

    def _is_welcome(self, stage: Stage) -> bool:
        """The second comes when all of it is over and looked after."""
        is_over = not self.actors or stage.clock.monotonic() - stage.began_s >= LOOKED_AFTER_S
        return is_over and Play._is_welcome(self, stage)

    def _counting(self, plan: Around) -> Around:
        async def count(call: Call, proceed: Proceed) -> object:
            self.found.calls += 1
            return await plan(call, proceed)

        return count

    async def _look(self, stage: Stage) -> None:
        """How long somebody had no door to go out by."""
        free_s = stage.clock.monotonic()
        while True:
            entry, exit_ = stage.rig.plant.state.entry, stage.rig.plant.state.exit
            is_free = entry.drive is Drive.OPEN or exit_.drive is Drive.OPEN
            is_free = is_free or max(stage.world.entry_permille, stage.world.exit_permille) >= PASSABLE_PERMILLE
            now_s = stage.clock.monotonic()
            if is_free or not stage.world.in_chamber():
                free_s = now_s
            self.found.shut_in_s = max(self.found.shut_in_s, now_s - free_s)
            await stage.clock.sleep(LOOK_S)

    async def _look_after(self, stage: Stage) -> None:
        await stage.clock.sleep(LOOKED_AFTER_S)
        while True:
            stage.rig.officer.is_present = True
            if first := self.actors.get("first"):
                self._fetch(first)
            doors, service = stage.rig.plant.state, self.service
            is_broken = bool(doors.fault or doors.emergency or doors.out_of_service)
            if service is not None and (is_broken or service.state is not LaneState.IN_SERVICE):
                await self._attend(stage, service)
            await stage.clock.sleep(AGAIN_S)

    def _fetch(self, first: Actor) -> None:
        """Whom no prompt has sent away is led: out of the lane by the way back, and out of the hall."""
        first.behaviour, first.said = Behaviour.WALKS_THROUGH, "walks_through"
        if first.where == "inside":
            first.seen = Prompt.STEP_BACK
        elif first.where == "hall" and self._is_idle():
            first.gone = True

    async def _attend(self, stage: Stage, service: LaneService) -> None:
        stage.world.things.clear()
        stage.world.key_switch = True
        await self._reset(stage)
        stage.world.key_switch = False
        commands = [LaneCommand.OPEN]
        if "maintenance" in service.why_closed:
            commands = [LaneCommand.ENTER_MAINTENANCE, LaneCommand.LEAVE_MAINTENANCE, LaneCommand.OPEN]
        for command in commands:
            self.orders += 1
            order = LaneOrder(f"attend-{self.orders}", command, "officer-1", StaffRole.SHIFT_SUPERVISOR, "looked after")
            stage.rig.officer.command(order)

    @staticmethod
    async def _reset(stage: Stage) -> None:
        """What an engineer's key does at the controller; a lane that is dead just now leaves it for the next time."""
        doors = stage.rig.plant.state
        if doors.fault or doors.emergency or doors.out_of_service:
            with suppress(DeviceError):
                await stage.devices["doors"].command(DoorOrder(DoorCommand.RESET_FAULT, 0))

    def _judge(self) -> None:
        found, stage = self.found, self.stage
        assert stage is not None and isinstance(stage.world, WatchedWorld)  # noqa: S101  (made so by `run`)
        entries, fault = read_back(self.folder / self.site.journal.path)
        found.wrong += [fault] if fault else []
        seals = [entry for entry in entries if entry.kind == SEALED]
        if len(seals) != len({seal.transaction for seal in seals}):
            found.wrong.append("a crossing was sealed twice")
        found.endings = tuple(f"{seal.fact('outcome')} {seal.fact('reason')}" for seal in seals)
        is_freed = any(FREED & {what.value for what in event.breaks} for event in self.scenario.event)
        if not is_freed and (wrong := opened_wrongly(entries, stage.world.seen)):
            found.wrong.append(f"{wrong} openings without a grant, or both doors open")
        if found.shut_in_s > SHUT_IN_S:
            found.wrong.append(f"somebody was shut in for {found.shut_in_s:.0f} s")
        where = {name: actor.where for name, actor in self.actors.items()}
        if "inside" in where.values():
            found.wrong.append("somebody is still inside")
        if where.get("second") != "state_side":
            why = self.service.why_closed if self.service else ""
            found.wrong.append(f"the next traveller did not cross: {', '.join(found.endings)}; {why}")
        if (stage.world.entry_permille, stage.world.exit_permille) != (0, 0):
            found.wrong.append("a door is not shut")


def disturbed(pair: Pair) -> Found:
    """One run."""
    scenario = reproduce(pair)
    with scratch("egate-pairs-") as folder:
        return Disturbed(scenario, site_of(scenario, SITES / "virtual.toml"), Path(folder), 1).disturb()


def all_pairs(times: int, seed: int) -> list[Pair]:
    return [Pair(*two, f"{seed}-{number}") for number in range(times) for two in combinations(DISTURBANCES, 2)]


def pairs(share: float, seed: int = 1, progress: Callable[[int], None] = lambda _done: None) -> dict[str, Any]:
    """The figures; a share of less than one takes as many of the pairs at random. `wrong` names each pair and seed."""
    began_s = time.perf_counter()
    every = all_pairs(1, seed)
    chosen = every if share >= 1.0 else random.Random(seed).sample(every, max(1, round(len(every) * share)))
    return _told(chosen, spread(disturbed, chosen), began_s, progress)


def _told(plan: Sequence[Pair], runs: Any, began_s: float, progress: Callable[[int], None]) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    endings: Counter[str] = Counter()
    calls, missed, longest_s = 0, 0, 0.0
    for number, (pair, found) in enumerate(zip(plan, runs, strict=True)):
        if found.wrong:
            wrong[f"{pair.one} + {pair.other} ({pair.seed})"] = "; ".join(found.wrong)
        endings.update(found.endings[:1])
        calls, missed, longest_s = calls + found.calls, missed + found.missed, max(longest_s, found.shut_in_s)
        progress(number + 1)
    return {
        "disturbances": len(DISTURBANCES),
        "pairs": len(plan),
        "of_them_wrong": wrong or 0,
        "device_calls": calls,
        "moments_that_never_came": missed,
        "longest_shut_in_s": round(longest_s, 1),
        "first_endings": dict(endings.most_common(12)),
        "different_endings": len(endings),
        "seconds": round(time.perf_counter() - began_s, 1),
    }
