import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import serial

from drivers.clock import WallClock
from drivers.errors import DeviceTimeout, DeviceUnavailable
from drivers.framing import PROFILES
from drivers.model import Health
from drivers.reader_serial import FRESH_S, SerialReader
from simulators.line import Line
from tests.reader.rigs import ZONE

pytestmark = pytest.mark.wire
DATA = PROFILES["desko_cute"].pack(ZONE)
SOON_S = 5.0


class AdjustableClock(WallClock):
    ahead_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


def reader_on(line: Line, clock: WallClock | None = None, baud: int = 115200) -> SerialReader:
    return SerialReader(line.a, baud, "N", "desko_cute", clock or WallClock())


@asynccontextmanager
async def opened(clock: WallClock | None = None) -> AsyncIterator[tuple[SerialReader, Line]]:
    line = Line(baud=115200, bits=10, seed=1)
    reader = reader_on(line, clock)
    try:
        await reader.open()
        yield reader, line
    finally:
        await reader.close()
        line.close()


def send(line: Line, data: bytes) -> None:
    with serial.Serial(line.b, timeout=0) as port:
        port.write(data)
        port.flush()


async def until(health: Health, reader: SerialReader) -> None:
    async with asyncio.timeout(SOON_S):
        while await reader.health() is not health:  # noqa: ASYNC110  (health is asked for, it does not call)
            await asyncio.sleep(0.02)


def test_a_frame_is_scanned_once() -> None:
    async def run() -> None:
        async with opened() as (reader, line), asyncio.timeout(SOON_S):
            send(line, DATA)
            await reader.wait_presented()
            assert (await reader.scan()).text == ZONE
            with pytest.raises(DeviceTimeout, match="no document was read"):
                await reader.scan()

    asyncio.run(run())


def test_the_newest_of_two_swipes_counts() -> None:
    async def run() -> None:
        async with opened() as (reader, line), asyncio.timeout(SOON_S):
            send(line, DATA + PROFILES["desko_cute"].pack(ZONE[::-1]))
            await reader.wait_presented()
            while (await reader.scan()).text != ZONE[::-1]:
                await reader.wait_presented()

    asyncio.run(run())


def test_a_swipe_that_nobody_asked_for_is_forgotten() -> None:
    async def run() -> None:
        clock = AdjustableClock()
        async with opened(clock) as (reader, line), asyncio.timeout(SOON_S):
            send(line, DATA)
            await reader.wait_presented()
            clock.ahead_s = FRESH_S + 0.1
            with pytest.raises(DeviceTimeout):
                await reader.scan()

    asyncio.run(run())


def test_broken_frames_are_not_scanned_and_degrade_the_reader() -> None:
    async def run() -> None:
        async with opened() as (reader, line):
            for _ in range(3):
                send(line, DATA.replace(b"\r\x03", b"\x07\x03"))
            await until(Health.DEGRADED, reader)
            with pytest.raises(DeviceTimeout):
                await reader.scan()
            send(line, DATA)
            await until(Health.READY, reader)
            assert (await reader.scan()).text == ZONE

    asyncio.run(run())


def test_a_pulled_cable_is_told_at_once_and_the_reader_comes_back_with_it() -> None:
    async def run() -> None:
        async with opened() as (reader, line), asyncio.timeout(2 * SOON_S):
            waiting = asyncio.create_task(reader.wait_presented())
            await asyncio.sleep(0)
            line.unplug()
            with pytest.raises(DeviceUnavailable, match="was lost: look at the reader's cable"):
                await waiting
            assert await reader.health() is Health.FAILED
            with pytest.raises(DeviceUnavailable):
                await reader.scan()
            line.replug()
            await until(Health.READY, reader)
            send(line, DATA)
            await reader.wait_presented()
            assert (await reader.scan()).text == ZONE

    asyncio.run(run())


def test_a_port_that_is_not_there_or_taken_says_what_to_do() -> None:
    async def run() -> None:
        async with opened() as (_, line):
            with pytest.raises(DeviceUnavailable, match="is taken by another program"):
                await reader_on(line).open()
        absent = SerialReader("/dev/egate-no-such-port", 9600, "N", "desko_cute", WallClock())
        with pytest.raises(DeviceUnavailable, match="does not exist: plug the reader in"):
            await absent.open()

    asyncio.run(run())


def test_closing_lets_go_of_thread_and_port_and_may_be_repeated() -> None:
    async def run() -> None:
        line = Line()
        reader = reader_on(line)
        await reader.open()
        waiting = asyncio.create_task(reader.wait_presented())
        await asyncio.sleep(0)
        await reader.close()
        await reader.close()
        with pytest.raises(DeviceUnavailable):
            await waiting
        assert not [thread for thread in threading.enumerate() if thread.name == "reader"]
        assert await reader.health() is Health.FAILED
        await reader.open()
        assert await reader.health() is Health.READY
        await reader.close()
        line.close()

    asyncio.run(run())


@pytest.mark.slow
def test_a_noisy_line_spares_most_frames() -> None:
    """2 flips in 1000 bytes: about one frame in six is hit, and the others are untouched."""

    async def run() -> None:
        async with opened() as (reader, line):
            line.flip = 0.002
            untouched = 0
            for _ in range(40):
                send(line, DATA)
                try:
                    async with asyncio.timeout(1.0):
                        await reader.wait_presented()
                    untouched += (await reader.scan()).text == ZONE
                except TimeoutError:
                    continue
            assert 20 <= untouched < 40

    asyncio.run(run())
