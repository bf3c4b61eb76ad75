"""Break a chosen call of a chosen device, real or simulated; the device itself never hears of it.

A FaultPlan is an `Around` (drivers/around.py): put it next to the device, inside the deadline.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum

from drivers.around import Call, Proceed
from drivers.errors import DeviceError, DeviceGarbled, DeviceRefused, DeviceTimeout, DeviceUnavailable

DAY = timedelta(days=1)


class How(Enum):
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    GARBLED = "garbled"
    REFUSED = "refused"
    HANG = "hang"
    """It never answers: only a deadline ends the call."""
    LATE = "late"
    """It does what it was asked, and says so `late_s` afterwards."""
    ANSWER_LOST = "answer_lost"
    """It does what it was asked, and the answer never arrives."""
    FOREIGN = "foreign"
    """Its answer is bound to another crossing."""
    OLD = "old"
    """Its answer was true yesterday."""


@dataclass(frozen=True, slots=True)
class Fault:
    """On the nth call of this operation (None: on every one) this goes wrong."""

    device: str
    operation: str
    how: How
    nth: int | None = 1
    late_s: float = 5.0


_ERRORS: dict[How, type[DeviceError]] = {
    How.UNAVAILABLE: DeviceUnavailable,
    How.TIMEOUT: DeviceTimeout,
    How.GARBLED: DeviceGarbled,
    How.REFUSED: DeviceRefused,
}


@dataclass(slots=True)
class FaultPlan:
    """The faults to come, and those that came. Faults may be added while the lane runs."""

    faults: list[Fault] = field(default_factory=list)
    fired: list[Fault] = field(default_factory=list)
    armed: bool = True
    """While it is not, every call goes through and none is counted."""
    _seen: Counter[Call] = field(default_factory=Counter)

    def break_next(self, device: str, operation: str, how: How, late_s: float = 5.0) -> None:
        """Let the very next call of this operation go wrong."""
        nth = self._seen[Call(device, operation)] + 1
        self.faults.append(Fault(device, operation, how, nth, late_s))

    def seen(self, device: str, operation: str) -> int:
        """How often this operation was called so far."""
        return self._seen[Call(device, operation)]

    async def __call__(self, call: Call, proceed: Proceed) -> object:
        if not self.armed:
            return await proceed()
        self._seen[call] += 1
        for fault in self.faults:
            if (fault.device, fault.operation) == (call.device, call.operation) and self._is_due(fault, call):
                self.fired.append(fault)
                return await _break(fault, proceed)
        return await proceed()

    def _is_due(self, fault: Fault, call: Call) -> bool:
        return fault.nth is None or fault.nth == self._seen[call]


async def _break(fault: Fault, proceed: Proceed) -> object:
    if error := _ERRORS.get(fault.how):
        raise error(fault.device, f"{fault.operation} was broken by the fault plan: remove the fault")
    if fault.how is How.HANG:
        await asyncio.get_running_loop().create_future()
    answer = await proceed()
    if fault.how is How.ANSWER_LOST:
        raise DeviceTimeout(fault.device, f"the answer to {fault.operation} was lost by the fault plan: ask again")
    if fault.how is How.FOREIGN:
        return replace(answer, transaction="another")  # type: ignore[type-var]  # set for operations that answer so
    if fault.how is How.OLD:
        return replace(answer, answered_at=answer.answered_at - DAY)  # type: ignore[type-var,attr-defined]  # the same
    await asyncio.sleep(fault.late_s)
    return answer
