"""What a device promises, as checks for a simulator, for a driver over a simulated wire, and for the device itself.

A check is given an opened device and a rig: hands that do what the check needs done to the device, a simulator's or a
person's. It returns when the promise was kept, and raises ContractBroken or the device's own DeviceError when not.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

D = TypeVar("D")
R = TypeVar("R")

SOON_S = 2.0
"""How long an answer may take that needs nobody's hands."""


class ContractBroken(Exception):
    """One sentence: what the device did, or failed to do."""


@dataclass(frozen=True, slots=True)
class Check(Generic[D, R]):
    """`name` reads as the promise: "a document is noticed"."""

    name: str
    run: Callable[[D, R], Awaitable[None]]


def require(kept: bool, sentence: str) -> None:
    if not kept:
        raise ContractBroken(sentence)


async def within(limit_s: float, waited_for: Awaitable[object], sentence: str) -> None:
    """Wait for something that the contract promises within `limit_s`."""
    try:
        async with asyncio.timeout(limit_s) as limit:
            await waited_for
    except TimeoutError:
        if not limit.expired():
            raise
        raise ContractBroken(sentence) from None


async def stays_waiting(for_s: float, waited_for: Awaitable[object], sentence: str) -> None:
    """The opposite: it must not return within `for_s`; it is cancelled then."""
    try:
        async with asyncio.timeout(for_s) as limit:
            await waited_for
    except TimeoutError:
        if limit.expired():
            return
        raise
    raise ContractBroken(sentence)
