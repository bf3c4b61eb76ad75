"""A full-page document reader in this process: it sees what lies on it in the world, and takes its time."""

from drivers.errors import DeviceTimeout
from drivers.model import Health, PageScan
from drivers.protocols import Clock
from simulators.world import World

LOOK_S = 0.05
SCAN_S = 0.4


class SimulatedReader:
    """Satisfies drivers.protocols.DocumentReader on any loop, the virtual one included.

    `sends_text` and `sends_images` say which kind of reader it is: a swipe reader, an imaging unit, or both.
    """

    def __init__(self, world: World, clock: Clock, *, sends_text: bool = True, sends_images: bool = True) -> None:
        self._world, self._clock = world, clock
        self._sends_text, self._sends_images = sends_text, sends_images

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def health(self) -> Health:
        return Health.READY

    async def wait_presented(self) -> None:
        while self._world.page is None:
            await self._clock.sleep(LOOK_S)

    async def scan(self) -> PageScan:
        """Raises DeviceTimeout when the page was lifted before the scan was complete."""
        before = self._world.page
        await self._clock.sleep(SCAN_S)
        page = self._world.page
        if page is None or page is not before:
            raise DeviceTimeout("reader", "no page lay on it for a whole scan: ask for the document again")
        return PageScan(
            captured_at_s=self._clock.monotonic(),
            images=page.images if self._sends_images else {},
            text=page.lines if self._sends_text else (),
        )

    async def wait_removed(self) -> None:
        while self._world.page is not None:
            await self._clock.sleep(LOOK_S)
