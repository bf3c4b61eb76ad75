"""Real SIGKILLs of real processes: a lane on ptys dies at every write of its journal and at random moments;
so do its image worker and its door controller, each a process of its own.

The reader and the traveller live on in this process, as they would at a gate. After each kill what died is started
again, the lane on the same journal; at the end the journal's file is held against what was acknowledged.
"""

import asyncio
import itertools
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.crash import opened_wrongly
from benchmarks.crash_controller import ControllerProcess
from benchmarks.crash_lane import KEY, Dies, Ports, lane
from drivers.clock import WallClock
from drivers.model import Prompt
from mrz.dates import birth_date, expiry_date
from mrz.model import DocumentType, MrzFields, Sex
from mrz.write import write
from records.model import SEALED
from records.reading import JournalReader
from register.model import Visa
from register.store import Store
from simulators.reader_wire import WireReader
from simulators.rig import finish
from simulators.scenario_watch import WatchedWorld
from simulators.traveller import Traveller
from simulators.world import Page, Person

SPEED = 3.0
"""People and doors are so much faster than usual."""
CROSSING_S = 5.0
"""A kill falls at random within so long after the traveller was asked to come."""
WELCOME_S = 30.0
LOOK_S = 0.02
PRELOAD = ["benchmarks.crash_lane", "benchmarks.crash_controller"]
"""Imported once, before the first process is made."""
DOWN_S = 1.2
"""A dead door controller is away for so long at most."""
NOTICED_S = 3.0
"""Whoever does not notice within so long that something died has gone on without it, which is as well."""
WRITES = 14
"""A life's writes: those of its start and of a whole crossing, and some more than there are."""
GATES = 2
"""So many gates live and die beside one another: a gate mostly waits for people."""


@dataclass(frozen=True, slots=True)
class Round:
    """What is killed while a traveller is there; afterwards the lane dies in any case."""

    victim: str
    """lane, worker or controller."""
    dies: Dies | None = None


@dataclass(slots=True)
class Gate:
    """The far ends, and the lane's process."""

    folder: Path
    rng: random.Random
    pages: list[Page]
    counts: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    """Digests that a lane has acknowledged, of all its lives."""
    back_s: list[float] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    """What never came back."""
    looked_after: Counter[str] = field(default_factory=Counter)
    """What kept the lane closed until an officer had looked."""
    world: WatchedWorld = field(init=False)
    process: Any = None
    pipe: Connection | None = None
    worker: int | None = None
    _visit: asyncio.Task[None] | None = None
    _who: Traveller | None = None

    def __post_init__(self) -> None:
        self.world = WatchedWorld(time.monotonic)

    async def run(self, rounds: Sequence[Round], progress: Callable[[], None]) -> None:
        clock = WallClock()
        controller, reader = ControllerProcess(self.world, 0.8 / SPEED), WireReader(self.world, clock)
        multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOAD)
        controller.start()
        await reader.open()
        mirror = asyncio.create_task(controller.mirror())
        ports = Ports(controller.line.a, reader.port)
        try:
            for number, each in enumerate(rounds):
                await self._round(ports, controller, clock, number, each)
                progress()
            await self._start(ports, False, None)
            await self._in_service("lane")
            self._kill_lane()
        finally:
            await finish(mirror)
            controller.close()
            await reader.close()

    async def _round(
        self, ports: Ports, controller: ControllerProcess, clock: WallClock, number: int, what: Round
    ) -> None:
        """Start, be in service, let a traveller come, and let something die."""
        began_s = await self._start(ports, what.victim == "worker", what.dies)
        occupied_s = await self._in_service("lane")
        if occupied_s is None:
            self._kill_lane()
            return
        if not self.process.is_alive():  # at a write of its start
            self._died()
            return
        self.back_s.append(time.monotonic() - began_s - occupied_s)
        self._come(clock, number)
        dies_s = time.monotonic() + (CROSSING_S if what.dies else self.rng.uniform(0.0, CROSSING_S))
        while time.monotonic() < dies_s and self.process.is_alive():
            self._listen()
            await asyncio.sleep(LOOK_S)
        if not self.process.is_alive():
            self._died()
        elif what.victim == "controller":
            await self._kill_controller(controller)
        elif what.victim == "worker" and self.worker:
            os.kill(self.worker, signal.SIGKILL)
            self.counts["worker"] += 1
            await self._settled("image worker", time.monotonic())
        if self.process.is_alive():
            self.counts["lane"] += what.victim == "lane"
            self._kill_lane()
        await self._let_go()

    def _died(self) -> None:
        """By its own hand, at the write that was chosen."""
        self.counts["lane"] += 1
        self.counts["at a write"] += 1
        self._kill_lane()

    async def _kill_controller(self, controller: ControllerProcess) -> None:
        controller.kill()
        self.counts["controller"] += 1
        await self._listening(self.rng.uniform(0.2, DOWN_S))
        controller.start()
        await self._settled("door controller", time.monotonic())

    async def _settled(self, what: str, since_s: float) -> None:
        """The lane is in service again, and whoever was inside is out; or it is told what was not."""
        occupied_s = await self._in_service(what, anew=True)
        if occupied_s is not None:
            self.back_s.append(max(0.0, time.monotonic() - since_s - occupied_s))

    async def _in_service(self, what: str, anew: bool = False) -> float | None:
        """How long somebody was inside meanwhile; None when the lane did not come back, which is told."""
        try:
            return await self._until_welcome(anew)
        except TimeoutError:
            where = "somebody inside" if self.world.in_chamber() else "nobody inside"
            doors = f"doors {self.world.entry_permille}/{self.world.exit_permille}"
            shows = f"shows {self.world.prompt.value}, {'a page lies' if self.world.page else 'no page'}"
            self.stuck.append(f"after the {what} died: no service for {WELCOME_S:g} s, {where}, {doors}, {shows}")
            return None

    async def _listening(self, for_s: float) -> None:
        until_s = time.monotonic() + for_s
        while time.monotonic() < until_s:
            self._listen()
            await asyncio.sleep(LOOK_S)

    async def _start(self, ports: Ports, with_worker: bool, dies: Dies | None) -> float:
        context = multiprocessing.get_context("forkserver")
        self.world.prompt = Prompt.CLOSED
        self.pipe, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=lane, args=(ports, self.folder, theirs, with_worker, dies))
        began_s = time.monotonic()
        self.process.start()
        theirs.close()
        return began_s

    async def _until_welcome(self, anew: bool = False) -> float:
        """Raises TimeoutError. Returns how long somebody was inside meanwhile: that is the mantrap check.

        `anew`: a welcome that is still shown from before does not count; the lane dies, or another prompt comes first.
        """
        began_s, occupied_s = time.monotonic(), 0.0
        async with asyncio.timeout(WELCOME_S):
            while (self.world.prompt is not Prompt.WELCOME or anew) and self.process.is_alive():
                self._listen()
                anew = anew and self.world.prompt is Prompt.WELCOME and time.monotonic() - began_s < NOTICED_S
                if self.world.in_chamber() or self.world.entry_permille:
                    occupied_s = time.monotonic() - began_s
                if self._who is not None and not self.world.in_chamber() and self.world.prompt is Prompt.CLOSED:
                    self._who.gone = True
                await asyncio.sleep(LOOK_S)
        return occupied_s

    def _come(self, clock: WallClock, number: int) -> None:
        person = Person(f"traveller-{number}", "")
        rng = random.Random(number)
        self._who = Traveller(self.world, clock, rng, person, self.pages[number], speed=SPEED)
        self._visit = asyncio.create_task(self._who.live())

    async def _let_go(self) -> None:
        """Whoever is in the hall leaves; whoever is inside waits for the lane that comes next."""
        if self._who is not None and not self.world.in_chamber():
            self._who.gone = True

    def _listen(self) -> None:
        assert self.pipe is not None  # noqa: S101  (a lane was started)
        try:
            while self.pipe.poll():
                self._heard(*self.pipe.recv())
        except (EOFError, OSError):
            return

    def _heard(self, what: str, value: Any) -> None:
        if what == "shown":
            self.world.prompt = Prompt(value)
        elif what == "kept":
            self.kept.append(value)
        elif what == "worker":
            self.worker = value
        elif what == "looked_after":
            self.looked_after[value] += 1

    def _kill_lane(self) -> None:
        self._listen()
        self.process.kill()
        self.process.join()
        self._listen()
        if self.worker is not None:
            self.worker = None  # it ends by itself when its pipe does


def crowd(count: int, today: date) -> tuple[list[Page], list[Visa]]:
    """As many travellers, each with a passport and a visa of his own; nothing is drawn."""
    pages, visas = [], []
    for number in range(count):
        fields = MrzFields(
            document_code="P",
            issuing_state="UTO",
            document_number=f"KL{number:07d}",
            surname="EXAMPLE",
            given_names="ADA",
            nationality="UTO",
            sex=Sex.FEMALE,
            birth_date=birth_date("900101", today),
            expiry_date=expiry_date(f"{today + timedelta(days=900):%y%m%d}", today),
        )
        pages.append(Page({}, write(fields, DocumentType.TD3)))
        visas.append(
            Visa(
                record=f"V{number:06d}",
                issuing_state=fields.issuing_state,
                document_number=fields.document_number,
                birth_date=fields.birth_date.text,
                surname=fields.surname,
                given_names=fields.given_names,
                nationality=fields.nationality,
                valid_from=today - timedelta(days=40),
                valid_until=today + timedelta(days=50),
                entries=1,
                portrait=b"no picture is looked at",
            )
        )
    return pages, visas


def rounds(count: int, seed: int) -> list[Round]:
    """Every write of a life, before and after; then random moments of random victims. A short run has some of each."""
    rng, others = random.Random(seed), ("lane", "lane", "controller", "controller", "worker")
    writes = [Round("lane", Dies(nth, is_after)) for nth in range(1, WRITES + 1) for is_after in (False, True)]
    if count < 2 * len(writes):
        return rng.sample(writes, count // 3) + [Round(rng.choice(others)) for _ in range(count - count // 3)]
    return writes + [Round(rng.choice(others)) for _ in range(count - len(writes))]


def kills(count: int, seed: int = 1, progress: Callable[[int], None] = lambda _done: None) -> dict[str, Any]:
    """The figures of `count` real kills."""
    return kill(rounds(count, seed), seed, progress)


def kill(plan: Sequence[Round], seed: int, progress: Callable[[int], None] = lambda _done: None) -> dict[str, Any]:
    """The figures of these."""
    began_s = time.perf_counter()
    shares = [plan[number::GATES] for number in range(GATES) if plan[number::GATES]]
    with tempfile.TemporaryDirectory(prefix="egate-kills-") as name:
        gates = [_gate(Path(name, str(number)), share, seed + number) for number, share in enumerate(shares)]

        async def run() -> None:
            done = itertools.count(1)
            works = zip(gates, shares, strict=True)
            await asyncio.gather(*[gate.run(share, lambda: progress(next(done))) for gate, share in works])

        asyncio.run(run())
        told = [_left(gate) for gate in gates]
    counts = sum((gate.counts for gate in gates), Counter[str]())
    return {
        "killed_lanes": counts["lane"],
        "of_these_at_a_write": counts["at a write"],
        "killed_door_controllers": counts["controller"],
        "killed_image_workers": counts["worker"],
        "acknowledged_writes": sum(len(gate.kept) for gate in gates),
        "records_lost": sum(each.lost for each in told),
        "records_doubled": sum(each.doubled for each in told),
        "doors_wrongly_opened": sum(each.opened_wrongly for each in told),
        "chain": "; ".join(fault for each in told for fault in each.wrong) or "whole",
        "never_sealed": sum(each.unsealed for each in told),
        "never_back": [words for gate in gates for words in gate.stuck] or 0,
        "looked_after_by_an_officer": dict(sum((gate.looked_after for gate in gates), Counter[str]())),
        "endings": dict(sum((each.endings for each in told), Counter[str]())),
        "back_in_service_worst_s": round(max(back_s for gate in gates for back_s in gate.back_s), 1),
        "gates_at_a_time": len(gates),
        "seconds": round(time.perf_counter() - began_s, 1),
    }


@dataclass(frozen=True, slots=True)
class Left:
    """What one gate's journal says afterwards."""

    lost: int
    doubled: int
    opened_wrongly: int
    wrong: tuple[str, ...]
    unsealed: int
    endings: Counter[str]


def _gate(folder: Path, share: Sequence[Round], seed: int) -> Gate:
    folder.mkdir()
    pages, visas = crowd(len(share), datetime.now(UTC).date())
    with Store(folder / "register.sqlite", create=True) as store:
        store.add(visas, [])
    return Gate(folder, random.Random(seed), pages)


def _left(gate: Gate) -> Left:
    with JournalReader(gate.folder / "journal.sqlite") as journal:
        verified = journal.verify(KEY)
        entries = [entry for _, entry in journal.walk()]
    digests = {entry.digest for entry in entries}
    seals = [entry for entry in entries if entry.kind == SEALED]
    twice = len(seals) - len({seal.transaction for seal in seals})
    return Left(
        lost=sum(digest not in digests for digest in gate.kept),
        doubled=twice + len(entries) - len({(entry.boot, entry.seq) for entry in entries}),
        opened_wrongly=opened_wrongly(entries, gate.world.seen),
        wrong=() if verified.holds else (verified.fault,),
        unsealed=len(verified.unsealed),
        endings=Counter(f"{seal.fact('outcome')} {seal.fact('reason')}" for seal in seals),
    )
