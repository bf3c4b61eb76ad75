"""An event loop whose time goes faster, slower or not at all, while its sockets stay alive.

Every wait in the house goes through the loop (`asyncio.sleep`, `asyncio.timeout`), so that a lane on this loop slows
down and stands still with it. What belongs to a connection and not to the lane, a beat for one, waits by `real_sleep`.
"""

import asyncio
import heapq
import itertools
import selectors
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
SLOWEST, FASTEST = 0.1, 20.0
BUSY_S = 0.05
"""On a forgiving loop no more of its own time than this passes while its computer is busy."""


class Pace:
    """How the loop's time follows the computer's. Changed in the loop's own thread, read from any.

    A forgiving pace lets no time pass while the computer is too busy to run the loop: a lane in this process then finds
    nothing late that is only the fault of the machine it is simulated on. Real wires cannot be forgiven so.
    """

    def __init__(self) -> None:
        self.speed = 1.0
        self.is_paused = False
        self.is_forgiving = False
        self._working = 0
        now_s = time.monotonic()
        self._mark = (now_s, now_s, 1.0)
        """The loop's time, the computer's time of that moment, and the factor since."""
        self._numbers = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def time(self) -> float:
        """The loop's time in seconds. Begins as the computer's own monotonic time."""
        at_s, real_s, factor = self._mark
        passed_s = (time.monotonic() - real_s) * factor
        return at_s + (min(passed_s, BUSY_S) if self.is_forgiving else passed_s)

    def go(self, speed: float) -> None:
        """Also ends a pause."""
        self.speed, self.is_paused = min(FASTEST, max(SLOWEST, speed)), False
        self._turn()

    def forgive(self) -> None:
        self._turn()
        self.is_forgiving = True

    def pause(self) -> None:
        self.is_paused = True
        self._turn()

    def step(self, seconds: float) -> None:
        """Pause, and let this much time pass at once."""
        self.pause()
        self._turn(seconds)

    @contextmanager
    def no_faster_than_real(self) -> Iterator[None]:
        """While another process computes: its time is real, and the lane's must not run away from it."""
        self._working += 1
        self._turn()
        try:
            yield
        finally:
            self._working -= 1
            self._turn()

    def _turn(self, ahead_s: float = 0.0) -> None:
        speed = min(1.0, self.speed) if self._working else self.speed
        self._mark = (self.time() + ahead_s, time.monotonic(), 0.0 if self.is_paused else speed)

    # --- for the loop ---

    def until_real(self, seconds: float, future: "asyncio.Future[None]") -> None:
        heapq.heappush(self._sleepers, (time.monotonic() + seconds, next(self._numbers), future))

    def waited(self, wait_s: float | None) -> None:
        """The loop has waited for something, `wait_s` at most, and goes on."""
        if self.is_forgiving:
            at_s, real_s, factor = self._mark
            passed_s = (time.monotonic() - real_s) * factor
            allowed_s = passed_s if wait_s is None else min(passed_s, wait_s * factor + BUSY_S)
            self._mark = (at_s + allowed_s, time.monotonic(), factor)

    def wake(self) -> None:
        """Let those go on who sleep by the computer's time."""
        while self._sleepers and self._sleepers[0][0] <= time.monotonic():
            _, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)

    def real_wait(self, timeout: float | None) -> float | None:
        """The loop wants to wait `timeout` of its own time: how long that is; None = until something comes."""
        factor = self._mark[2]
        waits = [max(0.0, self._sleepers[0][0] - time.monotonic())] if self._sleepers else []
        if timeout is not None and timeout <= 0:
            return 0.0
        if timeout is not None and factor > 0:
            waits.append(timeout / factor)
        return min(waits, default=None)


class _PacedSelector(selectors.DefaultSelector):
    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self._pace = pace

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        wait_s = self._pace.real_wait(timeout)
        ready = super().select(wait_s)
        self._pace.waited(wait_s)
        self._pace.wake()
        return ready


class PacedLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.pace = Pace()
        super().__init__(_PacedSelector(self.pace))

    def time(self) -> float:
        return self.pace.time()

    async def real_sleep(self, seconds: float) -> None:
        """Wait, of the computer's time."""
        future = self.create_future()
        self.pace.until_real(seconds, future)
        await future


class PacedClock:
    """Satisfies drivers.protocols.Clock, from any thread: starts at the time of day and follows the paced loop."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._start, self._loop_start_s = datetime.now(UTC), pace.time()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._pace.time() - self._loop_start_s)

    def monotonic(self) -> float:
        return self._pace.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def run_paced(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end on a loop that can be paced."""
    with asyncio.Runner(loop_factory=PacedLoop) as runner:
        return runner.run(main)


def paced_loop() -> PacedLoop:
    """The running loop. Raises TypeError where it is another."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, PacedLoop):
        raise TypeError("this loop has no pace: run it by run_paced")
    return loop
