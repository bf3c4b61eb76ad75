"""Real SIGKILLs of real processes: a lane on ptys dies at random moments of crossings, and its image worker with it.

The door controller, the reader and the traveller live on in this process, as they would at a gate. After each kill the
lane is started again on the same journal; at the end the journal's file is held against what was acknowledged.
"""

import asyncio
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.crash import opened_wrongly
from benchmarks.crash_lane import KEY, Ports, lane
from drivers.clock import WallClock
from drivers.model import Prompt
from mrz.dates import birth_date, expiry_date
from mrz.model import DocumentType, MrzFields, Sex
from mrz.write import write
from records.model import SEALED
from records.reading import JournalReader
from register.model import Visa
from register.store import Store
from simulators.door_plant import DoorPlant
from simulators.doors_wire import WireDoors
from simulators.reader_wire import WireReader
from simulators.scenario_watch import WatchedWorld
from simulators.traveller import Traveller
from simulators.world import Page, Person

SPEED = 3.0
"""People and doors are so much faster than usual."""
CROSSING_S = 5.0
"""A kill falls at random within so long after the traveller was asked to come."""
WELCOME_S = 30.0
LOOK_S = 0.02
WORKER_SHARE = 0.1


@dataclass(slots=True)
class Gate:
    """The far ends, and the lane's process."""

    folder: Path
    rng: random.Random
    visas: list[Visa]
    pages: list[Page]
    counts: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    """Digests that a lane has acknowledged, of all its lives."""
    back_s: list[float] = field(default_factory=list)
    world: WatchedWorld = field(init=False)
    process: Any = None
    pipe: Connection | None = None
    worker: int | None = None
    _visit: asyncio.Task[None] | None = None
    _who: Traveller | None = None

    def __post_init__(self) -> None:
        self.world = WatchedWorld(time.monotonic)

    async def run(self, kills: int, progress: Callable[[int], None]) -> None:
        clock = WallClock()
        plant = DoorPlant(self.world, travel_s=0.8 / SPEED)
        doors, reader = WireDoors(plant), WireReader(self.world, clock)
        await doors.open()
        await reader.open()
        try:
            for number in range(kills):
                await self._round(Ports(doors.port, reader.port), clock, number)
                progress(number + 1)
            await self._start(Ports(doors.port, reader.port), False)
            await self._until_welcome()
            self._kill_lane()
        finally:
            await doors.close()
            await reader.close()

    async def _round(self, ports: Ports, clock: WallClock, number: int) -> None:
        """Start, be in service, let a traveller come, and die."""
        with_worker = self.rng.random() < WORKER_SHARE
        began_s = await self._start(ports, with_worker)
        occupied_s = await self._until_welcome()
        self.back_s.append(time.monotonic() - began_s - occupied_s)
        self._come(clock, number)
        dies_s = time.monotonic() + self.rng.uniform(0.0, CROSSING_S)
        while time.monotonic() < dies_s:
            self._listen()
            await asyncio.sleep(LOOK_S)
        if with_worker and self.worker and self.rng.random() < 0.5:
            os.kill(self.worker, signal.SIGKILL)
            self.counts["worker"] += 1
            await asyncio.sleep(1.0)
            self._listen()
        self._kill_lane()
        self.counts["lane"] += 1
        await self._let_go()

    async def _start(self, ports: Ports, with_worker: bool) -> float:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["benchmarks.crash_lane"])
        self.world.prompt = Prompt.CLOSED
        self.pipe, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=lane, args=(ports, self.folder, theirs, with_worker))
        began_s = time.monotonic()
        self.process.start()
        theirs.close()
        return began_s

    async def _until_welcome(self) -> float:
        """Raises TimeoutError. Returns how long somebody was inside meanwhile: that is the mantrap check."""
        began_s, occupied_s = time.monotonic(), 0.0
        async with asyncio.timeout(WELCOME_S):
            while self.world.prompt is not Prompt.WELCOME:
                self._listen()
                if self.world.in_chamber() or self.world.entry_permille:
                    occupied_s = time.monotonic() - began_s
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

    def _kill_lane(self) -> None:
        self._listen()
        os.kill(self.process.pid, signal.SIGKILL)
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


def kills(count: int, seed: int = 1, progress: Callable[[int], None] = lambda _done: None) -> dict[str, Any]:
    """The figures of the real kills."""
    began_s = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="egate-kills-") as name:
        folder = Path(name)
        pages, visas = crowd(count, datetime.now(UTC).date())
        with Store(folder / "register.sqlite", create=True) as store:
            store.add(visas, [])
        gate = Gate(folder, random.Random(seed), visas, pages)
        asyncio.run(gate.run(count, progress))
        with JournalReader(folder / "journal.sqlite") as journal:
            verified = journal.verify(KEY)
            entries = [entry for _, entry in journal.walk()]
    digests = {entry.digest for entry in entries}
    seals = [entry for entry in entries if entry.kind == SEALED]
    return {
        "killed_lanes": gate.counts["lane"],
        "killed_image_workers": gate.counts["worker"],
        "acknowledged_writes": len(gate.kept),
        "records_lost": sum(digest not in digests for digest in gate.kept),
        "records_doubled": len(seals) - len({seal.transaction for seal in seals})
        + len(entries) - len({(entry.boot, entry.seq) for entry in entries}),
        "doors_wrongly_opened": opened_wrongly(entries, gate.world.seen),
        "chain": "whole" if verified.holds else verified.fault,
        "never_sealed": len(verified.unsealed),
        "endings": dict(Counter(str(seal.fact("outcome")) for seal in seals)),
        "back_in_service_worst_s": round(max(gate.back_s), 1),
        "seconds": round(time.perf_counter() - began_s, 1),
    }  # fmt: skip
