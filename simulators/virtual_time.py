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


TO_END_TURNS = 10_000
"""What tasks that are cancelled may need to let go."""


class Deadlock(Exception):
    """Everything waits, and no timer will ever wake it."""


class NeverEnds(Exception):
    """The loop has turned more often than it was allowed to."""


class _JumpingSelector(selectors.SelectSelector):
    """Polls its files without waiting, and hands the time that it did not wait to the loop."""

    def __init__(self, turns: int | None) -> None:
        super().__init__()
        self.now_s = 0.0
        self._turns, self._left = turns, turns

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._count()
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            raise Deadlock("the simulation stands still: every task waits and no timer is set")
        self.now_s += max(timeout, 0.0)
        return ready

    def _count(self) -> None:
        if self._left is None:
            return
        self._left -= 1
        if self._left < 0:
            self._left = TO_END_TURNS
            raise NeverEnds(
                f"the simulation did not end within {self._turns} turns of its loop and stands at {self.now_s:.3f} s "
                f"of its own time: look for a task that goes on without waiting, or that is not cancelled"
            )


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """`loop.time()` starts at 0 and moves only by the timers that run out."""

    def __init__(self, turns: int | None = None) -> None:
        self._jumping = _JumpingSelector(turns)
        super().__init__(self._jumping)
        self._clock_resolution = 1e-9  # timers that fall together run together, in the order they were made

    def time(self) -> float:
        return self._jumping.now_s


def run_virtual(main: Coroutine[Any, Any, T], turns: int | None = None) -> T:
    """Run `main` to its end in virtual time. Raises NeverEnds when that takes more than `turns` turns of the loop."""
    with asyncio.Runner(loop_factory=lambda: VirtualTimeLoop(turns)) as runner:
        return runner.run(main)
