"""A loop whose time is paced: slower, faster, standing still, stepped; sockets and real sleeps go on."""

import asyncio
import time

from simulators.paced_time import PacedClock, paced_loop, run_paced


def busy(seconds: float) -> None:
    """The computer does something else."""
    time.sleep(seconds)


def test_time_goes_at_the_pace_that_is_set() -> None:
    async def run() -> tuple[float, float]:
        loop = paced_loop()
        loop.pace.go(20.0)
        began, real = loop.time(), time.monotonic()
        await asyncio.sleep(2.0)
        return loop.time() - began, time.monotonic() - real

    passed, real = run_paced(run())
    assert passed >= 2.0
    assert abs(passed / real - 20.0) < 0.5


def test_nothing_passes_in_a_pause_but_a_step_and_the_real_sleep_still_ends() -> None:
    async def run() -> None:
        loop = paced_loop()
        loop.pace.pause()
        at = loop.time()
        sleeping = asyncio.create_task(asyncio.sleep(0.5))
        await loop.real_sleep(0.05)
        assert loop.time() == at and not sleeping.done()
        loop.pace.step(0.4)
        await loop.real_sleep(0.01)
        assert round(loop.time() - at, 6) == 0.4 and not sleeping.done()
        loop.pace.step(0.2)
        await sleeping

    run_paced(run())


def test_while_another_process_computes_time_does_not_run_away() -> None:
    async def run() -> None:
        pace = paced_loop().pace
        pace.go(20.0)
        with pace.no_faster_than_real():
            began, real = pace.time(), time.monotonic()
            busy(0.05)
            assert abs((pace.time() - began) - (time.monotonic() - real)) < 0.01
        assert pace.speed == 20.0

    run_paced(run())


def test_a_forgiving_pace_counts_no_time_in_which_the_computer_was_busy() -> None:
    async def run() -> None:
        pace = paced_loop().pace
        busy(0.2)
        began = pace.time()
        pace.forgive()
        assert pace.time() >= began
        began = pace.time()
        busy(0.4)
        await asyncio.sleep(0)
        assert pace.time() - began < 0.2

    run_paced(run())


def test_time_never_goes_back_whatever_is_done_to_its_pace() -> None:
    async def run() -> None:
        pace, clock = paced_loop().pace, PacedClock(paced_loop().pace)
        seen, times = [pace.time()], [clock.now()]
        acts = (lambda: pace.go(5.0), pace.pause, lambda: pace.step(0.1), lambda: pace.go(0.25), pace.forgive)
        for act in (*acts, *acts):
            act()
            seen.append(pace.time())
            await paced_loop().real_sleep(0.005)
            seen.append(pace.time())
            times.append(clock.now())
        assert seen == sorted(seen) and times == sorted(times)

    run_paced(run())
