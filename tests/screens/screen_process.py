"""A traveller's screen as a process of its own: `python -m tests.screens.screen_process PORT PROMPT`."""

import asyncio
import sys

from drivers.clock import WallClock
from drivers.model import Frame, Prompt
from drivers.screen_web import WebScreen


class Dark:
    """A camera that has no picture."""

    async def next_frame(self, after_s: float) -> Frame:
        await asyncio.Event().wait()
        raise AssertionError(after_s)


async def serve(port: int, prompt: Prompt) -> None:
    screen = WebScreen("lane-1", WallClock(), Dark(), port=port)  # type: ignore[arg-type]  # all that a screen asks of one
    await screen.open()
    screen.say(prompt)
    print(screen.address, flush=True)  # noqa: T201  (the test waits for it)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Prompt(sys.argv[2])))
