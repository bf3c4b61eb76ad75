"""The door controller in this process: the register client without a wire, on any event loop."""

import asyncio
import contextlib
from collections.abc import Sequence

from drivers.doors_registers import RegisterDoors
from drivers.errors import DeviceGarbled, DeviceTimeout, DeviceUnavailable
from simulators.door_plant import DoorPlant, IllegalAddress

SCAN_S = 0.25
"""The plant lives on by itself at this pace when no host asks it anything."""


class InProcessTransport:
    """Hands registers straight to a plant. `unplugged`, `cut` and `garbled` are faults that a scenario may set."""

    def __init__(self, plant: DoorPlant) -> None:
        self.plant = plant
        self.unplugged = self.cut = self.garbled = False
        self._scanning: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        self._require_plugged()
        if self._scanning is None:
            self._scanning = asyncio.create_task(self._scan(), name="door plant")

    async def exchange(self, values: Sequence[int], read_from: int, read_count: int) -> list[int]:
        self._require_plugged()
        if self.cut:
            raise DeviceTimeout("doors", "the simulated controller does not answer; its line is cut.")
        if self.garbled:
            raise DeviceGarbled("doors", "the simulated controller's answer was garbled; check its line.")
        now_s = asyncio.get_running_loop().time()
        try:
            return self.plant.exchange(values or None, read_from, read_count, now_s)
        except IllegalAddress as illegal:
            raise DeviceGarbled("doors", f"{illegal}; is this a door controller?") from None

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
            self.plant.tick(loop.time())
            await asyncio.sleep(SCAN_S)


class InProcessDoors(RegisterDoors):
    """Doors of a simulated world without a wire: `InProcessDoors(DoorPlant(world))`."""

    def __init__(self, plant: DoorPlant, cycle_hz: float = 10.0) -> None:
        self.line = InProcessTransport(plant)
        super().__init__(self.line, cycle_hz)

    async def close(self) -> None:
        await super().close()
        await self.line.stop()
