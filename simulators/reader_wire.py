"""The far end of a document reader's serial line: sends what a real one sends when a page is laid down.

The production driver opens `port` and knows no better. What it says is the page's printed lines in the profile's
framing, nothing else; change the page in the world and other lines come.
"""

import asyncio
import contextlib

import serial

from drivers.framing import PROFILES
from drivers.model import Health
from drivers.protocols import Clock
from simulators.line import Line
from simulators.world import Page, World

LOOK_S = 0.05
RECOGNISE_S = 0.3
"""A reader's own recognition takes about this long before it speaks."""


class WireReader:
    """Watches the world's reader and speaks on `line.b`; faults are the line's (`line.flip`, `line.unplug()`)."""

    def __init__(
        self, world: World, clock: Clock, profile: str = "desko_cute", baud: int = 9600, seed: int = 0
    ) -> None:
        self.line = Line(baud=baud, bits=10, seed=seed)
        self._world, self._clock = world, clock
        self._profile = PROFILES[profile]
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> str:
        """What the driver opens."""
        return self.line.a

    async def open(self) -> None:
        self._task = asyncio.create_task(self._watch(), name="simulated reader")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        self.line.close()

    async def health(self) -> Health:
        return Health.READY

    async def _watch(self) -> None:
        told: Page | None = None
        while True:
            page = self._world.page
            if page is not None and page is not told:
                await self._clock.sleep(RECOGNISE_S)
                await asyncio.to_thread(self._send, self._profile.pack(page.lines))
            told = page
            await self._clock.sleep(LOOK_S)

    def _send(self, data: bytes) -> None:
        """On a cable that was pulled the device speaks too, and nobody hears it."""
        with contextlib.suppress(serial.SerialException, OSError), serial.Serial(self.line.b, timeout=0) as port:
            port.write(data)
            port.flush()
