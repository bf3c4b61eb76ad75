"""Plays one scenario on a whole lane, on the virtual clock or over real wires, and keeps what was to be seen of it."""

import asyncio
import random
import tomllib
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from cli.scenario_seen import Observed, read_back
from config.load import ConfigRefused
from config.schema import Site
from drivers.around import Around
from drivers.clock import LoopClock, WallClock
from drivers.model import Image, Prompt
from drivers.protocols import Clock
from kiosk.assembly import assembled, boot_id
from kiosk.crossing import Crossing
from kiosk.kinds import Surroundings
from kiosk.measure import Measure, Measurer, in_place
from kiosk.offload import Inline, Offload, Threaded
from kiosk.service import LaneService
from kiosk.worker import Worker
from link.travel import LostState, PassageClaim, UseEnd
from register.local import LocalRegister
from register.store import Store
from simulators.camera_view import CameraView
from simulators.faults import FaultPlan
from simulators.rig import Rig, finish
from simulators.scenario import Scenario, Traveller
from simulators.scenario_actor import Actor, behaviour_of
from simulators.scenario_acts import act_of_officer, brief, happen, plan_of
from simulators.scenario_party import party_of
from simulators.scenario_people import Comer, comers
from simulators.scenario_process import CutNetwork, FragileJournal, Mortal, SteppedClock
from simulators.scenario_stage import Stage
from simulators.scenario_watch import WatchedWorld
from simulators.virtual_time import run_virtual
from simulators.world import World

SITES = Path(__file__).parents[1] / "config" / "sites"
VIRTUAL_START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
KEY = b"a simulated gate's own key, no secret at all"
DOWN_S = 3.0
"""So long a killed lane is away before it is started again."""
REST_S = 4.0
"""The lane is looked at for this long after the last traveller has left."""
LOOK_S = 0.1


@dataclass(slots=True)
class Examined:
    """Measures through another one and says when a live frame has been looked at."""

    real: Measure = field(repr=False)
    frames: int = 0

    def measure(self) -> Measure:
        async def ask(operation: str, *arguments: object) -> object:
            answer = await getattr(self.real, operation)(*arguments)
            self.frames += operation == "examine"
            return answer

        return Measure(ask)


def site_of(scenario: Scenario, base: Path) -> Site:
    """The base site with the scenario's changes. Raises ConfigRefused."""
    data = tomllib.loads(base.read_text(encoding="utf-8"))
    for section, changes in scenario.site.items():
        data[section] = {**data.get(section, {}), **changes}
    try:
        return Site.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigRefused([f"[site] of the scenario: '{key}': {first['msg']}."]) from None


def play_virtual(scenario: Scenario, measurer: Measurer, folder: Path, seed: int) -> Observed:
    """As fast as the computer can; the same seed gives the same journal."""
    return play_site(scenario, site_of(scenario, SITES / "virtual.toml"), measurer, folder, seed)


def play_site(scenario: Scenario, site: Site, measurer: Measurer, folder: Path, seed: int) -> Observed:
    """The same at a given site, all of whose devices are simulated in process."""

    async def run() -> Observed:
        play = Play(scenario, site, folder, seed)
        return await play.run(LoopClock(VIRTUAL_START), in_place(measurer), Inline(), f"seed-{seed}")

    return run_virtual(run())


def play_wall(scenario: Scenario, load: Callable[[], Measurer], folder: Path, seed: int, wire: bool) -> Observed:
    """In real time; with `wire` over Modbus RTU, serial lines and a streaming camera."""

    async def run() -> Observed:
        commits, worker = Threaded("commit"), Worker(load)
        try:
            await worker.open()
            site = site_of(scenario, SITES / ("demo.toml" if wire else "virtual.toml"))
            play = Play(scenario, site, folder, seed)
            return await play.run(WallClock(), worker.measure, commits, boot_id(datetime.now(UTC).date()))
        finally:
            await worker.close()
            commits.close()

    return asyncio.run(run())


@dataclass(slots=True)
class Play:
    """One run of one scenario. A lane that is killed is started again on the same folder and the same world."""

    scenario: Scenario
    site: Site
    folder: Path
    seed: int
    actors: dict[str, Actor] = field(default_factory=dict, repr=False)
    service: LaneService | None = field(default=None, repr=False)
    begun: int = 0
    killed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    over: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    examined: "Examined" = field(init=False, repr=False)
    crossing: Crossing | None = field(default=None, repr=False)
    journal: FragileJournal | None = field(default=None, repr=False)
    plan: FaultPlan = field(default_factory=FaultPlan, repr=False)
    opens: Callable[[Path, str, str, bytes], FragileJournal] = field(default=FragileJournal.open, repr=False)
    """Opens the journal of one of the lane's lives."""
    sees: Callable[[World, int], Callable[[float], Image]] = field(default=CameraView, repr=False)
    """World and seed -> what the camera sees."""
    come: Callable[[Sequence[Traveller], date, int], tuple[Comer, ...]] = field(default=comers, repr=False)
    """Makes the travellers of the scenario with all that they bring."""
    around: Callable[[Around], Around] = field(default=lambda plan: plan, repr=False)
    """What else is put around each call of a device."""
    _mortal: Mortal | None = field(default=None, repr=False)

    async def run(self, clock: Clock, measure: Measure, commits: Offload, boot: str) -> Observed:
        now = SteppedClock(clock)
        world = WatchedWorld(clock.monotonic)
        self.examined = Examined(measure)
        async with Rig(clock, self.sees(world, self.seed), world, self.seed) as rig:
            site = await rig.wired(self.site)
            people = self.come(self.scenario.traveller, now.now().date(), self.seed)
            self._fill_register(people, now)
            stage = self._stage(now, world, rig, people)
            brief(stage, self.scenario.officer)
            tasks = self._set_going(stage)
            try:
                await self._lives(stage, site, self.examined.measure(), commits, boot)
            finally:
                await finish(*tasks)
            return self._observed(stage)

    # --- the stage ----------------------------------------------------------------------------------------

    def _stage(self, now: SteppedClock, world: WatchedWorld, rig: Rig, people: Sequence[Comer]) -> Stage:
        return Stage(
            clock=now,
            now=now,
            world=world,
            rig=rig,
            comers=people,
            store=lambda: Store(self.folder / self.site.register_file),
            signs={
                "examined": lambda: self.examined.frames > 0,
                "decided": lambda: self._has_noted("decided"),
                "sealed": self._is_idle,
            },
            begun=lambda: self.begun,
            kill=self._kill,
            began_s=now.monotonic(),
            network=CutNetwork(now),
        )

    def _set_going(self, stage: Stage) -> tuple[asyncio.Task[None], ...]:
        work = [happen(stage, event) for event in self.scenario.event]
        work += [act_of_officer(stage, entry) for entry in self.scenario.officer if not entry.on and not entry.renews]
        work += [self._arrivals(stage), self._controller_lives(stage), self._ends(stage)]
        return tuple(asyncio.create_task(each) for each in work)

    async def _controller_lives(self, stage: Stage) -> None:
        """The door controller is a computer of its own: it goes on when the lane is away."""
        while True:
            stage.rig.plant.tick(asyncio.get_running_loop().time())
            await stage.clock.sleep(LOOK_S)

    async def _ends(self, stage: Stage) -> None:
        await stage.clock.sleep(self.scenario.scenario.lasts_s)
        self.over.set()

    async def _arrivals(self, stage: Stage) -> None:
        for number, comer in enumerate(stage.comers):
            while comer.said.waits_for_welcome and not self._is_welcome(stage):
                await stage.clock.sleep(LOOK_S)
            await stage.clock.sleep(comer.said.arrives_after_s)
            await self._visit(stage, number, comer)
        while not self._is_idle():
            await stage.clock.sleep(LOOK_S)
        await stage.clock.sleep(REST_S)
        self.over.set()

    def _is_welcome(self, stage: Stage) -> bool:
        return stage.world.prompt is Prompt.WELCOME and not stage.world.persons

    async def _visit(self, stage: Stage, number: int, comer: Comer) -> None:
        said = comer.said
        party = party_of(comer)
        actor = Actor(
            stage.world,
            stage.clock,
            random.Random(f"{self.seed}-{number}"),
            party.traveller,
            comer.page,
            behaviour_of(said.behaviour),
            party.companion,
            place_mm=party.place_mm,
            speed=said.pace,
            said=said.behaviour,
        )
        self.actors[said.name] = actor
        await actor.live()

    def _fill_register(self, people: Sequence[Comer], now: SteppedClock) -> None:
        with Store(self.folder / self.site.register_file, create=True) as store:
            store.add([visa for comer in people for visa in comer.visas], [a for comer in people for a in comer.alerts])
            for comer in people:
                if comer.said.visa == "used_up":
                    store.consume_entry(PassageClaim(f"before-{comer.said.name}", comer.visas[0].record, now.now()))
                _mark_document(store, comer, now.now())

    # --- the lane's lives -----------------------------------------------------------------------------------

    async def _lives(self, stage: Stage, site: Site, measure: Measure, commits: Offload, boot: str) -> None:
        life = 0
        while not self.over.is_set():
            life += 1
            await self._life(stage, site, measure, commits, f"{boot}-{life}")
            if self.killed.is_set():
                self.killed.clear()
                await stage.clock.sleep(DOWN_S)

    async def _life(self, stage: Stage, site: Site, measure: Measure, commits: Offload, boot: str) -> None:
        journal = self.opens(self.folder / site.journal.path, site.lane, boot, KEY)
        self.plan = stage.plan = plan_of(self.scenario.fault if boot.endswith("-1") else ())
        self._mortal = Mortal(self.around(stage.plan))
        self.journal = stage.journal = journal
        around = Surroundings(stage.now, self.folder, stage.world, stage.rig.view, stage.rig.plant, stage.rig.officer)
        register = LocalRegister(self.folder / site.register_file, stage.now, offload=commits)
        async with AsyncExitStack() as stack:
            stack.callback(self._let_go, journal)
            lane = await stack.enter_async_context(
                assembled(site, around, measure, commits, journal, register, self._mortal)
            )
            await stage.rig.connect_imaging_unit(site, lane.raw["reader"])
            stage.devices = lane.raw
            self.service = lane.service
            lane.service.began = self._began
            if stage.network:
                lane.service.register_cut = stage.network.is_cut
            await self._serve(lane.service)

    async def _serve(self, service: LaneService) -> None:
        serving = asyncio.create_task(service.run())
        waits = [asyncio.create_task(_waited(event)) for event in (self.over, self.killed)]
        try:
            done, _ = await asyncio.wait((serving, *waits), return_when=asyncio.FIRST_COMPLETED)
            if serving in done:
                serving.result()
        finally:
            await finish(serving, *waits)

    @staticmethod
    def _let_go(journal: FragileJournal) -> None:
        journal.is_full = False
        journal.close()

    def _began(self, crossing: Crossing) -> None:
        self.begun += 1
        self.plan.armed = True
        self.crossing, self.examined.frames = crossing, 0

    def _kill(self) -> None:
        """As kill -9: nothing more reaches a device or the disk."""
        assert self._mortal is not None  # noqa: S101  (events happen only while a lane lives)
        self._mortal.killed, self.crossing = True, None
        assert self.journal is not None  # noqa: S101  (it was opened with that lane)
        self.journal.is_dead = True
        self.killed.set()

    def _observed(self, stage: Stage) -> Observed:
        world, service = stage.world, self.service
        assert isinstance(world, WatchedWorld) and service is not None  # noqa: S101  (made so by `run`)
        crossings, chain = read_back(self.folder / self.site.journal.path, KEY)
        happened = len(stage.happened)
        return Observed(
            crossings=crossings,
            seen=tuple(world.seen),
            told=tuple((case.reason, alarm) for case, alarm in stage.rig.officer.told),
            where={name: actor.where for name, actor in self.actors.items()},
            state=service.state.value,
            why_closed=service.why_closed,
            alarm_at_s=world.alarm_at_s,
            chain=chain,
            answers=tuple("refused" if refusal else "done" for _, refusal in stage.rig.officer.answered),
            missed=self._announced() - happened,
        )

    def _announced(self) -> int:
        own = [entry for entry in self.scenario.officer if not entry.on and not entry.renews]
        return len(self.scenario.event) + len(own)

    def _has_noted(self, kind: str) -> bool:
        return self.crossing is not None and any(entry.kind == kind for entry in self.crossing.page.entries)

    def _is_idle(self) -> bool:
        """No crossing is open."""
        return self.crossing is None or self.crossing.page.record is not None


def _mark_document(store: Store, comer: Comer, now: datetime) -> None:
    """What others have said of the passport, and done with it at another lane, a moment ago."""
    passport = comer.said.passport
    if passport.reported:
        store.report(*comer.document, LostState(passport.reported), now)
    if passport.used:
        before = now - timedelta(seconds=20)
        store.begin_use(f"lane-2-{comer.said.name}", *comer.document, before)
        if passport.used != "in_use":
            store.end_use(f"lane-2-{comer.said.name}", UseEnd(passport.used), before)


async def _waited(event: asyncio.Event) -> None:
    await event.wait()
