"""Where blocking work is done. Apart from the registers, so that a gate need not load a database."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Offload(Protocol):
    async def __call__(self, work: Callable[..., T], *arguments: Any) -> T:
        """Do blocking work away from the event loop, or in place on a virtual clock."""


async def threaded(work: Callable[..., T], *arguments: Any) -> T:
    """The wall clock's way to do blocking work."""
    return await asyncio.to_thread(work, *arguments)
