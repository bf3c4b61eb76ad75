"""Lanes for the bench of the screens: the lane's own driver and line, with nothing behind them but what is told."""

import asyncio
import threading
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from drivers.clock import WallClock
from drivers.console_link import ConsoleLink, Identity
from drivers.model import OfficerCase
from drivers.officer_console import ConsoleOfficer
from link.console_words import Doors, Now
from simulators.pages import encoded_portrait, figures

DEVICES = dict.fromkeys(("reader", "camera", "doors", "display", "panel", "officer", "register"), "ready")
HALF_MM = 500
"""A leaf's length on the plan; what is drawn of a position is this less its share (web/static/shared/gate-plan.js)."""
HIGHEST = 900
UP_S = 20.0


class Lanes:
    """A context; works in an event loop of its own thread."""

    def __init__(self, address: str, keys: Mapping[str, bytes]) -> None:
        self.names = tuple(keys)
        self._address, self._keys = address, keys
        self._officers: dict[str, ConsoleOfficer] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="lanes", daemon=True)
        self._stack = AsyncExitStack()
        self._number = 0
        self._turn = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(700)

    async def _open(self) -> None:
        for name, key in self._keys.items():
            link = ConsoleLink(Identity(self._address, name, f"boot-{name}", key, software="bench", simulated=True))
            officer = ConsoleOfficer(link, WallClock())
            self._stack.push_async_callback(officer.close)
            await officer.open()
            link.state(Now(rev=1, state="in_service", devices=DEVICES, hold_ms=60_000))
            link.state(Doors(entry_permille=0, exit_permille=0, persons=0))
            self._officers[name] = officer
        async with asyncio.timeout(UP_S):
            while not all(officer.link.is_up for officer in self._officers.values()):  # noqa: ASYNC110  (other threads)
                await asyncio.sleep(0.05)

    def move_for(self, seconds: float, events_per_s: float) -> dict[tuple[str, int], float]:
        """Doors move at every lane. Gives when each position was told: (lane, drawn length) -> UTC in ms."""
        return self._do(self._move(seconds, events_per_s))  # type: ignore[no-any-return]  # as _move gives it

    async def _move(self, seconds: float, events_per_s: float) -> dict[tuple[str, int], float]:
        sent: dict[tuple[str, int], float] = {}
        step_s = 1.0 / events_per_s / len(self.names)
        loop = asyncio.get_running_loop()
        due_s, ends_s = loop.time(), loop.time() + seconds
        while due_s < ends_s:
            for name in self.names:
                permille = 2 * (self._turn % (HIGHEST // 2))
                key = (name, round(HALF_MM * (1 - permille / 1000)))
                sent[key] = 1000 * time.time()
                self._officers[name].link.state(Doors(entry_permille=permille, exit_permille=0, persons=0))
                due_s += step_s
                await asyncio.sleep(max(0.0, due_s - loop.time()))
            self._turn += 1
        return sent

    def arrive(self, name: str) -> None:
        """Somebody is inside, with three portraits."""
        self._do(self._arrive(name))

    async def _arrive(self, name: str) -> None:
        self._number += 1
        officer, transaction = self._officers[name], f"{name}-bench-{self._number:06d}"
        officer.current = lambda: transaction
        officer.moved()
        officer.link.state(Doors(entry_permille=0, exit_permille=0, persons=1))
        officer.link.state(self._now(officer, transaction))
        portrait = encoded_portrait(figures()[self._number % len(figures())].name)
        for channel in ("record", "live", "page"):
            officer.link.picture(channel, transaction, portrait)

    def transaction(self, name: str) -> str:
        return self._officers[name].current()

    def tell(self, name: str, case: OfficerCase, alarm: bool) -> None:
        self._do(self._officers[name].tell(case, alarm))

    def leave(self, name: str) -> None:
        self._do(self._leave(name))

    async def _leave(self, name: str) -> None:
        officer = self._officers[name]
        officer.current = lambda: ""
        officer.moved()
        officer.link.forget_pictures()
        officer.link.state(self._now(officer, ""))

    @staticmethod
    def _now(officer: ConsoleOfficer, transaction: str) -> Now:
        step = "face" if transaction else ""
        return Now(
            rev=officer.rev, state="in_service", devices=DEVICES, transaction=transaction, step=step, hold_ms=60_000
        )
