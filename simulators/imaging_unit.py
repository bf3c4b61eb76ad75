"""An imaging unit: looks at the page on the glass and uploads one picture a light, as drivers/page_upload.py asks.

It is the far end of the upload reader's HTTP line, and speaks with the standard library's client, from a thread.
"""

import asyncio
import contextlib
import http.client
from urllib.parse import urlsplit

import cv2

from drivers.model import ChipVerdict, Health
from drivers.protocols import Clock
from simulators.world import Page, World

LOOK_S = 0.05
EXPOSE_S = 0.3
"""Time for the flashes of all lights."""
ANSWER_S = 5.0


class ImagingUnit:
    """`url` is the reader's. Set `connected` to False to pull its cable; the page is told again when it is back."""

    def __init__(self, world: World, clock: Clock, url: str, suffix: str = ".png") -> None:
        self.connected = True
        self._world, self._clock, self._suffix = world, clock, suffix
        self._address = urlsplit(url).netloc
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._task = asyncio.create_task(self._watch(), name="simulated imaging unit")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def health(self) -> Health:
        return Health.READY

    async def _watch(self) -> None:
        told: Page | None = None
        while True:
            page = self._world.page
            if page is not told and self.connected and await self._tell(page):
                told = page
            await self._clock.sleep(LOOK_S)

    async def _tell(self, page: Page | None) -> bool:
        """False when the lane was not there or did not take it: tried again at the next look."""
        if page is None:
            return await self._ask("DELETE", "/v1/page")
        await self._clock.sleep(EXPOSE_S)
        for light, image in page.images.items():
            encoded, data = await asyncio.to_thread(cv2.imencode, self._suffix, image)
            if not encoded or not await self._ask("PUT", f"/v1/page/{light.value}", data.tobytes()):
                return False
        chip = ChipVerdict.ANTENNA_FAILED if self._world.antenna_failed else page.chip
        return await self._ask("POST", f"/v1/page?chip={chip.value}")

    async def _ask(self, method: str, path: str, body: bytes = b"") -> bool:
        try:
            return await asyncio.to_thread(self._answered, method, path, body)
        except (OSError, http.client.HTTPException):
            return False

    def _answered(self, method: str, path: str, body: bytes) -> bool:
        connection = http.client.HTTPConnection(self._address, timeout=ANSWER_S)
        with contextlib.closing(connection):
            connection.request(method, path, body)
            return connection.getresponse().status == http.HTTPStatus.NO_CONTENT
