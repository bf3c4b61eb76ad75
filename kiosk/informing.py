"""Prompts that ask nothing of anybody: shown while something goes on, and never waited for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from drivers.model import Prompt
from kiosk.concurrent import alongside
from kiosk.lane import Lane

LATE_S = 0.7
"""Who waits for longer than this is told so: nobody stands before a silent screen."""


@asynccontextmanager
async def informed(lane: Lane, prompt: Prompt, after_s: float = 0.0) -> AsyncIterator[None]:
    """Show `prompt` once the body has run for `after_s`. A screen that fails here is found by what needs it next."""
    async with alongside(_show(lane, prompt, after_s)):
        yield


async def _show(lane: Lane, prompt: Prompt, after_s: float) -> None:
    if after_s:
        await lane.clock.sleep(after_s)
    await lane.display.show(prompt)
