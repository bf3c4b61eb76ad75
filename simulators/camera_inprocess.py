"""A camera in this process: frames at their own pace from an injected view, on any loop."""

import asyncio
import math
from collections.abc import Awaitable, Callable

from drivers.errors import DeviceGarbled, DeviceTimeout
from drivers.model import Frame, Health, Image
from drivers.protocols import Clock
from simulators.camera_faults import CameraFaults, FaultyView, View

Drawing = Callable[[View, float], Awaitable[Image]]
"""Has a view draw the picture of one moment somewhere else than in the loop, one picture after another."""


class SimulatedCamera:
    """Satisfies drivers.protocols.FaceCamera. Frame n is taken at n / fps seconds of the clock.

    Without `drawing` a picture is drawn in place, as the virtual clock wants it. On the wall clock that would hold up
    whatever else the loop has to do, doors among it: there it is drawn elsewhere, once for all who ask for that frame.
    """

    def __init__(
        self,
        view: View,
        clock: Clock,
        *,
        fps: float = 15.0,
        max_age_s: float = 0.5,
        frozen_after_s: float = 2.0,
        drawing: Drawing | None = None,
    ) -> None:
        self.faults = CameraFaults()
        self._view = FaultyView(view, self.faults)
        self._clock, self._fps, self._drawing = clock, fps, drawing
        self._drawn: tuple[int, asyncio.Future[Image]] | None = None
        self._max_age_s, self._frozen_after_s = max_age_s, frozen_after_s
        self._frozen_since_s: float | None = None

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def health(self) -> Health:
        if self.faults.silent or self._is_frozen():
            return Health.FAILED
        return Health.DEGRADED if self.faults.black else Health.READY

    async def next_frame(self, after_s: float) -> Frame:
        sequence = self._first_after(after_s)
        await self._clock.sleep(max(0.0, sequence / self._fps - self._clock.monotonic()))
        if self.faults.silent:
            await self._clock.sleep(self._max_age_s)
            raise DeviceTimeout("camera", f"no frame for {self._max_age_s:g} s: look at its cable and power")
        if self._is_frozen():
            raise DeviceGarbled("camera", f"the picture has not changed for {self._frozen_after_s:g} s: restart it")
        at_s = sequence / self._fps
        return Frame(await self._picture(sequence, at_s), at_s, sequence)

    async def _picture(self, sequence: int, at_s: float) -> Image:
        if self._drawing is None:
            return self._view(at_s)
        if self._drawn is None or self._drawn[0] != sequence:
            self._drawn = sequence, asyncio.ensure_future(self._drawing(self._view, at_s))
        return await asyncio.shield(self._drawn[1])  # who waits no longer takes it from nobody else

    def _first_after(self, after_s: float) -> int:
        """The newest frame there is, when it is late enough; else the first one that will be."""
        newest = math.floor(self._clock.monotonic() * self._fps)
        first = math.floor(after_s * self._fps)
        while first / self._fps <= after_s:
            first += 1
        return max(newest, first)

    def _is_frozen(self) -> bool:
        now_s = self._clock.monotonic()
        if not self.faults.frozen:
            self._frozen_since_s = None
        elif self._frozen_since_s is None:
            self._frozen_since_s = now_s
        return self._frozen_since_s is not None and now_s - self._frozen_since_s > self._frozen_after_s
