"""Waiting for a person: the screen counts down, and whoever asks has once as long again.

The crossing's own limit stays where it is, so that nothing asked for here lengthens a crossing beyond it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from drivers.protocols import Display
from kiosk.limit import limit


@dataclass(slots=True)
class Patience:
    """Of one lane: the wait that runs now, if any."""

    _timer: asyncio.Timeout | None = field(default=None, repr=False)
    _seconds: float = 0.0

    @asynccontextmanager
    async def limit(self, seconds: float, display: Display) -> AsyncIterator[None]:
        """As kiosk.limit.limit, told to the traveller; raises TimeIsUp."""
        await display.count_down(seconds, may_ask=True)
        async with limit(seconds) as timer:
            self._timer, self._seconds = timer, seconds
            try:
                yield
            finally:
                self._timer = None

    def lengthen(self) -> float:
        """The traveller asked for more time: once a wait, as long again. Gives the seconds that are left, or 0."""
        timer, self._timer = self._timer, None
        ends_s = timer.when() if timer else None
        if timer is None or ends_s is None:
            return 0.0
        timer.reschedule(ends_s + self._seconds)
        return ends_s + self._seconds - asyncio.get_running_loop().time()
