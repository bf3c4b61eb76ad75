"""A full-page document reader in this process: it sees what lies on it in the world, and takes its time."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from drivers.errors import DeviceTimeout, DeviceUnavailable
from drivers.model import ChipVerdict, Health, PageScan
from drivers.protocols import Clock
from simulators.world import World

LOOK_S = 0.05
SCAN_S = 0.4
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"


@dataclass(slots=True)
class ReaderFaults:
    """What can be wrong with it. `flip`, `drop`, `dup` are probabilities for each character that its line carries."""

    unplugged: bool = False
    silent: bool = False
    """It answers nothing, and its self-test fails."""
    phantom: bool = False
    """It sees a page where none lies."""
    flip: float = 0.0
    drop: float = 0.0
    dup: float = 0.0

    def carried(self, lines: Sequence[str], chance: random.Random) -> tuple[str, ...]:
        """The lines as they arrive."""
        if not (self.flip or self.drop or self.dup):
            return tuple(lines)
        return tuple("".join(self._character(each, chance) for each in line) for line in lines)

    def _character(self, character: str, chance: random.Random) -> str:
        if chance.random() < self.drop:
            return ""
        arrived = chance.choice(ALPHABET) if chance.random() < self.flip else character
        return arrived * 2 if chance.random() < self.dup else arrived


class SimulatedReader:
    """Satisfies drivers.protocols.DocumentReader on any loop, the virtual one included.

    `sends_text` and `sends_images` say which kind of reader it is: a swipe reader, an imaging unit, or both.
    """

    def __init__(self, world: World, clock: Clock, *, sends_text: bool = True, sends_images: bool = True) -> None:
        self._world, self._clock = world, clock
        self._sends_text, self._sends_images = sends_text, sends_images
        self.faults = ReaderFaults()
        self._random = random.Random(0)

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def health(self) -> Health:
        return Health.FAILED if self.faults.unplugged or self.faults.silent else Health.READY

    async def wait_presented(self) -> None:
        while self._world.page is None and not self.faults.phantom:
            self._require_plugged()
            await self._clock.sleep(LOOK_S)

    async def scan(self) -> PageScan:
        """Raises DeviceTimeout when the page was lifted before the scan was complete."""
        self._require_plugged()
        before = self._world.page
        await self._clock.sleep(SCAN_S)
        page = self._world.page
        if self.faults.silent or page is None or page is not before:
            raise DeviceTimeout("reader", "no page lay on it for a whole scan: ask for the document again")
        return PageScan(
            captured_at_s=self._clock.monotonic(),
            images=page.images if self._sends_images else {},
            chip=ChipVerdict.ANTENNA_FAILED if self._world.antenna_failed else page.chip,
            text=self.faults.carried(page.lines, self._random) if self._sends_text else (),
        )

    async def wait_removed(self) -> None:
        while self._world.page is not None or self.faults.phantom:
            self._require_plugged()
            await self._clock.sleep(LOOK_S)

    def _require_plugged(self) -> None:
        if self.faults.unplugged:
            raise DeviceUnavailable("reader", "the simulated reader is unplugged; plug it in again.")
