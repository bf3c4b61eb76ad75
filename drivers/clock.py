"""Time as a device. Everything that waits or stamps is handed one of these; nothing reads the system clock itself."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class WallClock:
    """The computer's own time, from any thread; `monotonic` is the one that asyncio's own loops go by."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class LoopClock:
    """Starts at a given moment and then follows the event loop's time, which a simulation may make virtual."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._loop_start = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic() - self._loop_start)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
