"""A step's time. Kept apart from a device's own time-out: a step that runs out is an outcome, not a broken device."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class TimeIsUp(Exception):
    """The step's own time ran out."""


@asynccontextmanager
async def limit(seconds: float) -> AsyncIterator[asyncio.Timeout]:
    """Cancel the body after `seconds` of the loop's time and raise TimeIsUp in its place."""
    try:
        async with asyncio.timeout(seconds) as timer:
            yield timer
    except TimeoutError:
        if not timer.expired():
            raise
        raise TimeIsUp from None
