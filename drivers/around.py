"""Wrap every call of a device, whichever device it is: the journal, the deadline and the fault injector all act here.

No driver knows of any of them. The outermost sees the call first:

    reader = around_each_call("reader", SerialReader(...), plan, deadline(limits), journal(note))

puts the fault nearest to the device, holds the deadline around it, and journals what came of both.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from drivers.errors import DeviceError, DeviceTimeout

D = TypeVar("D")
Proceed = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Call:
    """Which operation of which device. Its arguments are nobody's business here: they may be personal."""

    device: str
    operation: str


Around = Callable[[Call, Proceed], Awaitable[object]]


class _Wrapped:
    """The only dynamic object in the house; `around_each_call` gives it the device's own type."""

    def __init__(self, name: str, device: object, around: Around) -> None:
        self._name, self._device, self._around = name, device, around

    def __getattr__(self, attribute: str) -> Any:
        method = getattr(self._device, attribute)
        if not inspect.iscoroutinefunction(method):
            return method

        @wraps(method)
        async def call(*arguments: object, **named: object) -> object:
            return await self._around(Call(self._name, attribute), lambda: method(*arguments, **named))

        self.__dict__[attribute] = call  # made once: the doors are asked fifty times a second
        return call


def around_each_call(name: str, device: D, *arounds: Around) -> D:
    """The same device, each of its awaited operations passing through `arounds`, the last of them outermost."""
    for around in arounds:
        device = cast(D, _Wrapped(name, device, around))
    return device


def deadline(limits_s: Mapping[str, float]) -> Around:
    """Hold each operation that has an entry in `limits_s`; the others may wait as long as they like."""

    async def hold(call: Call, proceed: Proceed) -> object:
        limit_s = limits_s.get(call.operation)
        if limit_s is None:
            return await proceed()
        try:
            async with asyncio.timeout(limit_s) as limit:
                return await proceed()
        except DeviceError:
            raise
        except TimeoutError:
            if not limit.expired():
                raise
            raise DeviceTimeout(
                call.device, f"{call.operation} took longer than {limit_s:g} s: look whether the device still works"
            ) from None

    return hold


@dataclass(frozen=True, slots=True)
class CallEnded:
    """What the journal is told. `outcome` is "done", "cancelled" or the name of the error's class."""

    device: str
    operation: str
    outcome: str
    took_s: float


def journal(note: Callable[[CallEnded], None]) -> Around:
    """Tell `note` how each call ended and how long it took, of the loop's time."""

    async def listen(call: Call, proceed: Proceed) -> object:
        time = asyncio.get_running_loop().time
        started_s, outcome = time(), "done"
        try:
            return await proceed()
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        except Exception as error:
            outcome = type(error).__name__
            raise
        finally:
            note(CallEnded(call.device, call.operation, outcome, time() - started_s))

    return listen
