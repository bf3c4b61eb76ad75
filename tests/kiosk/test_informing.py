"""Prompts that only inform: shown while something goes on, waited for by nobody."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from drivers.clock import LoopClock
from drivers.errors import DeviceTimeout
from drivers.model import Prompt
from kiosk.informing import LATE_S, informed
from simulators.virtual_time import run_virtual
from tests.kiosk.toy import START

PAINT_S = 0.03


class Screen:
    def __init__(self, fails: bool = False) -> None:
        self.shown: list[Prompt] = []
        self.fails = fails

    async def show(self, prompt: Prompt) -> None:
        await asyncio.sleep(PAINT_S)
        if self.fails:
            raise DeviceTimeout("display", "it is dark")
        self.shown.append(prompt)


def told(body_s: float, after_s: float = 0.0, fails: bool = False) -> tuple[list[Prompt], float]:
    """What was shown while something took so long, and how long all of it took."""
    screen = Screen(fails)

    async def run() -> float:
        lane: Any = SimpleNamespace(display=screen, clock=LoopClock(START))
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        async with informed(lane, Prompt.FACE_DONE, after_s):
            await asyncio.sleep(body_s)
        return loop.time() - began_s

    return screen.shown, run_virtual(run())


@pytest.mark.parametrize("body_s", [0.0, 0.01, 0.2, 5.0])
def test_nothing_waits_for_it(body_s: float) -> None:
    shown, took_s = told(body_s)
    assert took_s == pytest.approx(body_s)
    assert shown == ([Prompt.FACE_DONE] if body_s > PAINT_S else [])


def test_what_goes_fast_says_nothing_and_what_goes_on_is_told() -> None:
    assert told(LATE_S / 2, LATE_S)[0] == []
    assert told(2 * LATE_S, LATE_S)[0] == [Prompt.FACE_DONE]


def test_a_screen_that_fails_here_ends_nothing() -> None:
    assert told(1.0, fails=True) == ([], pytest.approx(1.0))


def test_a_failure_of_the_body_goes_through() -> None:
    async def run() -> None:
        lane: Any = SimpleNamespace(display=Screen(), clock=LoopClock(START))
        async with informed(lane, Prompt.FACE_DONE):
            raise ValueError("its own")

    with pytest.raises(ValueError, match="its own"):
        run_virtual(run())
