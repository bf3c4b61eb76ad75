"""A full-page reader in two parts: its own recognition arrives as text on one line, its pictures on another."""

import asyncio
import contextlib

from drivers.errors import DeviceTimeout
from drivers.model import Health, PageScan
from drivers.protocols import DocumentReader

PATIENCE_S = 2.0
"""How long the slower part may take after the faster one."""
_WORST_FIRST = (Health.FAILED, Health.DEGRADED, Health.READY)


class CombinedReader:
    """Satisfies drivers.protocols.DocumentReader. The pictures are needed; the text is a second opinion."""

    def __init__(
        self, text: DocumentReader, images: DocumentReader, patience_s: float = PATIENCE_S, name: str = "reader"
    ) -> None:
        self.text, self.images = text, images
        self._patience_s, self._name = patience_s, name

    async def open(self) -> None:
        """Both parts, or none of them."""
        await self.text.open()
        try:
            await self.images.open()
        except BaseException:
            await self.text.close()
            raise

    async def close(self) -> None:
        await self.images.close()
        await self.text.close()

    async def health(self) -> Health:
        parts = (await self.text.health(), await self.images.health())
        return next(health for health in _WORST_FIRST if health in parts)

    async def wait_presented(self) -> None:
        """Return as soon as either part noticed a document; `scan` waits for the other one."""
        parts = [asyncio.ensure_future(part.wait_presented()) for part in (self.text, self.images)]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
        for part in done:
            part.result()

    async def scan(self) -> PageScan:
        """Raises DeviceTimeout when no pictures come; without text the scan's text is empty."""
        pictures = await self._scan_of(self.images)
        if pictures is None:
            raise DeviceTimeout(self._name, f"no pictures came within {self._patience_s:g} s: look at the imaging unit")
        text = await self._scan_of(self.text)
        return PageScan(pictures.captured_at_s, pictures.images, text.text if text else (), pictures.chip)

    async def wait_removed(self) -> None:
        """Text that came for the document that was lifted is thrown away with it."""
        await self.images.wait_removed()
        with contextlib.suppress(DeviceTimeout):
            await self.text.scan()

    async def _scan_of(self, part: DocumentReader) -> PageScan | None:
        """What the part has within the patience; None when nothing came."""
        try:
            async with asyncio.timeout(self._patience_s):
                await part.wait_presented()
            return await part.scan()
        except TimeoutError:
            return None
