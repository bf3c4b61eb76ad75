"""One simulated lane from a site file, on the wall clock with its wires or on the virtual clock."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.exits import DEVICE, CommandFailed
from cli.lane_services import gate_register, posting
from config.schema import Site
from config.services import ServiceRegister
from drivers.clock import LoopClock, WallClock
from drivers.errors import DeviceError
from drivers.model import DoorEvent, DoorEventCode, Image, Prompt
from drivers.protocols import Clock, Device
from kiosk.assembly import Assembled, assembled, boot_id
from kiosk.crossing import Crossing
from kiosk.image_models import image_models, load_image_models
from kiosk.kinds import Surroundings
from kiosk.measure import Measure, Measurer, in_place
from kiosk.offload import Inline, Offload, Threaded
from kiosk.service import LaneState
from kiosk.worker import Worker
from records.journal import Journal
from records.model import CrossingRecord
from register.gate import GateRegister
from register.local import LocalRegister
from register.store import Store
from simulators.camera_faults import View
from simulators.camera_inprocess import Drawing
from simulators.camera_view import CameraView
from simulators.faults import FaultPlan
from simulators.paced_time import Pace, PacedClock, paced_loop, run_paced
from simulators.pages import draw, encoded_portrait, figures
from simulators.population import DEMO_MIX, Population, Story, Visitor, stories
from simulators.rig import Rig, finish
from simulators.scenario_process import FragileJournal, SteppedClock
from simulators.virtual_time import run_virtual
from simulators.world import World

if TYPE_CHECKING:
    from cli.register_served import Served

CATCH_UP_S = 30.0
WALKS_AWAY_S = 60.0
"""Of the lane's clock: longer than anybody takes from one end of a lane to the other."""
VIRTUAL_START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SIMULATION_KEY = b"a simulated gate's own key, no secret at all"


@dataclass(slots=True)
class Ended:
    """One visit: what was to happen, and what the lane recorded."""

    story: Story | None
    """None for somebody whom no story sent."""
    expected_outcome: str
    expected_reason: str
    record: CrossingRecord
    crossing: Crossing = field(repr=False)

    @property
    def as_expected(self) -> bool:
        return (self.record.outcome, self.record.reason) == (self.expected_outcome, self.expected_reason)

    def to_json(self) -> dict[str, Any]:
        seal = self.record.entries[-1]
        return {
            "transaction": self.record.transaction,
            "story": self.story.value if self.story else "visitor",
            "outcome": self.record.outcome,
            "reason": self.record.reason,
            "expected": {"outcome": self.expected_outcome, "reason": self.expected_reason},
            "as_expected": self.as_expected,
            "total_ms": seal.fact("total_ms"),
            "machine_ms": seal.fact("machine_ms"),
            "frame_to_decision_ms": seal.fact("frame_to_decision_ms"),
            "machine": {name: round(1000 * seconds) for name, seconds in self.crossing.machine_s.items()},
            "steps_ms": {name: round(1000 * seconds) for name, seconds in self.crossing.steps_s.items()},
            "register": self._asked_of,
            "modes": seal.fact("modes"),
            "durable": self.record.durable,
            "digest": self.record.digest,
        }

    @property
    def _asked_of(self) -> str:
        """Where the register's answer came from: service, copy, or nowhere."""
        sources = [entry.fact("source") for entry in self.record.entries if entry.kind == "register_answered"]
        return str(sources[-1]) if sources else "-"


@dataclass(slots=True)
class Simulation:
    """What to run. `watch` is called with the running lane and may look at it as long as it likes."""

    site: Site
    visitors: Sequence[Visitor] = field(repr=False)
    folder: Path
    seed: int = 1
    speed: float = 1.0
    measurer: Callable[[], Measurer] | None = field(default=None, repr=False)
    """Makes the image work; None = what the site asks for. For the wall clock it must be picklable."""
    ended: list[Ended] = field(default_factory=list)
    told: Callable[[Ended], None] = field(default=lambda _ended: None, repr=False)
    watch: Callable[["Running"], Awaitable[None]] | None = field(default=None, repr=False)
    wires: dict[str, str] = field(default_factory=dict)
    sees: Callable[[World, int], Callable[[float], Image]] = field(default=CameraView, repr=False)
    """World and seed -> what the camera sees."""
    register: Path | None = None
    """An existing register to ask, in place of one made of the visitors' visas."""
    visas_to: Path | None = None
    """Put the visitors' visas into this register's file, in place of the site's: another process serves it."""
    over_the_network: bool = False
    """Ask the register's service over HTTP and keep a copy, instead of reading its file."""
    cut_register_s: float = 0.0
    """After the first crossing the network to the register is pulled for so long."""
    caught_up_s: float | None = None
    """The network was pulled and is back: how long until the register had been told everything."""
    served: "Served | None" = field(default=None, repr=False)
    _cutting: asyncio.Task[None] | None = field(default=None, repr=False)
    until_watched: bool = False
    """End as soon as `watch` returns, whatever still goes on."""
    endless: bool = False
    """Serve until cancelled, whoever comes."""
    gives_up_after_s: float | None = None
    """A lane that was closed so long, of its own clock, ends it all with its reason; None = wait for ever."""
    staged: bool = False
    """Its time can be paced, and its devices, disk and clock be broken by hand (cli/studio.py)."""
    beside: list[Callable[["Running"], Awaitable[None]]] = field(default_factory=list, repr=False)
    """What else runs beside the lane, until it ends: pages."""
    pages: dict[str, str] = field(default_factory=dict)
    """Addresses of the screens that are served, by their names."""
    shown: Callable[[str, str], object] = field(default=lambda _name, _address: None, repr=False)
    """Told each page's name and address as soon as it can be opened."""
    key: bytes = field(default=SIMULATION_KEY, repr=False)
    """The journal's."""
    peak_rss_mb: int = 0
    """Of this process and its image worker together, in MiB; 0 where /proc does not tell."""
    doors_said: list[tuple[float, str]] = field(default_factory=list)
    """The door controller's own events, seconds since it started."""

    def on_the_wall_clock(self) -> list[Ended]:
        """In real time, over real wires where the site has them."""
        run_paced(self._with_threads()) if self.staged else asyncio.run(self._with_threads())
        return self.ended

    def on_the_virtual_clock(self) -> list[Ended]:
        """As fast as the computer can; the same seed gives the same journal."""
        run_virtual(self._run_virtual())
        return self.ended

    async def _with_threads(self) -> None:
        commits, camera, worker = Threaded("commit"), Threaded("camera"), Worker(self._make)
        try:
            await worker.open()
            clock: Clock = SteppedClock(PacedClock(paced_loop().pace)) if self.staged else WallClock()
            measure = measured_in_real_time(worker.measure, paced_loop().pace) if self.staged else worker.measure
            drawing = drawn_in_real_time(camera, paced_loop().pace) if self.staged else camera
            await self._run(clock, measure, commits, boot_id(datetime.now(UTC).date()), worker, drawing)
        finally:
            await worker.close()
            camera.close()
            commits.close()

    async def _run_virtual(self) -> None:
        await self._run(LoopClock(VIRTUAL_START), in_place(self._make()), Inline(), f"seed-{self.seed}")

    @property
    def _make(self) -> Callable[[], Measurer]:
        return self.measurer or partial(load_image_models, image_models(self.site))

    async def _run(
        self,
        clock: Clock,
        measure: Measure,
        commits: Offload,
        boot: str,
        worker: Worker | None = None,
        drawing: Drawing | None = None,
    ) -> None:
        served = isinstance(self.site.travel_register, ServiceRegister)
        if self.visas_to or (self.register is None and not served):
            self._fill_register()
        world = World()
        async with AsyncExitStack() as stack:
            rig = await stack.enter_async_context(Rig(clock, self.sees(world, self.seed), world, self.seed, self.speed))
            site = await rig.wired(self.site)
            keeps, plan = (FragileJournal, FaultPlan()) if self.staged else (Journal, None)
            journal = stack.enter_context(keeps.open(self.folder / site.journal.path, site.lane, boot, self.key))
            register = await self._register(stack, site, clock, commits)
            around = Surroundings(clock, self.folder, world, rig.view, rig.plant, rig.officer, drawing)
            lane = await stack.enter_async_context(assembled(site, around, measure, commits, journal, register, plan))
            await rig.connect_imaging_unit(site, lane.raw["reader"])
            self.wires = _wires(site, rig)
            if site.display.kind == "mirrored":
                self.wires["screen"] = lane.raw["display"].screen.address  # type: ignore[attr-defined]  # by its kind
                self.show("traveller's screen", self.wires["screen"])
            if self.served:
                await self.served.until_in_step()
                self.wires["register"] = "mutual TLS 1.3 on loopback, signed answers, a copy of its own"
            if isinstance(register, GateRegister):
                lane.service.register_cut = register.is_cut
            if isinstance(site.travel_register, ServiceRegister):
                self.wires["register"] = f"{site.travel_register.url}, signed answers, a copy of its own"
            if site.centre:
                await stack.enter_async_context(posting(site.centre, self.folder, journal, clock))
                self.wires["centre"] = site.centre.url
            path = self.visas_to or self.register or self.folder / site.register_file
            await self._serve(Running(rig, lane, clock, world, worker, path=path, journal=journal, plan=plan))

    def show(self, name: str, address: str) -> None:
        """A page can be opened now."""
        self.pages[name] = address
        self.shown(name, address)

    async def _register(self, stack: AsyncExitStack, site: Site, clock: Clock, commits: Offload) -> Device:
        if isinstance(site.travel_register, ServiceRegister):
            return gate_register(site.travel_register, self.folder, site.lane, clock)
        path = self.register or self.folder / site.register_file
        if not self.over_the_network:
            return LocalRegister(path, clock, offload=commits)
        from cli.register_served import served

        self.served = await stack.enter_async_context(served(path, self.folder, site.lane, clock))
        return self.served.register

    async def _cut(self, served: "Served") -> None:
        """Pull the network, mend it, and wait until the lane has told what it owes."""
        served.line.cut()
        await asyncio.sleep(self.cut_register_s)
        served.line.mend()
        mended_s = asyncio.get_running_loop().time()
        while served.register.owes or served.register.is_cut():
            await served.register.next_step()
        self.caught_up_s = asyncio.get_running_loop().time() - mended_s

    async def _serve(self, running: "Running") -> None:
        service, world = running.lane.service, running.rig.world
        service.began = running.begin
        service.sealed = lambda record: self._sealed(running, record)
        serving = asyncio.create_task(service.run(None if self.endless else len(self.visitors)))
        arriving = asyncio.create_task(
            running.rig.receive(self.visitors, lambda: world.prompt is Prompt.WELCOME and not world.persons)
        )
        watching = [asyncio.create_task(self._watched(self.watch, running))] if self.watch else []
        watching += [asyncio.create_task(each(running)) for each in self.beside]  # type: ignore[arg-type]  # a coroutine each
        if self.gives_up_after_s is not None:
            watching.append(asyncio.create_task(_until_closed_for(self.gives_up_after_s, running)))
        try:
            done, _ = await asyncio.wait((serving, *watching), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            if serving not in done:
                return
            await walked_away(arriving)
            if self._cutting:
                async with asyncio.timeout(self.cut_register_s + CATCH_UP_S):
                    await self._cutting
            with suppress(DeviceError):  # a controller that is gone says nothing more
                self.doors_said = [_said(event) for event in await running.lane.service.lane.doors.events()]
        finally:
            self.peak_rss_mb = sum(map(_peak_rss_mb, ("self", running.worker.pid if running.worker else None)))
            await finish(serving, arriving, *watching, *([self._cutting] if self._cutting else []))

    async def _watched(self, watch: Callable[["Running"], Awaitable[None]], running: "Running") -> None:
        await watch(running)
        if not self.until_watched:
            await asyncio.get_running_loop().create_future()

    def _sealed(self, running: "Running", record: CrossingRecord) -> None:
        assert running.crossing is not None  # noqa: S101  (a record is sealed after its crossing began)
        visitor = self.visitors[len(self.ended)] if len(self.ended) < len(self.visitors) else None
        expected = (visitor.expected_outcome, visitor.expected_reason) if visitor else (record.outcome, record.reason)
        ended = Ended(visitor.story if visitor else None, *expected, record, running.crossing)
        self.ended.append(ended)
        self.told(ended)
        if self.cut_register_s and self.served and not self._cutting:
            self._cutting = asyncio.create_task(self._cut(self.served))

    def _fill_register(self) -> None:
        path = self.visas_to or self.folder / self.site.register_file
        with Store(path, create=not path.exists()) as store:
            store.add(
                [visa for visitor in self.visitors for visa in visitor.visas],
                [alert for visitor in self.visitors for alert in visitor.alerts],
            )


@dataclass(slots=True)
class Running:
    """A lane at work, for a view to look at."""

    rig: Rig
    lane: Assembled
    clock: Clock
    world: World
    worker: Worker | None = None
    crossing: Crossing | None = None
    begun: int = 0
    path: Path | None = field(default=None, repr=False)
    """The register's file."""
    journal: Journal | None = field(default=None, repr=False)
    plan: FaultPlan | None = field(default=None, repr=False)
    """Of a staged simulation: the calls that go wrong."""

    def begin(self, crossing: Crossing) -> None:
        self.crossing = crossing
        self.begun += 1


async def walked_away(arriving: asyncio.Future[Any]) -> None:
    """The visitors' own ways, ended; whoever still waits for a lane that serves no more is left standing."""
    await asyncio.wait((arriving,), timeout=WALKS_AWAY_S)
    if arriving.done():
        arriving.result()


async def _until_closed_for(limit_s: float, running: Running) -> None:
    """Raises CommandFailed, with why, once the lane was closed for `limit_s` on end: nobody comes to mend it."""
    service, clock, open_at_s = running.lane.service, running.clock, running.clock.monotonic()
    while clock.monotonic() - open_at_s < limit_s:
        await clock.sleep(1.0)
        if service.state is not LaneState.CLOSED:
            open_at_s = clock.monotonic()
    raise CommandFailed(f"the lane was closed for {limit_s:.0f} s: {service.why_closed}", DEVICE)


def measured_in_real_time(real: Measure, pace: Pace) -> Measure:
    """The image worker is another process: however fast the lane's time goes, it does not run away meanwhile."""

    async def ask(operation: str, *arguments: object) -> object:
        with pace.no_faster_than_real():
            return await getattr(real, operation)(*arguments)

    return Measure(ask)


def drawn_in_real_time(elsewhere: Offload, pace: Pace) -> Drawing:
    """A picture is drawn by a thread: the lane's time does not run away from it either."""

    async def draw(view: View, at_s: float) -> Image:
        with pace.no_faster_than_real():
            return await elsewhere(view, at_s)

    return draw


def _peak_rss_mb(pid: int | str | None) -> int:
    """VmHWM: the most that a process ever had in memory."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:")), 0)


def _said(event: DoorEvent) -> tuple[float, str]:
    return event.at_ms / 1000, DoorEventCode(event.code & 0xFF).name


def _wires(site: Site, rig: Rig) -> dict[str, str]:
    wires = {}
    if rig.doors:
        wires["doors"] = f"modbus rtu on {rig.doors.port}"
    if rig.reader:
        wires["reader"] = f"serial on {rig.reader.port}"
    if rig.camera:
        wires["camera"] = f"mjpeg on {rig.camera.url}"
    return wires or {"all": f"in process ({site.doors.kind})"}


def make_visitors(
    count: int,
    seed: int,
    today: datetime,
    cast: str = "demo",
    told: Sequence[Story] = (),
    mix: Sequence[Story] = DEMO_MIX,
) -> list[Visitor]:
    """`count` visitors of the seed; `told` fixes their stories."""
    rng = random.Random(seed)
    population = Population(figures(cast), draw, encoded_portrait, today.date(), rng)
    return [population.visitor(story) for story in told or stories(count, rng, mix)]
