"""What a face camera promises (drivers.protocols.FaceCamera).

CHECKS need nothing but the camera; FAULT_CHECKS need a rig that can break it, as a simulator or a test bench can.
"""

import asyncio
import contextlib
from itertools import pairwise
from typing import Protocol

import numpy as np

from drivers.contract.check import SOON_S, Check, ContractBroken, require
from drivers.errors import DeviceError, DeviceGarbled, DeviceTimeout
from drivers.model import Frame, Health
from drivers.protocols import FaceCamera

MAX_AGE_S = 1.0
"""The most that a site file may allow a frame."""
FRAMES = 5
PAUSE_S = 0.01
"""So that time goes on even when a broken camera answers at once, for ever."""


class CameraRig(Protocol):
    """Hands that break the camera and mend it again. Each returns at once."""

    frozen_after_s: float
    """What the camera was told."""

    def stall(self) -> None:
        """No more frames."""

    def freeze(self) -> None:
        """The same picture for ever."""

    def cover(self) -> None:
        """Nothing but black."""

    def mend(self) -> None:
        """As new."""


async def is_ready(camera: FaceCamera, _rig: object) -> None:
    await camera.next_frame(_now_s())
    require(await camera.health() is Health.READY, "its health is not READY though it gives frames")


async def frames_are_colour_pictures(camera: FaceCamera, _rig: object) -> None:
    frames = await _frames(camera)
    require(all(frame.image.dtype == np.uint8 for frame in frames), "a frame is not 8 bit")
    require(all(frame.image.ndim == 3 and frame.image.shape[2] == 3 for frame in frames), "a frame is not colour")
    require(len({frame.image.shape for frame in frames}) == 1, "its frames change their size")


async def frames_come_in_order(camera: FaceCamera, _rig: object) -> None:
    frames = await _frames(camera)
    for earlier, later in pairwise(frames):
        require(earlier.at_s < later.at_s, "a frame is not later than the one before it")
        require(earlier.sequence < later.sequence, "a frame's sequence is not above the one before it")


async def the_picture_lives(camera: FaceCamera, _rig: object) -> None:
    frames = await _frames(camera)
    require(any(not np.array_equal(frames[0].image, frame.image) for frame in frames), "its frames are all the same")


async def no_frame_from_before_it_was_asked_for(camera: FaceCamera, _rig: object) -> None:
    for ahead_s in (0.0, 0.2):
        after_s = _now_s() + ahead_s
        frame = await camera.next_frame(after_s)
        require(frame.at_s > after_s, "it gave a frame from before the time that was asked for")
        require(_now_s() >= frame.at_s, "it gave a frame from the future")


async def the_newest_frame_wins(camera: FaceCamera, _rig: object) -> None:
    """One who asks seldom gets what is now, not what waited in a buffer."""
    first = await camera.next_frame(_now_s())
    for _ in range(3):
        await asyncio.sleep(0.4)
        frame = await camera.next_frame(first.at_s)
        require(_now_s() - frame.at_s <= MAX_AGE_S, "it gave a frame that had waited in a buffer")


async def silence_is_a_timeout(camera: FaceCamera, rig: CameraRig) -> None:
    rig.stall()
    await _raises(camera, DeviceTimeout, SOON_S)
    require(await camera.health() is Health.FAILED, "its health is not FAILED though no frame comes")
    await _mended(camera, rig)


async def a_frozen_picture_is_garbled(camera: FaceCamera, rig: CameraRig) -> None:
    rig.freeze()
    await _raises(camera, DeviceGarbled, rig.frozen_after_s + SOON_S)
    require(await camera.health() is Health.FAILED, "its health is not FAILED though the picture is frozen")
    await _mended(camera, rig)


async def a_covered_lens_degrades(camera: FaceCamera, rig: CameraRig) -> None:
    rig.cover()
    await _until_health(camera, Health.DEGRADED)
    await _mended(camera, rig)


def _now_s() -> float:
    return asyncio.get_running_loop().time()


async def _frames(camera: FaceCamera) -> list[Frame]:
    frames = [await camera.next_frame(_now_s())]
    while len(frames) < FRAMES:
        frames.append(await camera.next_frame(frames[-1].at_s))
    return frames


async def _raises(camera: FaceCamera, expected: type[DeviceError], limit_s: float) -> None:
    until_s = _now_s() + limit_s
    while _now_s() < until_s:
        try:
            await camera.next_frame(_now_s())
        except expected:
            return
        await asyncio.sleep(PAUSE_S)
    raise ContractBroken(f"it still gives frames where {expected.__name__} was due")


async def _until_health(camera: FaceCamera, expected: Health) -> None:
    """Frames keep coming meanwhile."""
    until_s = _now_s() + SOON_S
    while await camera.health() is not expected:
        require(_now_s() < until_s, f"its health does not become {expected.name}")
        await camera.next_frame(_now_s())
        await asyncio.sleep(PAUSE_S)


async def _mended(camera: FaceCamera, rig: CameraRig) -> None:
    """It comes back by itself when the source does."""
    rig.mend()
    until_s = _now_s() + 2 * SOON_S
    while await camera.health() is not Health.READY:
        require(_now_s() < until_s, "it does not come back though its source did")
        with contextlib.suppress(DeviceError):
            await camera.next_frame(_now_s())
        await asyncio.sleep(PAUSE_S)


CHECKS: list[Check[FaceCamera, object]] = [
    Check("it is ready when it was opened", is_ready),
    Check("its frames are colour pictures of one size", frames_are_colour_pictures),
    Check("its frames come in order", frames_come_in_order),
    Check("its picture lives", the_picture_lives),
    Check("it gives no frame from before the time asked for", no_frame_from_before_it_was_asked_for),
    Check("its newest frame wins", the_newest_frame_wins),
]

FAULT_CHECKS: list[Check[FaceCamera, CameraRig]] = [
    Check("silence is a timeout, and it comes back", silence_is_a_timeout),
    Check("a frozen picture is garbled, and it comes back", a_frozen_picture_is_garbled),
    Check("a covered lens degrades it, and it comes back", a_covered_lens_degrades),
]
