"""A run on the virtual clock ends, or says in one sentence why it does not."""

import asyncio

import pytest

from simulators.virtual_time import Deadlock, NeverEnds, run_virtual


async def spin() -> None:
    while True:  # noqa: ASYNC110  (a loop that never ends is what is tested)
        await asyncio.sleep(0)


async def refuse_to_end() -> None:
    while True:
        try:
            await asyncio.sleep(1.0)
        except asyncio.CancelledError:
            continue


async def cancel_in_vain() -> None:
    task = asyncio.create_task(refuse_to_end())
    await asyncio.sleep(0.5)
    task.cancel()
    await task


@pytest.mark.parametrize("endless", [spin, cancel_in_vain])
def test_a_task_that_never_ends_is_named_as_that(endless: object) -> None:
    with pytest.raises(NeverEnds, match="did not end within 1000 turns"):
        run_virtual(endless(), turns=1000)  # type: ignore[operator]  # a coroutine function


def test_a_wait_for_nothing_is_a_deadlock() -> None:
    async def wait() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(Deadlock):
        run_virtual(wait())


def test_turns_that_suffice_change_nothing() -> None:
    async def work() -> float:
        await asyncio.sleep(3600.0)
        return asyncio.get_running_loop().time()

    assert run_virtual(work(), turns=20) == 3600.0
