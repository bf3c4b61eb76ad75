"""A serial cable that can fail: two ptys joined by one thread that paces the bytes and breaks them on request.

A pty has no baud rate of its own, so the relay holds every byte back for as long as a real line would take. What is
done to a byte is drawn from one seeded generator a direction, so it does not depend on how both directions interleave.
"""

import contextlib
import os
import pty
import random
import select
import tempfile
import threading
import time
import tty
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

CHUNK_BYTES = 64
"""Bytes are delivered in bunches of at most this many, as a UART's buffer does."""
ANSWER_LIMIT_S = 0.5
LOOK_S = 0.2
"""At least so often the relay looks whether it was told to babble."""
BABBLE_S, BABBLE_BYTES = 0.005, 48


@dataclass(slots=True)
class _Direction:
    """One way along the cable: what it was read from and what it goes to, as file descriptors of the pty masters."""

    source: int
    target: int
    random: random.Random
    free_at_s: float = 0.0
    pending: deque[tuple[float, bytes]] = field(default_factory=deque)


class Line:
    """Open `a` with one side's driver and `b` with the other's. Fault attributes may be set at any time.

    `drop`, `flip`, `dup` are probabilities for each byte, `burst` for each bunch to become noise; `delay_s` is added to
    each bunch; `echo` gives back to `a` what it sent, and with `babble` the far end never stops sending; while `cut` is
    true all bytes vanish and both ports stay open. The paths survive `unplug` and `replug`, as a by-id link of a real
    adapter.
    """

    def __init__(self, baud: int = 115200, bits: int = 11, seed: int = 0) -> None:
        self.drop = self.flip = self.dup = self.burst = self.delay_s = 0.0
        self.cut = self.echo = self.babble = False
        self.bytes_carried = 0
        self._byte_s = bits / baud
        self._randoms = (random.Random(f"{seed} a"), random.Random(f"{seed} b"))
        self._folder = tempfile.TemporaryDirectory(prefix="egate-line-")
        self.a = str(Path(self._folder.name, "a"))
        self.b = str(Path(self._folder.name, "b"))
        self._slaves: tuple[int, ...] = ()
        self._directions: tuple[_Direction, ...] = ()
        self._wake_read, self._wake_write = os.pipe()
        self._requests: SimpleQueue[tuple[Callable[[], None], threading.Event]] = SimpleQueue()
        self._closing = False
        self._plug()
        self._thread = threading.Thread(target=self._relay, name="line", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull the cable at both ends: reading and writing fail from now on, and so does opening."""
        self._ask(self._unplug)

    def replug(self) -> None:
        """Put the cable back: the same paths can be opened again."""
        self._ask(self._plug)

    def close(self) -> None:
        """Let go of everything; may be called twice."""
        if self._closing:
            return
        self._closing = True
        os.write(self._wake_write, b"x")
        self._thread.join(ANSWER_LIMIT_S)
        self._unplug()
        os.close(self._wake_read)
        os.close(self._wake_write)
        self._folder.cleanup()

    def _ask(self, request: Callable[[], None]) -> None:
        """Have the relay's own thread do it, since only that one may touch its file descriptors."""
        done = threading.Event()
        self._requests.put((request, done))
        os.write(self._wake_write, b"x")
        done.wait(ANSWER_LIMIT_S)

    def _plug(self) -> None:
        self._unplug()
        masters, slaves = [], []
        for path in (self.a, self.b):
            master, slave = pty.openpty()
            tty.setraw(slave)
            os.set_blocking(master, False)
            Path(path).symlink_to(os.ttyname(slave))
            masters.append(master)
            slaves.append(slave)
        a, b = masters
        self._slaves = tuple(slaves)
        self._directions = (_Direction(a, b, self._randoms[0]), _Direction(b, a, self._randoms[1]))

    def _unplug(self) -> None:
        for descriptor in (*(way.source for way in self._directions), *self._slaves):
            os.close(descriptor)
        self._directions = self._slaves = ()
        for path in (self.a, self.b):
            Path(path).unlink(missing_ok=True)

    def _relay(self) -> None:
        while not self._closing:
            now_s = time.monotonic()
            waits = [way.pending[0][0] - now_s for way in self._directions if way.pending]
            sources = {way.source: way for way in self._directions}
            waits += [BABBLE_S] if self.babble else []
            timeout_s = max(0.0, min([*waits, LOOK_S]))
            ready, _, _ = select.select([self._wake_read, *sources], [], [], timeout_s)
            for descriptor in ready:
                if descriptor in sources:
                    self._take(sources[descriptor])
            for way in self._directions:
                _deliver(way, time.monotonic())
            if self.babble and self._directions:
                _babble(self._directions[1])
            if self._wake_read in ready:
                self._serve_requests()

    def _serve_requests(self) -> None:
        os.read(self._wake_read, 64)
        with contextlib.suppress(Empty):
            while True:
                request, done = self._requests.get_nowait()
                request()
                done.set()

    def _take(self, way: _Direction) -> None:
        """Read what was sent, break it as asked, and note when each bunch would have arrived."""
        data = os.read(way.source, 4096)
        self.bytes_carried += len(data)
        if self.cut:
            return
        data = self._broken(data, way.random)
        if self.burst and way.random.random() < self.burst:
            data = way.random.randbytes(len(data))
        if self.echo and way is self._directions[0]:
            self._directions[1].pending.append((time.monotonic(), data))
        for start in range(0, len(data), CHUNK_BYTES):
            bunch = data[start : start + CHUNK_BYTES]
            way.free_at_s = max(time.monotonic(), way.free_at_s) + len(bunch) * self._byte_s
            way.pending.append((way.free_at_s + self.delay_s, bunch))

    def _broken(self, data: bytes, chance: random.Random) -> bytes:
        if not (self.drop or self.flip or self.dup):
            return data
        out = bytearray()
        for byte in data:
            if chance.random() < self.drop:
                continue
            broken = byte ^ 1 << chance.randrange(8) if chance.random() < self.flip else byte
            out.append(broken)
            if chance.random() < self.dup:
                out.append(broken)
        return bytes(out)


def _babble(way: _Direction) -> None:
    with contextlib.suppress(BlockingIOError):
        os.write(way.target, way.random.randbytes(BABBLE_BYTES))


def _deliver(way: _Direction, now_s: float) -> None:
    while way.pending and way.pending[0][0] <= now_s:
        _, bunch = way.pending.popleft()
        with contextlib.suppress(BlockingIOError):  # nobody reads the other end: a UART's buffer overruns too
            os.write(way.target, bunch)
