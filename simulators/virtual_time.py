"""An event loop whose time is virtual: it jumps to the next timer instead of waiting for it.

The same lane code runs on it unchanged, since every wait in the house goes through the loop (`asyncio.sleep`,
`asyncio.timeout`). Nothing outside the loop may be waited for: no socket, no thread. Work that would be offloaded to
a thread is done in place (kiosk/offload.py), so virtual time stands still while it runs and the order of events
depends on nothing but the seed.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Deadlock(Exception):
    """Everything waits, and no timer will ever wake it."""


class _JumpingSelector(selectors.SelectSelector):
    """Polls its files without waiting, and hands the time that it did not wait to the loop."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            raise Deadlock("the simulation stands still: every task waits and no timer is set")
        self.now_s += max(timeout, 0.0)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """`loop.time()` starts at 0 and moves only by the timers that run out."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self._clock_resolution = 1e-9  # timers that fall together run together, in the order they were made

    def time(self) -> float:
        return self._jumping.now_s


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
