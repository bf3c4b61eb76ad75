"""Image work in its own process: answers, refusals, and its sudden end."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biometrics.model import CaptureState, FaceCapture, TemplateRefused
from drivers.errors import DeviceUnavailable
from kiosk.measure import ImageWorkLost, Measurer
from kiosk.worker import Worker
from tests.kiosk.toy import ToyMeasure, face_image

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.wire]


class Sleepy(ToyMeasure):
    """Never comes back from a black image; refuses a white one."""

    def examine(self, image: np.ndarray, at_s: float) -> FaceCapture:
        while not image.any():
            signal.pause()
        if (image == 255).all():
            raise TemplateRefused("not this one")
        return super().examine(image, at_s)


def test_it_loads_nothing_of_devices_settings_and_commands() -> None:
    """So it stands ready soon, and its memory is that of the models."""
    loading = (
        "import kiosk.worker, sys; from kiosk.image_models import ImageModels, load_image_models;"
        "load_image_models(ImageModels('sface', 5e-4, 1e-3, 'simulated-camera', False));"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", loading], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert {"biometrics", "mrz", "onnxruntime", "cv2"} <= loaded
    assert not loaded & {
        "pydantic",
        "config",
        "cli",
        "typer",
        "rich",
        "websockets",
        "pymodbus",
        "simulators",
        "records",
    }


def unusable(words: str) -> Measurer:
    raise TemplateRefused(words)


def run(use: Coroutine[Any, Any, None]) -> None:
    asyncio.run(use)


def test_it_answers_and_refuses_like_the_work_itself() -> None:
    async def use() -> None:
        worker = Worker(Sleepy)
        await worker.open()
        try:
            capture = await worker.measure.examine(face_image(["Ada Example"]), 3.0)
            assert (capture.state, capture.captured_at_s) == (CaptureState.OK, 3.0)
            with pytest.raises(TemplateRefused, match="not this one"):
                await worker.measure.examine(np.full((4, 16, 3), 255, np.uint8), 1.0)
        finally:
            await worker.close()

    run(use())


def test_killed_in_the_middle_of_its_work_it_is_named_and_started_again() -> None:
    async def use() -> None:
        worker = Worker(Sleepy)
        await worker.open()
        try:
            asked = asyncio.create_task(worker.measure.examine(np.zeros((4, 16, 3), np.uint8), 1.0))
            await asyncio.sleep(0.2)
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGKILL)
            with pytest.raises(ImageWorkLost, match="image worker: it ended"):
                await asked
            capture = await worker.measure.examine(face_image(["Ada Example"]), 2.0)
            assert capture.state is CaptureState.OK
            assert worker.starts == 2
        finally:
            await worker.close()

    run(use())


def test_killed_between_two_questions_it_is_told_once_and_started_again() -> None:
    async def use() -> None:
        worker = Worker(ToyMeasure)
        await worker.open()
        try:
            worker.kill()
            await asyncio.sleep(0.3)
            with pytest.raises(ImageWorkLost):
                await worker.measure.examine(face_image(["Ada Example"]), 1.0)
            assert (await worker.measure.examine(face_image(["Ada Example"]), 2.0)).state is CaptureState.OK
            assert worker.starts == 2
        finally:
            await worker.close()

    run(use())


def test_what_makes_the_models_unusable_is_raised_when_it_opens() -> None:
    async def use() -> None:
        worker = Worker(partial(unusable, "the weights are of another model"))
        try:
            with pytest.raises(TemplateRefused, match="another model"):
                await worker.open()
        finally:
            await worker.close()

    run(use())


def test_it_ends_with_its_lane_also_while_it_works() -> None:
    async def use() -> None:
        worker = Worker(Sleepy)
        await worker.open()
        pid = worker.pid
        asked = asyncio.create_task(worker.measure.examine(np.zeros((4, 16, 3), np.uint8), 1.0))
        await asyncio.sleep(0.1)
        await worker.close()
        with pytest.raises(DeviceUnavailable):
            await asked
        assert pid is not None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    run(use())
