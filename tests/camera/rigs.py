"""Every camera of the house with hands that break it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import numpy as np

from drivers.camera_opencv import OpencvCamera
from drivers.clock import LoopClock, WallClock
from drivers.model import Image
from drivers.protocols import FaceCamera
from simulators.camera_faults import CameraFaults
from simulators.camera_inprocess import SimulatedCamera
from simulators.camera_wire import WireCamera

FROZEN_AFTER_S = 0.8
HEIGHT_PX, WIDTH_PX = 240, 320
_NOISE = np.random.default_rng(1).integers(60, 160, (HEIGHT_PX + 64, WIDTH_PX, 3), np.uint8)


def view(at_s: float) -> Image:
    """Noise that is another one in each of 64 consecutive frames."""
    top = int(at_s * 15) % 64
    return _NOISE[top : top + HEIGHT_PX].copy()


class FaultHands:
    frozen_after_s = FROZEN_AFTER_S

    def __init__(self, faults: CameraFaults) -> None:
        self._faults = faults

    def stall(self) -> None:
        self._faults.stalled = True

    def freeze(self) -> None:
        self._faults.frozen = True

    def cover(self) -> None:
        self._faults.black = True

    def mend(self) -> None:
        for name in CameraFaults.__slots__:
            setattr(self._faults, name, False)


Opened = tuple[FaceCamera, FaultHands]


@contextlib.asynccontextmanager
async def over_http() -> AsyncIterator[Opened]:
    async with wired() as (camera, far_end):
        yield camera, FaultHands(far_end.faults)


@contextlib.asynccontextmanager
async def wired(max_age_s: float = 1.0) -> AsyncIterator[tuple[OpencvCamera, WireCamera]]:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    far_end = WireCamera(view, seed=1)
    await far_end.open()
    camera = OpencvCamera(far_end.url, WallClock(), max_age_s, FROZEN_AFTER_S)
    try:
        await camera.open()
        yield camera, far_end
    finally:
        await camera.close()
        await far_end.close()
    assert complaints == []


@contextlib.asynccontextmanager
async def in_process() -> AsyncIterator[Opened]:
    camera = SimulatedCamera(view, LoopClock(datetime(2026, 1, 1, tzinfo=UTC)), frozen_after_s=FROZEN_AFTER_S)
    await camera.open()
    yield camera, FaultHands(camera.faults)
    await camera.close()
