"""The way from the event loop to writes that would stall it; image work has a process of its own (kiosk/worker.py).

On the wall clock the work goes to one thread, in order; on the virtual clock it is done in place, so that virtual time
stands still meanwhile and nothing depends on the computer.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Offload(Protocol):
    async def __call__(self, work: Callable[..., T], *arguments: Any) -> T: ...


class Threaded:
    """One thread of its own; `close` waits for what runs."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def __call__(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments)

    def close(self) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)


class Inline:
    """In place: the virtual clock's."""

    async def __call__(self, work: Callable[..., T], *arguments: Any) -> T:
        return work(*arguments)

    def close(self) -> None: ...
