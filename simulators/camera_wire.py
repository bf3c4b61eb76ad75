"""A network camera on the loopback: motion JPEG over HTTP (multipart/x-mixed-replace), which the real driver opens.

Composing and encoding run in a thread, at the camera's pace, and only while somebody looks.
"""

import asyncio
import contextlib
import random
from collections import deque

import cv2

from drivers.model import Health
from simulators.camera_faults import CameraFaults, FaultyView, View

BOUNDARY = b"egate"
HEADER = (
    b"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nConnection: close\r\n"
    b"Content-Type: multipart/x-mixed-replace; boundary=" + BOUNDARY + b"\r\n\r\n"
)
REQUEST_S = 2.0
JPEG_QUALITY = 90
GARBAGE_BYTES = 20_000
MAX_HELD = 60


class WireCamera:
    """`view` is asked for the picture at a time of the loop's clock; `faults` may be set at any time."""

    def __init__(self, view: View, fps: float = 15.0, seed: int = 0) -> None:
        self.faults = CameraFaults()
        self.encoded = 0
        """Frames made so far: stands still while nobody looks."""
        self._view = FaultyView(view, self.faults)
        self._period_s = 1.0 / fps
        self._random = random.Random(seed)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._watchers: set[asyncio.Task[None]] = set()
        self._part = b""
        self._held: deque[bytes] = deque(maxlen=MAX_HELD)
        self._fresh = asyncio.Condition()
        self._producer: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/stream.mjpg"

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        self._producer = asyncio.create_task(self._produce(), name="simulated camera")

    async def close(self) -> None:
        if self._server is None or self._producer is None:
            return
        self._server.close()
        for task in (self._producer, *self._watchers):
            task.cancel()
        await asyncio.gather(self._producer, *self._watchers, return_exceptions=True)
        self._server = self._producer = None

    async def health(self) -> Health:
        return Health.READY

    async def _produce(self) -> None:
        time = asyncio.get_running_loop().time
        due_s = time()
        while True:
            due_s = max(due_s + self._period_s, time())
            await asyncio.sleep(due_s - time())
            if self.faults.disconnected:
                self._hang_up()
            elif not self._watchers:
                self._held.clear()
            elif not self.faults.stalled:
                await self._publish(await asyncio.to_thread(self._encode, due_s))

    async def _publish(self, part: bytes) -> None:
        self._held.append(part)
        if self.faults.held:
            return
        async with self._fresh:
            self._part = b"".join(self._held)
            self._fresh.notify_all()
        self._held.clear()

    def _encode(self, at_s: float) -> bytes:
        """One part of the multipart stream: its header and its JPEG, or what the faults leave of it."""
        encoded, jpeg = cv2.imencode(".jpg", self._view(at_s), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        if not encoded:
            raise ValueError("the view's picture cannot be encoded: it must be height x width x 3, 8 bit")
        body = jpeg.tobytes()
        if self.faults.truncated:
            body = body[: len(body) // 2]
        if self.faults.garbage:
            body = self._random.randbytes(GARBAGE_BYTES)
        self.encoded += 1
        head = b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % (BOUNDARY, len(body))
        return head + body + b"\r\n"

    def _hang_up(self) -> None:
        for watcher in tuple(self._watchers):
            watcher.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One who looks, until one of both hangs up."""
        watcher = asyncio.current_task()
        if watcher is None or self.faults.disconnected:
            writer.close()
            return
        self._watchers.add(watcher)
        try:
            with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._stream(reader, writer)
        except asyncio.CancelledError:
            pass  # hung up by `close` or by a fault; asyncio's own callback of this task cannot bear a cancelled one
        finally:
            self._watchers.discard(watcher)
            writer.close()

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(REQUEST_S):
            await reader.readuntil(b"\r\n\r\n")
        writer.write(HEADER)
        while True:
            async with self._fresh:
                await self._fresh.wait()
                part = self._part
            writer.write(part)
            await writer.drain()
