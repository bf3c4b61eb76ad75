"""Two things at once: who wins, who is cancelled, and that no cancellation is lost on the way."""

import asyncio

import pytest

from kiosk.concurrent import alongside, finish, unless
from kiosk.limit import TimeIsUp, limit
from kiosk.reasons import Reason, Referral
from simulators.virtual_time import run_virtual


async def slow_to_end() -> None:
    """Needs a second to clean up when it is cancelled."""
    try:
        await asyncio.sleep(1000)
    finally:
        await asyncio.sleep(1)


async def refuse() -> None:
    await asyncio.sleep(1)
    raise Referral(Reason.HELP_REQUESTED)


async def answer() -> int:
    await asyncio.sleep(2)
    return 7


async def for_ever() -> None:
    await asyncio.sleep(1000)


def test_a_cancellation_while_finishing_is_not_lost() -> None:
    async def use() -> None:
        finishing = asyncio.create_task(finish(asyncio.create_task(slow_to_end())))
        await asyncio.sleep(0.5)
        finishing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await finishing

    run_virtual(use())


def test_a_time_out_while_finishing_is_not_lost() -> None:
    async def use() -> None:
        with pytest.raises(TimeIsUp):
            async with limit(0.5), alongside(slow_to_end()):
                await asyncio.sleep(0.1)

    run_virtual(use())


def test_an_interruption_wins_and_a_quiet_one_only_stops_watching() -> None:
    async def use() -> None:
        with pytest.raises(Referral):
            await unless((refuse(), for_ever()), answer())
        assert await unless((asyncio.sleep(0.5),), answer()) == 7
        assert len(asyncio.all_tasks()) == 1

    run_virtual(use())


def test_what_runs_alongside_fails_where_it_is_awaited() -> None:
    async def use() -> None:
        async with alongside(refuse()) as asked:
            await asyncio.sleep(3)
            with pytest.raises(Referral):
                await asked
        async with alongside(refuse()):
            await asyncio.sleep(3)  # nobody asks: nobody is told

    run_virtual(use())
