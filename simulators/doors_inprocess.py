"""The door controller in this process: the register client without a wire, on any event loop."""

import asyncio
import contextlib
import random
from collections.abc import Sequence

from drivers.doors_registers import RegisterDoors
from drivers.errors import DeviceGarbled, DeviceTimeout, DeviceUnavailable
from simulators.door_plant import DoorPlant, IllegalAddress

SCAN_MS = 100
"""The plant lives on by itself at this pace when no host asks it anything: fire is noticed in the next scan."""


EXCHANGE_BYTES = 90
"""An answer and its question on the wire: so many bytes may be broken."""
ANSWER_S = 0.2
"""A controller that has not answered by then does not answer; as the driver on the wire has it."""


class InProcessTransport:
    """Hands registers straight to a plant. It has the faults of a cable (simulators/line.py) and of its far end.

    `drop`, `flip`, `dup` are probabilities for each byte, `burst` for each answer; the driver on the wire sees them as
    answers that are no answer, and so does this one.
    """

    def __init__(self, plant: DoorPlant, seed: int = 0) -> None:
        self.plant = plant
        self.unplugged = self.cut = self.garbled = self.echo = self.babble = False
        self.drop = self.flip = self.dup = self.burst = self.delay_s = 0.0
        self.old_answers = self.other_id = False
        self._random = random.Random(seed)
        self._answer: list[int] = []
        self._scanning: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        self._require_plugged()
        if self._scanning is None:
            self._scanning = asyncio.create_task(self._scan(), name="door plant")

    async def exchange(self, values: Sequence[int], read_from: int, read_count: int) -> list[int]:
        self._require_plugged()
        if self.cut or self.other_id or self.delay_s >= ANSWER_S:
            raise DeviceTimeout("doors", "the simulated controller does not answer; its line is cut.")
        if self.delay_s:
            await asyncio.sleep(2 * self.delay_s)  # there and back
        if self.garbled or self.echo or self.babble or self._is_broken():
            raise DeviceGarbled("doors", "the simulated controller's answer was garbled; check its line.")
        now_s = asyncio.get_running_loop().time()
        try:
            answer = self.plant.exchange(values or None, read_from, read_count, now_s)
        except IllegalAddress as illegal:
            raise DeviceGarbled("doors", f"{illegal}; is this a door controller?") from None
        before, self._answer = self._answer, answer
        return before if self.old_answers and len(before) == read_count else answer

    def _is_broken(self) -> bool:
        whole = (1.0 - self.drop - self.flip - self.dup) ** EXCHANGE_BYTES * (1.0 - self.burst)
        return whole < 1.0 and self._random.random() > whole

    def disconnect(self) -> None:
        """The plant itself lives on until `stop`, as a controller does whose cable is pulled."""

    async def stop(self) -> None:
        """End the plant's own scan."""
        task, self._scanning = self._scanning, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _require_plugged(self) -> None:
        if self.unplugged:
            raise DeviceUnavailable("doors", "the simulated controller is unplugged; plug it in again.")

    async def _scan(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if (quiet_ms := self.plant.since_ms(loop.time())) >= SCAN_MS:
                self.plant.tick(loop.time())
                quiet_ms = 0
            await asyncio.sleep((SCAN_MS - quiet_ms) / 1000)


class InProcessDoors(RegisterDoors):
    """Doors of a simulated world without a wire: `InProcessDoors(DoorPlant(world))`."""

    def __init__(self, plant: DoorPlant, cycle_hz: float = 10.0) -> None:
        self.line = InProcessTransport(plant)
        super().__init__(self.line, cycle_hz)

    async def close(self) -> None:
        await super().close()
        await self.line.stop()
