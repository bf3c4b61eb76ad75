"""A document reader on a serial line whose own recognition sends text lines: a swipe reader, or a text output.

One thread owns the port and the parser; frames cross into the event loop one by one. A port that was lost is opened
again with growing pauses for as long as the reader is open.
"""

import asyncio
import errno
import threading
import time
from functools import partial

import serial

from drivers.errors import DeviceTimeout, DeviceUnavailable
from drivers.framing import PROFILES, Frame, FrameParser
from drivers.model import Health, PageScan
from drivers.protocols import Clock

READ_S = 0.1
RETRY_S = (0.5, 1.0, 2.0, 5.0)
FRESH_S = 5.0
"""A frame that nobody asked for is forgotten after this long: it may be of a traveller who has left."""
REJECTED_IN_A_ROW = 3
"""So many broken frames, and none whole since, mean a bad line or the wrong profile."""
_WORDS = {
    errno.ENOENT: "does not exist: plug the reader in or correct the port",
    errno.EACCES: "may not be opened by this user: add the service's user to the port's group",
    errno.EAGAIN: "is taken by another program: stop it or choose another port",
    errno.EWOULDBLOCK: "is taken by another program: stop it or choose another port",
}


class SerialReader:
    """Satisfies drivers.protocols.DocumentReader. It cannot tell when a document is taken away."""

    def __init__(
        self,
        port: str,
        baud: int,
        parity: str,
        profile: str,
        clock: Clock,
        name: str = "reader",
    ) -> None:
        self._open_serial = partial(
            serial.Serial, port, baud, parity=parity, timeout=READ_S, write_timeout=READ_S, exclusive=True
        )
        self._port, self._clock, self._name = port, clock, name
        self._parser = FrameParser(PROFILES[profile])
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._changed = asyncio.Event()
        self._failure: str | None = "is not open: open the device first"
        self._newest: PageScan | None = None
        self._rejected_before = 0

    async def open(self) -> None:
        try:
            port = await asyncio.to_thread(self._open_serial)
        except (serial.SerialException, OSError) as error:
            raise self._unavailable(_words(error)) from error
        self._closing.clear()
        self._failure, self._newest = None, None
        work = partial(self._receive_until_closed, port, asyncio.get_running_loop())
        self._thread = threading.Thread(target=work, name=self._name, daemon=True)
        self._thread.start()

    async def close(self) -> None:
        self._closing.set()
        self._failure = "is closed: open the device again"
        self._changed.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    async def health(self) -> Health:
        if self._failure is not None:
            return Health.FAILED
        broken = self._parser.rejected - self._rejected_before
        return Health.DEGRADED if broken >= REJECTED_IN_A_ROW else Health.READY

    async def wait_presented(self) -> None:
        """Return when a whole frame has come that was not scanned yet."""
        while self._fresh() is None:
            self._changed.clear()
            await self._changed.wait()

    async def scan(self) -> PageScan:
        """The lines of the newest frame, once."""
        scan = self._fresh()
        if scan is None:
            raise DeviceTimeout(self._name, "no document was read: ask for it again")
        self._newest = None
        return scan

    async def wait_removed(self) -> None:
        """At once: nothing on the line says it."""

    def _fresh(self) -> PageScan | None:
        if self._failure is not None:
            raise self._unavailable(self._failure)
        if self._newest is not None and self._clock.monotonic() - self._newest.captured_at_s > FRESH_S:
            self._newest = None
        return self._newest

    def _unavailable(self, words: str) -> DeviceUnavailable:
        return DeviceUnavailable(self._name, f"port {self._port} {words}")

    def _arrived(self, frame: Frame) -> None:
        self._rejected_before = self._parser.rejected
        self._newest = PageScan(captured_at_s=self._clock.monotonic(), text=frame.lines)
        self._changed.set()

    def _line_is(self, failure: str | None) -> None:
        if not self._closing.is_set():
            self._failure = failure
            self._changed.set()

    # --- in the reader's own thread ---

    def _receive_until_closed(self, port: serial.Serial, loop: asyncio.AbstractEventLoop) -> None:
        connection: serial.Serial | None = port
        while connection is not None:
            try:
                self._receive(connection, loop)
                return
            except (serial.SerialException, OSError):
                loop.call_soon_threadsafe(self._line_is, "was lost: look at the reader's cable and power")
            finally:
                connection.close()
            connection = self._reopened()
            if connection is not None:
                loop.call_soon_threadsafe(self._line_is, None)

    def _receive(self, port: serial.Serial, loop: asyncio.AbstractEventLoop) -> None:
        while not self._closing.is_set():
            data = port.read(port.in_waiting or 1)
            for frame in self._parser.feed(data, time.monotonic()):
                loop.call_soon_threadsafe(self._arrived, frame)

    def _reopened(self) -> serial.Serial | None:
        """None when the reader was closed meanwhile."""
        attempt = 0
        while not self._closing.wait(RETRY_S[min(attempt, len(RETRY_S) - 1)]):
            attempt += 1
            try:
                return self._open_serial()
            except (serial.SerialException, OSError):
                continue
        return None


def _words(error: OSError) -> str:
    return _WORDS.get(error.errno or 0, "cannot be opened: look at the reader's cable and the port's settings")
