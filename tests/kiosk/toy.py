"""A lane on the virtual clock whose pictures are tiny: fast enough to break every call of a crossing in turn.

The toy's eyes are pixels all the same: a page image carries its lines as bytes, a face image its person as numbers, and
nothing else tells the lane who is there.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import cv2
import numpy as np

from biometrics.model import (
    ATTACK_NOT_SUPPORTED,
    AttackAssessment,
    AttackState,
    CaptureState,
    FaceCapture,
    Hint,
    MatchResult,
    Quality,
    Template,
)
from config.schema import Site
from drivers.around import Around
from drivers.clock import LoopClock
from drivers.model import Image, Light, PageScan, Prompt
from drivers.protocols import Device
from kiosk.assembly import Assembled, assembled
from kiosk.kinds import Surroundings
from kiosk.measure import in_place
from kiosk.offload import Inline
from mrz.model import MrzFields, MrzRead, RescanReason, Verdict
from mrz.parse import inspect
from records.journal import Journal
from records.model import CrossingRecord
from register.local import LocalRegister
from register.store import Store
from simulators.door_plant import DoorPlant
from simulators.officer import SimulatedOfficer
from simulators.population import Figure, Population, Story, Visitor
from simulators.traveller import Traveller
from simulators.virtual_time import run_virtual
from simulators.world import Person, World

TODAY = date(2026, 11, 23)
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FIGURES = (
    Figure("Ada Example", "F", 34, "UTO", 1680, "Bo Sample"),
    Figure("Bo Sample", "M", 51, "UTO", 1820, "Ada Example"),
)
THRESHOLD = 0.5
SUSPECTED = AttackAssessment(AttackState.SUSPECTED, 0.9, "toy")
TURNS = 200_000
"""A good crossing turns the loop about 900 times, five minutes of an idle lane 8,000: more never ends."""
FACE_MARK, ARTEFACT_MARK, EMPTY_MARK = 250, 100, 5


def vector_of(name: str) -> np.ndarray:
    rng = np.random.default_rng(sum(name.encode()))
    vector = rng.normal(size=16)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def face_image(names: Sequence[str], artefact: bool = False) -> Image:
    """Rows of 16 numbers, one row a face."""
    picture = np.full((4, 16, 3), EMPTY_MARK, np.uint8)
    for row, name in enumerate(names[:3]):
        picture[row, :, 0] = np.round((vector_of(name) + 1) * 100).astype(np.uint8)
        picture[row, :, 1] = FACE_MARK
    if artefact:
        picture[:, :, 2] = ARTEFACT_MARK
    return picture


def faces_in(image: Image) -> list[np.ndarray]:
    rows = [row for row in image if row[0, 1] == FACE_MARK]
    return [(row[:, 0].astype(np.float32) / 100 - 1) for row in rows]


def page_image(lines: Sequence[str], portrait: str) -> Image:
    """First the lines as bytes, then a row with the portrait."""
    picture = np.zeros((3, 44, 3), np.uint8)
    for row, line in enumerate(lines):
        picture[row, :, 2] = np.frombuffer(line.encode(), np.uint8)
    picture[2, :16] = face_image([portrait])[0]
    return picture


class ToyMeasure:
    """Satisfies kiosk.measure.Measurer."""

    def __init__(self) -> None:
        self.examined_at_s: list[float] = []
        self.assess: Callable[[int], AttackAssessment] = lambda _frames: ATTACK_NOT_SUPPORTED
        """Usable frames so far -> what is known of an artefact."""

    def read_page(self, scan: PageScan, today: date) -> MrzRead:
        image = scan.images.get(Light.VISIBLE)
        if image is None or not image[:2, :, 2].all():
            return MrzRead(verdict=Verdict.RESCAN, reason=RescanReason.NO_MRZ)
        lines = tuple(bytes(image[row, :, 2]).decode("ascii", "replace") for row in range(2))
        faults = inspect(lines, today).faults
        return MrzRead(verdict=Verdict.REFER if faults else Verdict.ACCEPT, lines=lines, confidence=0.99)

    def page_portrait(self, images: Mapping[Light, Image]) -> FaceCapture | None:
        return self.examine(images[Light.VISIBLE][2:, :16], 0.0) if Light.VISIBLE in images else None

    def reference(self, portrait: bytes) -> FaceCapture:
        return self.examine(cv2.imdecode(np.frombuffer(portrait, np.uint8), cv2.IMREAD_COLOR), 0.0)

    def examine(self, image: Image, at_s: float) -> FaceCapture:
        self.examined_at_s.append(at_s)
        faces = faces_in(image)
        if len(faces) == 1:
            attack = SUSPECTED if image[0, 0, 2] == ARTEFACT_MARK else ATTACK_NOT_SUPPORTED
            return FaceCapture(CaptureState.OK, Template(faces[0], "toy"), Quality(), None, attack, at_s)
        state = CaptureState.SEVERAL_FACES if faces else CaptureState.NO_FACE
        hint = Hint.ONE_PERSON_ONLY if faces else None
        return FaceCapture(state, None, Quality(), hint, ATTACK_NOT_SUPPORTED, at_s)

    def assess_attack(self, captures: Sequence[FaceCapture]) -> AttackAssessment:
        return SUSPECTED if SUSPECTED in [each.attack for each in captures] else self.assess(len(captures))

    def compare(self, reference: Template, live: Sequence[Template]) -> MatchResult:
        score = float(np.mean([float(reference.vector @ each.vector) for each in live]))
        return MatchResult(score, THRESHOLD, 5e-4, score >= THRESHOLD, "sface", "toy", len(live))

    def compare_page(self, reference: Template, page: Template) -> MatchResult:
        return self.compare(reference, (page,))


def toy_population(seed: int) -> Population:
    def draw(_fields: MrzFields, lines: Sequence[str], portrait: str) -> Mapping[Light, Image]:
        return {Light.VISIBLE: page_image(lines, portrait)}

    def encode(name: str) -> bytes:
        return bytes(cv2.imencode(".png", face_image([name]))[1])

    return Population(FIGURES, draw, encode, TODAY, random.Random(seed))


def toy_site(**limits: float) -> Site:
    simulated = {"kind": "simulated"}
    return Site.model_validate(
        {
            "version": "1",
            "lane": "toy",
            "direction": "entry",
            "production": False,
            **dict.fromkeys(("reader", "camera", "doors", "display", "panel", "officer"), simulated),
            "register": {"kind": "sqlite", "path": "register.db"},
            "journal": {"path": "journal.db"},
            "policy": {"mrz_only_issuers": ["any"]},
            "limits": limits,
        }
    )


class WatchedWorld(World):
    """Notes when the exit door begins to open, of the run's time."""

    def __init__(self) -> None:
        self.exit_opened_at_s: list[float] = []
        super().__init__()

    def __setattr__(self, name: str, value: object) -> None:
        if name == "exit_permille" and value and not getattr(self, name, 0):
            self.exit_opened_at_s.append(asyncio.get_running_loop().time())
        super().__setattr__(name, value)


@dataclass(slots=True)
class ToyRun:
    """Everything of one run, for a test to look at afterwards."""

    folder: Path
    site: Site = field(default_factory=toy_site)
    seed: int = 1
    faults: Around | None = None
    world: WatchedWorld = field(default_factory=WatchedWorld)
    records: list[CrossingRecord] = field(default_factory=list)
    measure: ToyMeasure = field(default_factory=ToyMeasure)
    plant: DoorPlant | None = None
    officer: SimulatedOfficer | None = None
    lane: Assembled | None = None
    register: Callable[[Path, LoopClock], Device] = field(
        default=lambda path, clock: LocalRegister(path, clock, offload=Inline())
    )
    """Made of the register's file; another one stands for a lane that asks over a network."""
    prepare: Callable[["ToyRun"], None] = field(default=lambda _run: None)
    """Called when the lane stands and before the first traveller comes."""
    travellers: list[Traveller] = field(default_factory=list)
    background: list[asyncio.Task[None]] = field(default_factory=list)
    stays: bool = False
    """The lane goes on serving when the last of them has come, until `patience_s` is over."""
    leaves_nobody: bool = False
    """The lane goes on serving until all of them have come, every crossing is sealed and nobody is inside."""

    @property
    def record(self) -> CrossingRecord:
        return self.records[-1]

    def journal(self) -> Journal:
        return Journal.open(self.folder / "journal.db", "toy", "again", b"k" * 16)


def cross(run: ToyRun, *told: Story, patience_s: float = 300.0) -> ToyRun:
    """Let one visitor for each story come to the lane, one after another, in virtual time."""
    population = toy_population(run.seed)
    visitors = [population.visitor(story) for story in told]
    with Store(run.folder / "register.db", create=True) as store:
        store.add([visa for v in visitors for visa in v.visas], [alert for v in visitors for alert in v.alerts])
    run_virtual(_serve(run, visitors, patience_s), TURNS)
    return run


async def _serve(run: ToyRun, visitors: Sequence[Visitor], patience_s: float) -> None:
    clock = LoopClock(START)
    run.plant = DoorPlant(run.world)
    run.officer = SimulatedOfficer(clock)
    around = Surroundings(clock, run.folder, run.world, _view(run.world), run.plant, run.officer)
    journal = Journal.open(run.folder / "journal.db", "toy", "boot", b"k" * 16)
    register = run.register(run.folder / "register.db", clock)
    async with AsyncExitStack() as stack:
        stack.callback(journal.close)
        run.lane = await stack.enter_async_context(
            assembled(run.site, around, in_place(run.measure), Inline(), journal, register, run.faults)
        )
        run.prepare(run)
        run.lane.service.sealed = run.records.append
        crossings = None if run.stays or run.leaves_nobody else len(visitors)
        serving = asyncio.create_task(run.lane.service.run(crossings))
        arriving = asyncio.create_task(_arrive(run, clock, visitors))
        ends = asyncio.FIRST_COMPLETED if run.leaves_nobody else asyncio.FIRST_EXCEPTION
        try:
            async with asyncio.timeout(patience_s):
                await asyncio.wait((serving, arriving), return_when=ends)
        except TimeoutError:
            pass
        ending = (serving, arriving, *run.background)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


def sensor_noise(now_s: float) -> int:
    """No two frames are alike: equal pixels are a frozen source."""
    return int(now_s * 100) % 200


def _view(world: World) -> Callable[[float], Image]:
    def view(now_s: float) -> Image:
        inside = world.in_chamber()
        picture = face_image([person.face for person in inside], any(person.artefact for person in inside))
        picture[0, 6, 1] = sensor_noise(now_s)
        return picture

    return view


async def _arrive(run: ToyRun, clock: LoopClock, visitors: Sequence[Visitor]) -> None:
    for number, visitor in enumerate(visitors):
        while run.world.prompt is not Prompt.WELCOME:
            await clock.sleep(0.1)
        rng = random.Random(f"{run.seed}-{number}")
        person = Person(f"p{number}", visitor.face, height_mm=visitor.height_mm, artefact=visitor.artefact)
        companion = Person(f"c{number}", visitor.companion, x_mm=-2600.0, y_mm=320.0) if visitor.companion else None
        traveller = Traveller(run.world, clock, rng, person, visitor.page, visitor.behaviour, companion)
        run.travellers.append(traveller)
        await traveller.live()
        await clock.sleep(2.0)
    while run.leaves_nobody and (run.world.in_chamber() or _is_serving(run)):
        await clock.sleep(0.1)


def _is_serving(run: ToyRun) -> bool:
    return run.lane is not None and run.lane.service.crossings != len(run.records)
