"""One set of promises for every camera, over its wire and in this process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from drivers.clock import LoopClock
from drivers.contract.camera import CHECKS, FAULT_CHECKS, CameraRig
from drivers.contract.check import Check, ContractBroken
from drivers.errors import DeviceError
from drivers.model import Frame, Health
from drivers.protocols import FaceCamera
from simulators.camera_inprocess import SimulatedCamera
from simulators.virtual_time import run_virtual
from tests.camera import rigs

Setup = Callable[[], AbstractAsyncContextManager[rigs.Opened]]
every_check = pytest.mark.parametrize("check", [*CHECKS, *FAULT_CHECKS], ids=lambda check: check.name)


async def keeps(check: Check[FaceCamera, CameraRig], setup: Setup) -> None:
    async with setup() as (camera, rig):
        await check.run(camera, rig)


@every_check
def test_in_process_on_the_virtual_clock(check: Check[FaceCamera, CameraRig]) -> None:
    run_virtual(keeps(check, rigs.in_process))


@pytest.mark.slow
@pytest.mark.wire
@every_check
def test_over_http(check: Check[FaceCamera, CameraRig]) -> None:
    asyncio.run(keeps(check, rigs.over_http))


class Buffered(SimulatedCamera):
    """The first frame for ever: as a camera whose buffer is never emptied."""

    first: Frame | None = None

    async def next_frame(self, after_s: float) -> Frame:
        self.first = self.first or await super().next_frame(after_s)
        return self.first


class GoesBack(SimulatedCamera):
    async def next_frame(self, after_s: float) -> Frame:
        return replace(await super().next_frame(after_s), sequence=7)


class Grey(SimulatedCamera):
    async def next_frame(self, after_s: float) -> Frame:
        frame = await super().next_frame(after_s)
        return replace(frame, image=frame.image[:, :, 0])


class Painted(SimulatedCamera):
    async def next_frame(self, after_s: float) -> Frame:
        frame = await super().next_frame(after_s)
        return replace(frame, image=np.full_like(frame.image, 90))


class NeverFrozen(SimulatedCamera):
    async def next_frame(self, after_s: float) -> Frame:
        self.faults.frozen = False
        return await super().next_frame(after_s)


class AlwaysReady(SimulatedCamera):
    async def health(self) -> Health:
        return Health.READY


@pytest.mark.parametrize("liar", [Buffered, GoesBack, Grey, Painted, NeverFrozen, AlwaysReady])
def test_the_contract_finds_a_camera_that_lies(liar: type[SimulatedCamera]) -> None:
    @asynccontextmanager
    async def setup() -> AsyncIterator[rigs.Opened]:
        clock = LoopClock(datetime(2026, 1, 1, tzinfo=UTC))
        camera = liar(rigs.view, clock, frozen_after_s=rigs.FROZEN_AFTER_S)
        yield camera, rigs.FaultHands(camera.faults)

    broken = 0
    for check in (*CHECKS, *FAULT_CHECKS):
        with suppress(DeviceError):
            try:
                run_virtual(keeps(check, setup))
            except ContractBroken:
                broken += 1
    assert broken >= 1
