"""A lane in a process of its own, made to be killed: doors over Modbus RTU, reader over serial, both on real ptys.

It tells its parent over a pipe what the traveller is shown, what its journal has acknowledged, and when it serves.
"""

import asyncio
import itertools
import os
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.plain import PlainMeasure
from config.schema import Site
from drivers.clock import WallClock
from drivers.model import LaneCommand, LaneOrder
from kiosk.assembly import assembled, boot_id
from kiosk.kinds import Surroundings
from kiosk.measure import in_place
from kiosk.offload import Threaded
from kiosk.service import LaneService
from kiosk.worker import Worker
from link.staff import StaffRole
from records.journal import Journal
from register.local import LocalRegister
from simulators.officer import SimulatedOfficer
from simulators.world import World

KEY = b"a crash bench's own key, no secret at all"
LOOK_S = 0.25


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the far ends listen."""

    doors: str
    reader: str


@dataclass(frozen=True, slots=True)
class Dies:
    """The lane's own process is killed at the nth write of its life, before the disk has it or after."""

    nth: int
    is_after: bool


class TellingJournal(Journal):
    """Tells what it has acknowledged, after the disk has it; dies where it shall."""

    tell: Any = None
    dies: Dies | None = None
    writes = 0

    def flush(self) -> None:
        waits = self.waiting
        self.writes += bool(waits)
        self._perhaps_die(bool(waits), False)
        super().flush()
        self._perhaps_die(bool(waits), True)
        if waits and self.tell is not None:
            self.tell("kept", self._written)

    def _perhaps_die(self, waits: bool, is_after: bool) -> None:
        if waits and self.dies == Dies(self.writes, is_after):
            os.kill(os.getpid(), signal.SIGKILL)


class ShownWorld(World):
    """Stands in for the lane's screen: what is shown goes to the parent."""

    tell: Any = None

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "prompt" and self.tell is not None:
            self.tell("shown", value.value)


def site_of(ports: Ports) -> Site:
    simulated = {"kind": "simulated"}
    return Site.model_validate(
        {
            "version": "1",
            "lane": "crash",
            "direction": "entry",
            "production": False,
            **dict.fromkeys(("camera", "display", "panel", "officer"), simulated),
            "reader": {"kind": "serial", "port": ports.reader, "baud": 9600, "parity": "N", "profile": "desko_cute"},
            "doors": {"kind": "modbus", "port": ports.doors, "baud": 115200, "parity": "N", "cycle_hz": 20},
            "register": {"kind": "sqlite", "path": "register.sqlite"},
            "journal": {"path": "journal.sqlite"},
            "policy": {"mrz_only_issuers": ["any"], "require_page_portrait": False},
        }
    )


def lane(ports: Ports, folder: Path, pipe: Connection, with_worker: bool, dies: Dies | None) -> None:
    """Serve until killed."""
    asyncio.run(_lane(ports, folder, lambda *word: pipe.send(word), with_worker, dies))


async def _lane(ports: Ports, folder: Path, tell: Any, with_worker: bool, dies: Dies | None) -> None:
    site, clock, world = site_of(ports), WallClock(), ShownWorld()
    journal = TellingJournal.open(folder / "journal.sqlite", site.lane, boot_id(datetime.now(UTC).date()), KEY)
    journal.tell = world.tell = tell
    journal.dies = dies
    commits, worker = Threaded("commit"), Worker(PlainMeasure)
    if with_worker:
        await worker.open()
        tell("worker", worker.pid)
    measure = worker.measure if with_worker else in_place(PlainMeasure())
    register = LocalRegister(folder / "register.sqlite", clock, offload=commits)
    officer = SimulatedOfficer(clock, delay_s=0.2)
    around = Surroundings(clock, folder, world, _view, None, officer)
    async with AsyncExitStack() as stack:
        lane = await stack.enter_async_context(assembled(site, around, measure, commits, journal, register))
        looking = asyncio.create_task(_looks_after(lane.service, officer, clock, tell))
        await lane.service.run()
        looking.cancel()


async def _looks_after(service: LaneService, officer: SimulatedOfficer, clock: WallClock, tell: Any) -> None:
    """What keeps a lane closed until somebody has looked, e.g. a passage that nobody saw the end of, he looks at."""
    for number in itertools.count(1):
        while not service.standing.latched:
            await clock.sleep(LOOK_S)
        tell("looked_after", service.standing.latched)
        order = f"{service.journal.boot}-{number}"
        officer.command(LaneOrder(order, LaneCommand.OPEN, "officer-1", StaffRole.SHIFT_SUPERVISOR, "looked after"))
        await clock.sleep(1.0)


def _view(now_s: float) -> Any:
    return np.full((4, 4, 3), 40 + round(10 * now_s) % 200, np.uint8)
