import asyncio
import gc
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.clock import LoopClock, WallClock
from drivers.errors import DeviceGarbled, DeviceTimeout, DeviceUnavailable
from drivers.model import Health, Light, PageScan
from drivers.reader_combined import CombinedReader
from drivers.reader_images import FolderReader
from simulators.reader_inprocess import SimulatedReader
from simulators.virtual_time import run_virtual
from simulators.world import World
from tests.reader.rigs import START, ZONE, page


def save(path: Path, value: int) -> None:
    cv2.imwrite(str(path), np.full((30, 40, 3), value, np.uint8))


def scanned(folder: Path) -> PageScan:
    async def run() -> PageScan:
        reader = FolderReader(folder, WallClock())
        await reader.open()
        await reader.wait_presented()
        scan = await reader.scan()
        await reader.wait_removed()
        await reader.close()
        return scan

    return asyncio.run(run())


def test_a_folder_gives_one_image_for_each_light(tmp_path: Path) -> None:
    save(tmp_path / "visible.png", 10)
    save(tmp_path / "infrared.bmp", 20)
    save(tmp_path / "ultraviolet.webp", 30)
    save(tmp_path / "holiday.png", 40)
    images = scanned(tmp_path).images
    assert set(images) == set(Light)
    assert int(images[Light.INFRARED][0, 0, 0]) == 20


def test_a_folder_with_a_broken_image_names_the_file(tmp_path: Path) -> None:
    save(tmp_path / "visible.png", 10)
    (tmp_path / "infrared.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    with pytest.raises(DeviceGarbled, match=r"reader: infrared\.jpg: .*cut off"):
        scanned(tmp_path)


def test_no_folder_and_an_empty_one_say_what_to_do(tmp_path: Path) -> None:
    async def run() -> None:
        with pytest.raises(DeviceUnavailable, match="does not exist: make it"):
            await FolderReader(tmp_path / "none", WallClock()).open()
        empty = FolderReader(tmp_path, WallClock())
        await empty.open()
        with pytest.raises(DeviceTimeout, match=r"holds no visible\.png"):
            await empty.scan()

    asyncio.run(run())


class Parts:
    """A combined reader of two in-process ones that look at worlds of their own."""

    def __init__(self) -> None:
        clock = LoopClock(START)
        self.text, self.glass = World(), World()
        self.reader = CombinedReader(
            SimulatedReader(self.text, clock, sends_images=False), SimulatedReader(self.glass, clock, sends_text=False)
        )


async def later(world: World, after_s: float) -> None:
    await asyncio.sleep(after_s)
    world.page = page()


@pytest.mark.parametrize(("text_s", "glass_s"), [(0.1, 1.5), (1.5, 0.1), (0.5, 0.5)])
def test_text_and_pictures_meet_whichever_comes_first(text_s: float, glass_s: float) -> None:
    async def run() -> None:
        parts = Parts()
        arriving = asyncio.gather(later(parts.text, text_s), later(parts.glass, glass_s))
        await parts.reader.wait_presented()
        scan = await parts.reader.scan()
        await arriving
        assert scan.text == ZONE
        assert set(scan.images) == {Light.VISIBLE, Light.INFRARED}

    run_virtual(run())


def test_pictures_without_text_are_a_scan() -> None:
    async def run() -> None:
        parts = Parts()
        parts.glass.page = page()
        scan = await parts.reader.scan()
        assert (scan.text, len(scan.images)) == ((), 2)

    run_virtual(run())


def test_text_without_pictures_is_a_timeout() -> None:
    async def run() -> None:
        parts = Parts()
        parts.text.page = page()
        await parts.reader.wait_presented()
        with pytest.raises(DeviceTimeout, match="no pictures came within 2 s"):
            await parts.reader.scan()

    run_virtual(run())


@pytest.mark.slow
def test_when_both_parts_fail_the_wait_fails_and_nothing_is_left_behind() -> None:
    class Lost(SimulatedReader):
        async def wait_presented(self) -> None:
            raise DeviceUnavailable("reader", "port was lost: look at its cable")

    async def run() -> None:
        complaints: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        world, clock = World(), LoopClock(START)
        with pytest.raises(DeviceUnavailable, match="port was lost"):
            await CombinedReader(Lost(world, clock), Lost(world, clock)).wait_presented()
        gc.collect()
        assert complaints == []
        assert len(asyncio.all_tasks()) == 1

    run_virtual(run())


def test_a_part_that_cannot_be_opened_closes_the_other() -> None:
    closed: list[str] = []

    class Text(SimulatedReader):
        async def close(self) -> None:
            closed.append("text")

    class Absent(SimulatedReader):
        async def open(self) -> None:
            raise DeviceUnavailable("glass", "is not there: plug it in")

    class Ill(SimulatedReader):
        async def health(self) -> Health:
            return Health.DEGRADED

    async def run() -> None:
        world, clock = World(), LoopClock(START)
        with pytest.raises(DeviceUnavailable, match="glass"):
            await CombinedReader(Text(world, clock), Absent(world, clock)).open()
        assert closed == ["text"]
        assert await CombinedReader(Text(world, clock), Ill(world, clock)).health() is Health.DEGRADED

    run_virtual(run())
