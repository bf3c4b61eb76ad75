"""A camera that OpenCV can open: a V4L2 device, an MJPEG or RTSP address, a file.

One thread grabs for as long as the camera is open, so that no frame ever waits in a buffer (a consumer that read at its
own pace was seconds behind); the newest frame wins and carries the monotonic time of its arrival. A source that was
lost is opened again with growing pauses.
"""

import asyncio
import threading
from functools import partial

from drivers.camera_source import CameraSource, Captured
from drivers.errors import DeviceGarbled, DeviceTimeout, DeviceUnavailable
from drivers.frame_watch import Backlog, FrameWatch
from drivers.model import Frame, Health, Image
from drivers.protocols import Clock

FIRST_FRAME_S = 6.0
RETRY_S = (0.2, 0.5, 1.0, 2.0)
JOIN_S = 0.9
"""The thread notices the closing within the source's read limit; one that is opening just then ends by itself later."""


class OpencvCamera:
    """Satisfies drivers.protocols.FaceCamera. Its clock is read from the camera's own thread too."""

    def __init__(
        self, source: str, clock: Clock, max_age_s: float = 0.5, frozen_after_s: float = 2.0, name: str = "camera"
    ) -> None:
        self._source = CameraSource(source)
        self._clock, self._name = clock, name
        self._max_age_s, self._frozen_after_s = max_age_s, frozen_after_s
        self._watch = FrameWatch()
        self._newest: Frame | None = None
        self._sequence = 0
        self._changed = asyncio.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    async def open(self) -> None:
        """Return with the first frame. Raises DeviceUnavailable when there is none within FIRST_FRAME_S."""
        self._newest, self._watch, self._closing = None, FrameWatch(), threading.Event()
        work = partial(self._grab_until_closed, self._closing, asyncio.get_running_loop())
        self._thread = threading.Thread(target=work, name=self._name, daemon=True)
        self._thread.start()
        try:
            async with asyncio.timeout(FIRST_FRAME_S):
                while self._newest is None:
                    await self._next_change()
        except TimeoutError:
            await self.close()
            raise DeviceUnavailable(
                self._name, f"{self._source.shown} gives no picture: look at its cable, power and address"
            ) from None

    async def close(self) -> None:
        self._closing.set()
        thread, self._thread, self._newest = self._thread, None, None
        self._changed.set()
        if thread is not None:
            await asyncio.to_thread(thread.join, JOIN_S)

    async def health(self) -> Health:
        if self._fresh(-float("inf")) is None or self._is_frozen():
            return Health.FAILED
        return Health.DEGRADED if self._watch.is_dark else Health.READY

    async def next_frame(self, after_s: float) -> Frame:
        wait_s = max(0.0, after_s - self._clock.monotonic()) + self._max_age_s
        try:
            async with asyncio.timeout(wait_s):
                return await self._frame_after(after_s)
        except TimeoutError:
            raise DeviceTimeout(
                self._name, f"no frame for {self._max_age_s:g} s: look at the camera's cable and power"
            ) from None

    async def _frame_after(self, after_s: float) -> Frame:
        while True:
            if self._thread is None:
                raise DeviceUnavailable(self._name, "is not open: open the device first")
            frame = self._fresh(after_s)
            if frame is not None:
                self._refuse_frozen()
                return frame
            await self._next_change()

    def _refuse_frozen(self) -> None:
        if self._is_frozen():
            raise DeviceGarbled(
                self._name, f"the picture has not changed for {self._frozen_after_s:g} s: restart the camera"
            )

    def _fresh(self, after_s: float) -> Frame | None:
        frame = self._newest
        if frame is None or frame.at_s <= after_s or self._clock.monotonic() - frame.at_s > self._max_age_s:
            return None
        return frame

    def _is_frozen(self) -> bool:
        return self._watch.unchanged_s > self._frozen_after_s

    async def _next_change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    # --- in the camera's own thread ---

    def _grab_until_closed(self, closing: threading.Event, loop: asyncio.AbstractEventLoop) -> None:
        attempt = 0
        while not closing.is_set():
            with self._source.opened() as captured:
                if self._grab(captured, closing, loop):
                    attempt = 0
            closing.wait(RETRY_S[min(attempt, len(RETRY_S) - 1)])
            attempt += 1

    def _grab(self, captured: Captured, closing: threading.Event, loop: asyncio.AbstractEventLoop) -> bool:
        """Until the source gives no more. True when it gave anything."""
        gave, backlog = False, Backlog()
        while not (closing.is_set() or captured.ended):
            image = captured.read()
            if image is not None and not backlog.holds(captured.waited_s):
                gave = True
                self._keep(image, self._clock.monotonic())
                loop.call_soon_threadsafe(self._changed.set)
            closing.wait(captured.pause_s)
        return gave

    def _keep(self, image: Image, at_s: float) -> None:
        self._watch.see(image, at_s)
        self._sequence += 1
        self._newest = Frame(image, at_s, self._sequence)
