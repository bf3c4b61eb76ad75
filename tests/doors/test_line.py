"""The cable between driver and simulator: what it carries, how fast, and how it breaks."""

import gc
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from simulators.line import Line

pytestmark = pytest.mark.wire

SENT = bytes(range(256))


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line(baud=1_000_000, seed=3)
    yield line
    line.close()


def carried(line: Line, data: bytes, timeout_s: float = 0.2) -> bytes:
    with serial.Serial(line.a, timeout=timeout_s) as a, serial.Serial(line.b, timeout=timeout_s) as b:
        a.write(data)
        return b.read(2 * len(data) if line.dup else len(data))


def test_carries_every_byte_both_ways(line: Line) -> None:
    with serial.Serial(line.a, timeout=2) as a, serial.Serial(line.b, timeout=2) as b:
        a.write(SENT)
        b.write(SENT[::-1])
        assert b.read(256) == SENT
        assert a.read(256) == SENT[::-1]


def test_paces_to_the_baud_rate() -> None:
    line = Line(baud=9600, bits=11)
    started = time.monotonic()
    assert carried(line, SENT, timeout_s=5) == SENT
    assert time.monotonic() - started >= 256 * 11 / 9600
    line.close()


@pytest.mark.parametrize(("fault", "longer"), [("drop", -1), ("flip", 0), ("dup", 1)])
def test_breaks_bytes_from_its_seed(fault: str, longer: int) -> None:
    def broken() -> bytes:
        line = Line(baud=1_000_000, seed=11)
        setattr(line, fault, 0.2)
        try:
            return carried(line, SENT)
        finally:
            line.close()

    first = broken()
    assert first != SENT
    assert (len(first) > len(SENT)) - (len(first) < len(SENT)) == longer
    assert first == broken()


def test_a_cut_swallows_bytes_and_keeps_the_ports(line: Line) -> None:
    line.cut = True
    assert carried(line, SENT, timeout_s=0.1) == b""
    line.cut = False
    assert carried(line, SENT, timeout_s=2) == SENT


def test_an_unplugged_cable_fails_and_can_be_put_back(line: Line) -> None:
    with serial.Serial(line.a, timeout=1) as a:
        line.unplug()
        with pytest.raises((serial.SerialException, OSError)):
            a.write(SENT)
            a.read(1)
    with pytest.raises(serial.SerialException):
        serial.Serial(line.a)
    line.replug()
    assert carried(line, SENT, timeout_s=2) == SENT


@pytest.mark.slow
def test_closing_leaves_nothing_behind() -> None:
    def held() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    gc.collect()  # what earlier tests have left is no matter of this one
    before, threads = held(), threading.active_count()
    for _ in range(5):
        line = Line()
        folder = Path(line.a).parent
        line.close()
        line.close()
    assert held() <= before
    assert threading.active_count() <= threads
    assert not folder.exists()


def test_overruns_when_nobody_reads_and_carries_again() -> None:
    line = Line(baud=100_000_000)
    with serial.Serial(line.a, write_timeout=2) as a, serial.Serial(line.b, timeout=0.3) as b:
        for _ in range(256):
            a.write(SENT)
        deadline = time.monotonic() + 5
        while line.bytes_carried < 256 * len(SENT) and time.monotonic() < deadline:
            time.sleep(0.005)
        assert len(b.read(256 * len(SENT))) < 256 * len(SENT)
        a.write(SENT)
        assert b.read(len(SENT)) == SENT
    line.close()
