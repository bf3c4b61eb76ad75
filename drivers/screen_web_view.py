"""The traveller's own picture on the screen, 15 times a second, only while the face is taken.

It has its own pace and its own thread for the encoding: a crossing never waits for it, and a page that does not keep
up sees fewer pictures.
"""

import asyncio
import struct
import time
from contextlib import suppress

import cv2
import numpy as np

from drivers.errors import DeviceError
from drivers.model import Image
from drivers.protocols import Clock, FaceCamera
from web.hub import Hub

CHANNEL = "self_view"
PACE_S = 1 / 15
RETRY_S = 0.5
HEIGHT_PX = 640
WIDTH_PX = 480
QUALITY = 70


class SelfView:
    """Pictures go to the hub as 8 bytes of Unix time of capture (big-endian double, in ms) and a JPEG."""

    def __init__(self, camera: FaceCamera, clock: Clock, hub: Hub) -> None:
        self._camera, self._clock, self._hub = camera, clock, hub
        self._task: asyncio.Task[None] | None = None

    def set_wanted(self, wanted: bool) -> None:
        """Start or stop; both at once."""
        if wanted and self._task is None:
            self._task = asyncio.create_task(self._stream())
        elif not wanted and self._task is not None:
            self._task.cancel()
            self._task = None

    async def close(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _stream(self) -> None:
        after_s = self._clock.monotonic() - PACE_S
        while True:
            try:
                frame = await self._camera.next_frame(after_s)
            except DeviceError:  # the crossing meets it too, and ends; here there is only nothing to show
                await asyncio.sleep(RETRY_S)
                continue
            if self._hub.screens:
                taken_ms = 1000 * (time.time() - (self._clock.monotonic() - frame.at_s))
                jpeg = await asyncio.to_thread(encoded, frame.image)
                self._hub.picture(CHANNEL, struct.pack(">d", taken_ms) + jpeg)
            after_s = frame.at_s + PACE_S * 0.9


def encoded(image: Image) -> bytes:
    """The middle of the picture, portrait 3:4, as a small JPEG."""
    height, width = image.shape[:2]
    wide = min(width, height * WIDTH_PX // HEIGHT_PX)
    tall = min(height, width * HEIGHT_PX // WIDTH_PX)
    top, left = (height - tall) // 2, (width - wide) // 2
    cut = np.ascontiguousarray(image[top : top + tall, left : left + wide])
    if tall > HEIGHT_PX:
        cut = cv2.resize(cut, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]  # stubs are wider
    return bytes(cv2.imencode(".jpg", cut, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])
