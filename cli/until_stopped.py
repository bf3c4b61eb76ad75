"""A service's process ends in order on Ctrl-C and on SIGTERM."""

import asyncio
import signal


async def until_stopped() -> None:
    """Return when the process is asked to end."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    asked = (signal.SIGINT, signal.SIGTERM)
    for each in asked:
        loop.add_signal_handler(each, stop.set)
    try:
        await stop.wait()
    finally:
        for each in asked:
            loop.remove_signal_handler(each)
