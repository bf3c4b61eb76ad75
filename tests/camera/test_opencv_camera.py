import asyncio
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.camera_opencv import OpencvCamera
from drivers.camera_source import CameraSource
from drivers.clock import WallClock
from drivers.errors import DeviceTimeout, DeviceUnavailable
from drivers.model import Frame, Health
from simulators.camera_wire import WireCamera
from tests.camera.rigs import HEIGHT_PX, WIDTH_PX, view, wired

pytestmark = pytest.mark.wire
SOON_S = 5.0


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON_S):
        while not holds():  # noqa: ASYNC110  (the far end's counters do not call)
            await asyncio.sleep(0.02)


async def comes_back(camera: OpencvCamera) -> Frame:
    async with asyncio.timeout(SOON_S):
        while True:
            try:
                return await camera.next_frame(time.monotonic())
            except DeviceTimeout:
                continue


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["disconnected", "truncated", "garbage"])
def test_a_bad_source_is_a_timeout_and_comes_back(fault: str) -> None:
    async def run() -> None:
        async with wired() as (camera, far_end):
            setattr(far_end.faults, fault, True)
            with pytest.raises(DeviceTimeout, match="look at the camera's cable"):
                for _ in range(20):
                    await camera.next_frame(time.monotonic())
            assert await camera.health() is Health.FAILED
            setattr(far_end.faults, fault, False)
            await comes_back(camera)
            assert await camera.health() is Health.READY

    asyncio.run(run())


def test_a_cut_off_picture_never_passes_as_a_new_one() -> None:
    """FFmpeg's decoder would show the previous frame in its place: every picture given out is one that was encoded."""

    async def run() -> None:
        async with wired() as (camera, far_end):
            white = True
            far_end._view = lambda _: np.full((HEIGHT_PX, WIDTH_PX, 3), 250 if white else 100, np.uint8)
            async with asyncio.timeout(SOON_S):
                while (await camera.next_frame(time.monotonic())).image.min() < 240:
                    continue
            far_end.faults.truncated = True
            white = False
            made = far_end.encoded
            await until(lambda: far_end.encoded >= made + 3)
            far_end.faults.truncated = False
            asked_s = time.monotonic()
            made = far_end.encoded
            await until(lambda: far_end.encoded >= made + 2)
            assert (await camera.next_frame(asked_s)).image.max() < 110

    asyncio.run(run())


@pytest.mark.slow
def test_frames_that_the_network_kept_back_never_pass_as_new_ones() -> None:
    """White was held back for a while; what is given out afterwards shows the present, which is grey."""

    async def run() -> None:
        async with wired(max_age_s=0.5) as (camera, far_end):
            level = 250
            far_end._view = lambda _: np.full((HEIGHT_PX, WIDTH_PX, 3), level, np.uint8)
            far_end.faults.held = True
            made = far_end.encoded
            await until(lambda: far_end.encoded >= made + 6)
            level = 100
            made = far_end.encoded
            await until(lambda: far_end.encoded >= made + 1)
            kept: list[int] = []
            keep = camera._keep
            camera._keep = lambda image, at_s: (kept.append(int(image.max())), keep(image, at_s))[1]
            far_end.faults.held = False
            await until(lambda: len(kept) >= 5)
            assert max(kept) < 110

    asyncio.run(run())


def test_pixels_and_times_come_through() -> None:
    async def run() -> None:
        async with wired() as (camera, _):
            before_s = time.monotonic()
            frame = await camera.next_frame(before_s)
            assert frame.image.shape == (HEIGHT_PX, WIDTH_PX, 3)
            assert before_s < frame.at_s <= time.monotonic()
            assert abs(float(frame.image.mean()) - float(view(0.0).mean())) < 5
            assert "array" not in repr(frame)

    asyncio.run(run())


def test_nothing_is_encoded_while_nobody_looks() -> None:
    async def run() -> None:
        async with wired() as (camera, far_end):
            made = far_end.encoded
            await until(lambda: far_end.encoded > made)
            await camera.close()
            await until(lambda: not far_end._watchers)
            made = far_end.encoded
            await asyncio.sleep(0.3)
            assert far_end.encoded <= made + 1

    asyncio.run(run())


def test_closing_is_quick_lets_go_and_may_be_repeated() -> None:
    async def run() -> None:
        async with wired() as (camera, far_end):
            far_end.faults.stalled = True
            await camera.close()
            await camera.close()
            assert not [thread for thread in threading.enumerate() if thread.name == "camera"]
            assert await camera.health() is Health.FAILED
            with pytest.raises(DeviceUnavailable, match="is not open"):
                await camera.next_frame(time.monotonic())
            far_end.faults.stalled = False
            await camera.open()
            assert await camera.health() is Health.READY

    asyncio.run(run())


@pytest.mark.slow
def test_a_source_that_is_not_there_is_unavailable_and_keeps_its_password() -> None:
    async def run() -> None:
        camera = OpencvCamera("http://guard:secret@127.0.0.1:9/stream", WallClock())
        with pytest.raises(DeviceUnavailable, match="gives no picture: look at its cable") as raised:
            await camera.open()
        assert "secret" not in str(raised.value)
        assert "http://127.0.0.1:9/stream" in str(raised.value)

    asyncio.run(run())


@pytest.mark.slow
def test_a_server_that_never_answers_does_not_hang_the_opening() -> None:
    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            camera = OpencvCamera(f"http://127.0.0.1:{silent.getsockname()[1]}/", WallClock())
            async with asyncio.timeout(4 * SOON_S):
                with pytest.raises(DeviceUnavailable):
                    await camera.open()

    asyncio.run(run())


def test_a_file_is_played_at_its_own_pace_and_repeats(tmp_path: Path) -> None:
    path = str(tmp_path / "hall.avi")
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (WIDTH_PX, HEIGHT_PX))
    for index in range(5):
        writer.write(view(index / 15))
    writer.release()

    async def run() -> None:
        camera = OpencvCamera(path, WallClock())
        async with asyncio.timeout(2 * SOON_S):
            await camera.open()
            frame = await camera.next_frame(time.monotonic())
            while frame.sequence < 12:
                later = await camera.next_frame(frame.at_s)
                assert later.at_s - frame.at_s > 0.02
                frame = later
            await camera.close()

    asyncio.run(run())


def test_a_far_end_serves_several_who_look() -> None:
    async def run() -> None:
        far_end = WireCamera(view)
        await far_end.open()
        cameras = [OpencvCamera(far_end.url, WallClock(), name=f"camera {number}") for number in range(2)]
        await asyncio.gather(*(camera.open() for camera in cameras))
        for camera in cameras:
            await camera.next_frame(time.monotonic())
            await camera.close()
        await far_end.close()
        await far_end.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("0", "0"),
        ("/dev/video2", "/dev/video2"),
        ("rtsp://user:word@10.0.0.7:554/live", "rtsp://10.0.0.7:554/live"),
        ("rtsp://user@10.0.0.7/live", "rtsp://10.0.0.7/live"),
    ],
)
def test_an_address_is_shown_without_its_password(source: str, shown: str) -> None:
    assert CameraSource(source).shown == shown
