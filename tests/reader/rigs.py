"""Every document reader of the house with hands that lay documents on it."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from drivers.clock import LoopClock, WallClock
from drivers.model import Light
from drivers.protocols import DocumentReader
from drivers.reader_combined import CombinedReader
from drivers.reader_images import FolderReader, UploadReader
from drivers.reader_serial import SerialReader
from simulators.imaging_unit import ImagingUnit
from simulators.reader_inprocess import SimulatedReader
from simulators.reader_wire import WireReader
from simulators.world import Page, World

Opened = tuple[DocumentReader, "WorldHands | FolderHands"]
START = datetime(2026, 1, 1, tzinfo=UTC)
ZONE = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


def page(seed: int = 0, lines: tuple[str, ...] = ZONE) -> Page:
    noise = np.random.default_rng(seed)
    lights = (Light.VISIBLE, Light.INFRARED)
    return Page({light: noise.integers(0, 255, (60, 90, 3), np.uint8) for light in lights}, lines)


class WorldHands:
    patience_s = 5.0

    def __init__(self, world: World, notices_lifting: bool) -> None:
        self.notices_lifting = notices_lifting
        self._world = world
        self._pages = cycle((page(1), page(2)))

    async def lay_down(self) -> None:
        self._world.page = next(self._pages)

    async def lift(self) -> None:
        self._world.page = None


class FolderHands:
    """Lifting is deleting: the folder's reader cannot tell, but has nothing left to scan."""

    patience_s = 5.0
    notices_lifting = False

    def __init__(self, folder: Path) -> None:
        self._file = folder / "visible.png"

    async def lay_down(self) -> None:
        cv2.imwrite(str(self._file), page(1).images[Light.VISIBLE])

    async def lift(self) -> None:
        self._file.unlink()


@contextlib.asynccontextmanager
async def serial(profile: str = "desko_cute") -> AsyncIterator[Opened]:
    world, clock = World(), WallClock()
    far_end = WireReader(world, clock, profile)
    reader = SerialReader(far_end.port, 9600, "N", profile, clock)
    async with contextlib.AsyncExitStack() as stack:
        for device in (far_end, reader):
            await device.open()
            stack.push_async_callback(device.close)
        yield reader, WorldHands(world, notices_lifting=False)


@contextlib.asynccontextmanager
async def upload() -> AsyncIterator[Opened]:
    world, clock = World(), WallClock()
    reader = UploadReader("127.0.0.1", 0, clock)
    async with contextlib.AsyncExitStack() as stack:
        await reader.open()
        stack.push_async_callback(reader.close)
        unit = ImagingUnit(world, clock, reader.url)
        await unit.open()
        stack.push_async_callback(unit.close)
        yield reader, WorldHands(world, notices_lifting=True)


@contextlib.asynccontextmanager
async def combined() -> AsyncIterator[Opened]:
    world, clock = World(), WallClock()
    line = WireReader(world, clock)
    pictures = UploadReader("127.0.0.1", 0, clock)
    reader = CombinedReader(SerialReader(line.port, 9600, "N", "desko_cute", clock), pictures)
    async with contextlib.AsyncExitStack() as stack:
        for device in (line, reader):
            await device.open()
            stack.push_async_callback(device.close)
        unit = ImagingUnit(world, clock, pictures.url)
        await unit.open()
        stack.push_async_callback(unit.close)
        yield reader, WorldHands(world, notices_lifting=True)


@contextlib.asynccontextmanager
async def folder() -> AsyncIterator[Opened]:
    with TemporaryDirectory() as path:
        reader = FolderReader(Path(path), WallClock())
        await reader.open()
        yield reader, FolderHands(Path(path))
        await reader.close()


@contextlib.asynccontextmanager
async def in_process() -> AsyncIterator[Opened]:
    world = World()
    reader = SimulatedReader(world, LoopClock(START))
    await reader.open()
    yield reader, WorldHands(world, notices_lifting=True)
    await reader.close()
