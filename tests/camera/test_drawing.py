"""A simulated camera on the wall clock draws beside the loop: whatever else the lane does goes on meanwhile."""

import asyncio
import threading
import time

import numpy as np

from cli.simulation import drawn_in_real_time
from drivers.clock import WallClock
from drivers.model import Image
from kiosk.offload import Threaded
from simulators.camera_inprocess import SimulatedCamera
from simulators.paced_time import paced_loop, run_paced

GUARD_S = 60.0
"""Against hanging alone."""
NEVER_S = 3600.0
"""A camera at this pace takes one picture, at the beginning of time, and no other while a test runs."""


class Easel:
    """Draws only when it is let; counts."""

    def __init__(self) -> None:
        self.may, self.drawn = threading.Event(), 0

    def __call__(self, _at_s: float) -> Image:
        assert self.may.wait(GUARD_S)
        self.drawn += 1
        return np.full((2, 2, 3), self.drawn, np.uint8)


def test_the_loop_goes_on_while_a_picture_is_drawn_and_all_who_ask_for_it_get_the_same() -> None:
    async def run() -> None:
        easel, thread = Easel(), Threaded("camera")
        camera = SimulatedCamera(easel, WallClock(), fps=1 / NEVER_S, drawing=thread)
        before_s = time.monotonic() // NEVER_S * NEVER_S - 1.0
        asking = [asyncio.create_task(camera.next_frame(before_s)) for _ in range(3)]
        try:
            await asyncio.sleep(0.01)  # the loop is not held up, or this would wait for the guard
            assert easel.drawn == 0
            asking[0].cancel()
            await asyncio.sleep(0)
            easel.may.set()
            async with asyncio.timeout(GUARD_S):
                frames = await asyncio.gather(*asking[1:])
        finally:
            easel.may.set()
            thread.close()
        assert easel.drawn == 1
        assert frames[0].image is frames[1].image
        assert asking[0].cancelled()

    asyncio.run(run())


def test_the_lanes_time_does_not_run_away_from_who_draws() -> None:
    """However fast a paced lane goes: while a picture is drawn its time is the computer's."""

    async def run() -> None:
        pace, thread = paced_loop().pace, Threaded("camera")
        pace.go(20.0)
        passed: list[tuple[float, float]] = []

        def view(_at_s: float) -> Image:
            real_s = time.monotonic()
            lane_s = pace.time()
            time.sleep(0.05)
            passed.append((pace.time() - lane_s, time.monotonic() - real_s))
            return np.zeros((2, 2, 3), np.uint8)

        try:
            await drawn_in_real_time(thread, pace)(view, 0.0)
        finally:
            thread.close()
        ((lane_s, real_s),) = passed
        assert 0.0 < lane_s <= real_s + 0.001

    run_paced(run())
