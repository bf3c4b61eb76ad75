"""Fire and emergency stop in every state of a crossing: when doors are commanded, and when the lane's program knows.

On the virtual clock, with a controller that is asked 50 times a second as over its wire. Times are simulated ones.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.plain import PlainMeasure
from cli.scenario_play import SITES, VIRTUAL_START, Play, site_of
from cli.scratch import scratch
from config.schema import Site
from drivers.around import Around, Call, Proceed
from drivers.clock import LoopClock
from drivers.model import DoorStatus, Image
from kiosk.measure import in_place
from kiosk.offload import Inline
from simulators.door_state import Drive
from simulators.scenario import Scenario
from simulators.scenario_stage import Stage
from simulators.scenario_watch import WatchedWorld
from simulators.virtual_time import run_virtual
from simulators.world import World

MOMENTS = ("start", "page_laid", "entry_open", "entering", "inside", "decided", "exit_opening", "exit_open", "passing",
           "sealed")  # fmt: skip
"""A state of the lane each; "start" is before anybody came, "sealed" when the first has gone."""
LOOK_S = 0.005
PHASES = 4
"""Each alarm comes so often, at other phases of the controller's and the lane's own cycles."""
CYCLE_HZ = 50


@dataclass(slots=True)
class Alarm(Play):
    """A Play in which one input is set; looks when both doors are driven open and when a status told of it."""

    commanded_s: float | None = None
    observed_s: float | None = None
    set_at_s: float | None = None
    _stage_: Stage | None = field(default=None, repr=False)

    def _set_going(self, stage: Stage) -> tuple[asyncio.Task[None], ...]:
        self._stage_ = stage
        return (*Play._set_going(self, stage), asyncio.create_task(self._look(stage)))

    async def _look(self, stage: Stage) -> None:
        assert isinstance(stage.world, WatchedWorld)  # noqa: S101  (made so by `run`)
        while self.commanded_s is None:
            state, began_s = stage.rig.plant.state, stage.world.alarm_at_s
            if began_s is not None and (state.entry.drive, state.exit.drive) == (Drive.OPEN, Drive.OPEN):
                self.commanded_s = stage.clock.monotonic() - began_s
            await stage.clock.sleep(LOOK_S)

    def seeing(self, plan: Around) -> Around:
        async def see(call: Call, proceed: Proceed) -> object:
            answer = await plan(call, proceed)
            if isinstance(answer, DoorStatus) and answer.emergency and self.observed_s is None and self._stage_:
                world = self._stage_.world
                assert isinstance(world, WatchedWorld) and world.alarm_at_s is not None  # noqa: S101  (who else?)
                self.observed_s = self._stage_.clock.monotonic() - world.alarm_at_s
            return answer

        return see


def story(moment: str, what: str, after_s: float) -> Scenario:
    """One traveller, and the input `what` in that state."""
    idle_s = 2.0 if moment == "start" else 0.0
    return Scenario.model_validate(
        {
            "scenario": {"title": f"{what} at {moment}", "proves": ["7.1"], "lasts_s": 40.0},
            "site": {"doors": {"cycle_hz": CYCLE_HZ}},
            "traveller": [{"arrives_after_s": 1.5 * idle_s}],
            "event": [{"when": moment, "after_s": after_s + idle_s, "world": {what: True}}],
            "expect": {},
        }
    )


def alarm(moment: str, what: str, after_s: float, base: Site | None = None) -> Alarm:
    """One alarm in one state."""
    scenario = story(moment, what, after_s)
    site = base or site_of(scenario, SITES / "virtual.toml")
    with scratch("egate-fire-") as folder:
        run = Alarm(scenario, site, Path(folder), 1)
        run.sees, run.around = _tiny, run.seeing

        async def play() -> None:
            await run.run(LoopClock(VIRTUAL_START), in_place(PlainMeasure()), Inline(), "fire")

        run_virtual(play())
    return run


def _tiny(_world: World, _seed: int) -> Callable[[float], Image]:
    return lambda now_s: np.full((4, 4, 3), 40 + round(10 * now_s) % 200, np.uint8)


def fire(phases: int = PHASES, base: Site | None = None) -> dict[str, Any]:
    """The figures of N15. A state in which doors or program heard nothing counts as infinitely late."""
    commanded: dict[str, float] = {}
    observed: dict[str, float] = {}
    for moment in MOMENTS:
        runs = [
            alarm(moment, what, phase * 0.137, base) for what in ("fire", "emergency_button") for phase in range(phases)
        ]
        commanded[moment] = max(_ms(run.commanded_s) for run in runs)
        observed[moment] = max(_ms(run.observed_s) for run in runs)
    return {
        "states": len(MOMENTS),
        "alarms": 2 * phases * len(MOMENTS),
        "doors_commanded_worst_ms": max(commanded.values()),
        "program_knows_worst_ms": max(observed.values()),
        "commanded_ms": commanded,
        "knows_ms": observed,
    }


def _ms(seconds: float | None) -> float:
    return float("inf") if seconds is None else round(1000 * seconds, 1)
