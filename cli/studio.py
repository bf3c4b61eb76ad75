"""The engineer's page beside a simulated lane: joins what the lane tells with what the page may do."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cli.simulation import Ended, Running, Simulation
from kiosk.crossing import Crossing
from register.store import Store
from simulators.faults import FaultPlan
from simulators.paced_time import paced_loop
from simulators.scenario import Traveller
from simulators.scenario_process import FragileJournal, SteppedClock
from simulators.scenario_stage import Stage
from simulators.studio import Studio
from simulators.studio_app import StudioPage, running_again
from simulators.studio_model import LaneNow, Traffic
from web.serve import serving

if TYPE_CHECKING:
    from simulators.screen_mirrored import MirroredDisplay


@dataclass(slots=True)
class Studied:
    """Puts the page beside a staged simulation."""

    simulation: Simulation = field(repr=False)
    wired: bool
    traffic: Traffic
    host: str = "127.0.0.1"
    port: int = 0
    first: bool = True
    """A genuine traveller comes at once."""
    page: StudioPage | None = field(default=None, repr=False)

    def join(self) -> None:
        before = self.simulation.told

        def told(ended: Ended) -> None:
            before(ended)
            self._told(ended)

        self.simulation.staged = True
        self.simulation.beside.append(self._beside)
        self.simulation.told = told

    async def _beside(self, running: Running) -> None:
        studio = Studio(
            stage=stage_of(running),
            look=lambda: look(running),
            plan=_given(running.plan),
            pace=paced_loop().pace,
            seed=self.simulation.seed,
            wired=self.wired,
            network=self._network(),
            traffic=self.traffic,
        )
        screen: MirroredDisplay = running.lane.raw["display"]  # type: ignore[assignment]  # by its kind
        self.page = StudioPage(studio, running.lane.service.lane.name, self.simulation.wires, screen.screen.mirror)
        if not self.wired:
            studio.pace.forgive()
        if self.first:
            await studio.send(Traveller())
        with running_again(studio):
            async with serving(self.page.app, self.host, self.port) as base:
                self.simulation.show("simulator", f"{base}/sim")
                await asyncio.gather(studio.live(), self.page.live())

    def _network(self) -> Callable[[bool], Awaitable[None]] | None:
        served = self.simulation.served
        if served is None:
            return None

        async def cut(is_cut: bool) -> None:
            served.line.cut() if is_cut else served.line.mend()

        return cut

    def _told(self, ended: Ended) -> None:
        if self.page is not None:
            row = ended.to_json()
            self.page.ended(
                {
                    "transaction": row["transaction"],
                    "outcome": row["outcome"],
                    "reason": row["reason"],
                    "total_ms": row["total_ms"],
                    "steps_ms": row["steps_ms"],
                }
            )


def stage_of(running: Running) -> Stage:
    """What the page may touch of a staged lane."""
    journal, clock, path = running.journal, running.clock, running.path
    assert isinstance(journal, FragileJournal) and isinstance(clock, SteppedClock) and path  # noqa: S101  (staged)
    return Stage(
        clock=clock,
        now=clock,
        world=running.world,
        rig=running.rig,
        comers=(),
        store=lambda: Store(path),
        signs={
            "examined": lambda: _has_noted(running.crossing, "face_attempt"),
            "decided": lambda: _has_noted(running.crossing, "decided"),
            "sealed": lambda: running.crossing is None or running.crossing.page.record is not None,
        },
        begun=lambda: running.begun,
        kill=lambda: None,
        began_s=clock.monotonic(),
        journal=journal,
        plan=_given(running.plan),
        devices=running.lane.raw,
    )


def look(running: Running) -> LaneNow:
    """What the lane tells of itself: states, steps and times, nobody's name."""
    service, crossing = running.lane.service, running.crossing
    about = LaneNow(service.state.value, service.why_closed, tuple(sorted(service.modes.names)))
    if crossing is None:
        return about
    entries, record = crossing.page.entries, crossing.page.record
    steps = [str(entry.fact("name")) for entry in entries if entry.kind == "step"]
    return LaneNow(
        about.state,
        about.why_closed,
        about.modes,
        transaction=crossing.transaction,
        step=steps[-1] if steps and record is None else "",
        steps_ms={name: round(1000 * seconds) for name, seconds in crossing.steps_s.items()},
        outcome=record.outcome if record else "",
        reason=record.reason if record else "",
        entries=tuple(
            (entry.kind, entry.at_s, " ".join(f"{name}={value}" for name, value in entry.facts)) for entry in entries
        ),
    )


def _has_noted(crossing: Crossing | None, kind: str) -> bool:
    return crossing is not None and any(entry.kind == kind for entry in crossing.page.entries)


def _given(value: FaultPlan | None) -> FaultPlan:
    if value is None:
        raise TypeError("the simulation is not staged: set Simulation.staged")
    return value
