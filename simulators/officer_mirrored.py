"""The scripted officer of a demonstration, who goes off duty for good as soon as somebody signs in at the console.

Until then the lane serves with no console open; from then on it does what the console says, and closes without it.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from drivers.model import Health, LaneOrder, OfficerCase, OfficerDecision
from drivers.officer_console import ConsoleOfficer
from simulators.officer import SimulatedOfficer

T = TypeVar("T")


@dataclass(slots=True)
class MirroredOfficer:
    """Satisfies drivers.protocols.Officer."""

    scripted: SimulatedOfficer
    console: ConsoleOfficer
    relieved: bool = False
    """Somebody has signed in at the console since the lane was started."""

    @property
    def _on_duty(self) -> SimulatedOfficer | ConsoleOfficer:
        self.relieved = self.relieved or self.console.link.on_duty
        return self.console if self.relieved else self.scripted

    async def open(self) -> None:
        await self.console.open()

    async def close(self) -> None:
        await self.console.close()

    async def health(self) -> Health:
        return await self._on_duty.health()

    async def present(self) -> bool:
        return await self._on_duty.present()

    async def ask(self, case: OfficerCase) -> OfficerDecision:
        return await self._on_duty.ask(case)

    async def renew(self, case: OfficerCase) -> bool:
        return await self._on_duty.renew(case)

    async def tell(self, case: OfficerCase, alarm: bool) -> None:
        """Both: an alarm shows on the console although nobody is signed in yet."""
        await self.console.tell(case, alarm)
        await self.scripted.tell(case, alarm)

    async def requested(self) -> OfficerDecision:
        return await _first(self.scripted.requested(), self.console.requested())

    async def commanded(self) -> LaneOrder:
        return await _first(self.scripted.commanded(), self.console.commanded())

    async def answer(self, order: LaneOrder, refusal: str) -> None:
        await self.console.answer(order, refusal)
        await self.scripted.answer(order, refusal)


async def _first(*sources: Coroutine[Any, Any, T]) -> T:
    """What the first of them gives; the others, which only wait, are let go."""
    tasks = [asyncio.create_task(source) for source in sources]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(task for task in tasks if task in done).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def mirrored(scripted: SimulatedOfficer, console: ConsoleOfficer | None) -> MirroredOfficer | SimulatedOfficer:
    """Without a console the script alone."""
    return MirroredOfficer(scripted, console) if console else scripted
