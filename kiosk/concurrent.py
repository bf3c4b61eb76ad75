"""Two small ways for things to happen at once inside a crossing; both leave no task behind."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")


async def finish(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait until it has gone; what it raised meanwhile is of no interest any more.

    A cancellation of the waiting one goes through: swallowed here, a time-out or a shutdown would be lost.
    """
    task.cancel()
    await asyncio.wait((task,))
    if not task.cancelled():
        task.exception()  # looked at, so that nobody is told of it later


async def together(*works: Coroutine[Any, Any, Any]) -> Any:
    """All their answers, in their order; when one raises, the others are cancelled."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            await finish(task)


async def first_of(*works: Coroutine[Any, Any, Any]) -> Any:
    """The answer of whichever is done first, or what it raised; the others are cancelled. In a tie the first named."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return await next(task for task in tasks if task.done())
    finally:
        for task in tasks:
            await finish(task)


@asynccontextmanager
async def alongside(work: Coroutine[Any, Any, T]) -> AsyncIterator[asyncio.Task[T]]:
    """Start `work` now, let the body await its task when it needs the answer, and cancel it when the body leaves."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        await finish(task)


async def unless(interruptions: Sequence[Coroutine[Any, Any, None]], work: Coroutine[Any, Any, T]) -> T:
    """The answer of `work`, unless an interruption ends or raises first; an interruption wins a tie.

    None of them goes on afterwards. An interruption that returns without raising only stops watching.
    """
    working = asyncio.create_task(work)
    watching: list[asyncio.Task[None]] = [asyncio.create_task(each) for each in interruptions]
    try:
        waiting: set[asyncio.Task[Any]] = {working, *watching}
        while not working.done():
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for watcher in watching:
                if watcher in done:
                    watcher.result()
        return await working
    finally:
        for task in (*watching, working):
            await finish(task)
