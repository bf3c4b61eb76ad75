"""Document readers that give pictures of the page, one for each light: a folder, or an imaging unit that uploads."""

import asyncio
from pathlib import Path

from drivers.errors import DeviceGarbled, DeviceTimeout, DeviceUnavailable
from drivers.model import Health, Image, Light, PageScan
from drivers.page_upload import PageUpload
from drivers.protocols import Clock
from link.images import ImageRefused, decode

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
LOOK_S = 0.2


class FolderReader:
    """The page is what lies in a folder: visible.png, infrared.jpg, ultraviolet.webp ... any one of them will do.

    Satisfies drivers.protocols.DocumentReader. It cannot tell when a page is taken away.
    """

    def __init__(self, folder: Path, clock: Clock, name: str = "reader") -> None:
        self._folder, self._clock, self._name = folder, clock, name

    async def open(self) -> None:
        if not self._folder.is_dir():
            raise DeviceUnavailable(
                self._name, f"the folder {self._folder} does not exist: make it or correct the path"
            )

    async def close(self) -> None:
        pass

    async def health(self) -> Health:
        return Health.READY if self._folder.is_dir() else Health.FAILED

    async def wait_presented(self) -> None:
        while not self._files():
            await self._clock.sleep(LOOK_S)

    async def scan(self) -> PageScan:
        """Raises DeviceGarbled for a file that is no sound image, DeviceTimeout when there is none at all."""
        files = self._files()
        if not files:
            raise DeviceTimeout(self._name, f"{self._folder} holds no visible{SUFFIXES[0]} or the like: put one there")
        images = {light: await asyncio.to_thread(self._load, path) for light, path in files.items()}
        return PageScan(captured_at_s=self._clock.monotonic(), images=images)

    async def wait_removed(self) -> None:
        """At once: a folder is no reader's glass."""

    def _files(self) -> dict[Light, Path]:
        candidates = {light: [self._folder / f"{light.value}{suffix}" for suffix in SUFFIXES] for light in Light}
        found = {light: next(filter(Path.is_file, paths), None) for light, paths in candidates.items()}
        return {light: path for light, path in found.items() if path is not None}

    def _load(self, path: Path) -> Image:
        try:
            return decode(path.read_bytes())
        except ImageRefused as refused:
            raise DeviceGarbled(self._name, f"{path.name}: {refused.reason}") from refused
        except OSError as error:
            raise DeviceUnavailable(self._name, f"{path.name} cannot be read: look at its permissions") from error


class UploadReader:
    """An imaging unit puts each page to us over HTTP (drivers/page_upload.py) and tells when it is lifted.

    Satisfies drivers.protocols.DocumentReader. Whoever reaches the port can lay down a page: bind it to the loopback,
    or to a network that only the imaging unit is on. Port 0 takes a free one; `url` names it.
    """

    def __init__(self, host: str, port: int, clock: Clock, name: str = "reader") -> None:
        self._name = name
        self._upload = PageUpload(host, port, clock)

    @property
    def url(self) -> str:
        return self._upload.url

    async def open(self) -> None:
        try:
            await self._upload.start()
        except OSError as error:
            raise DeviceUnavailable(
                self._name, f"{self._upload.address} cannot be listened on: free the port or choose another"
            ) from error

    async def close(self) -> None:
        await self._upload.stop()

    async def health(self) -> Health:
        return Health.READY if self._upload.is_listening else Health.FAILED

    async def wait_presented(self) -> None:
        await self._until(present=True)

    async def scan(self) -> PageScan:
        self._require_listening()
        if self._upload.page is None:
            raise DeviceTimeout(self._name, "no page lies on it: ask for the document again")
        return self._upload.page

    async def wait_removed(self) -> None:
        await self._until(present=False)

    async def _until(self, present: bool) -> None:
        self._require_listening()
        while (self._upload.page is not None) is not present:
            await self._upload.wait_change()
            self._require_listening()

    def _require_listening(self) -> None:
        if not self._upload.is_listening:
            raise DeviceUnavailable(self._name, f"{self._upload.address} is not served: open the device again")
