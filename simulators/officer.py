"""A supervising officer who sits at no console yet: present or not, with a plan for each reason and his own pace."""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.errors import DeviceUnavailable
from drivers.model import Health, LaneOrder, OfficerAction, OfficerCase, OfficerDecision
from drivers.protocols import Clock

LATE_S = 1.0
"""What he did longer ago was meant for the traveller before."""


@dataclass(slots=True)
class SimulatedOfficer:
    """`plan` maps a reason to an action (REFER where it says nothing); `delay_s` is how long he looks first."""

    clock: Clock = field(repr=False)
    is_present: bool = True
    delay_s: float = 3.0
    plan: Mapping[str, OfficerAction] = field(default_factory=dict)
    persons: int = 1
    renewals: int = 0
    told: list[tuple[OfficerCase, bool]] = field(default_factory=list, repr=False)
    asked: list[OfficerCase] = field(default_factory=list, repr=False)
    answered: list[tuple[LaneOrder, str]] = field(default_factory=list, repr=False)
    """Commands with what became of them: empty for done, else why not."""
    _own: asyncio.Queue[tuple[OfficerAction, float]] = field(default_factory=asyncio.Queue, repr=False)
    _orders: asyncio.Queue[LaneOrder] = field(default_factory=asyncio.Queue, repr=False)

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def health(self) -> Health:
        return Health.READY if self.is_present else Health.FAILED

    async def present(self) -> bool:
        return self.is_present

    async def ask(self, case: OfficerCase) -> OfficerDecision:
        if not self.is_present:
            raise DeviceUnavailable("officer", "nobody is signed in; sign in at the console")
        self.asked.append(case)
        await self.clock.sleep(self.delay_s)
        action = self.plan.get(case.reason, OfficerAction.REFER)
        return OfficerDecision(
            case.transaction, action, "officer-1", "simulated plan", self.clock.monotonic(), self.persons
        )

    async def renew(self, case: OfficerCase) -> bool:
        self.asked.append(case)
        await self.clock.sleep(min(self.delay_s, 1.0))
        self.renewals -= 1
        return self.renewals >= 0

    async def tell(self, case: OfficerCase, alarm: bool) -> None:
        self.told.append((case, alarm))

    async def requested(self) -> OfficerDecision:
        """What he has just done: an act that found no crossing to concern is not kept for the next traveller."""
        at_s = -math.inf
        while self.clock.monotonic() - at_s > LATE_S:
            action, at_s = await self._own.get()
        return OfficerDecision("", action, "officer-1", "simulated plan", self.clock.monotonic())

    async def commanded(self) -> LaneOrder:
        return await self._orders.get()

    async def answer(self, order: LaneOrder, refusal: str) -> None:
        self.answered.append((order, refusal))

    def act(self, action: OfficerAction) -> None:
        """The officer starts something by himself."""
        self._own.put_nowait((action, self.clock.monotonic()))

    def command(self, order: LaneOrder) -> None:
        """The officer commands the lane as a whole."""
        self._orders.put_nowait(order)


def same(officer: SimulatedOfficer) -> SimulatedOfficer:
    """For the lane's table of kinds: the officer whom the scenario made."""
    return officer
