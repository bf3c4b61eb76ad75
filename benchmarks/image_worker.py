"""The image worker of a lane: how soon it stands ready, what memory it takes at work, how soon another one answers."""

import asyncio
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import cv2
import numpy as np

from benchmarks.face_lane import FRAME_STEP_S, frames_of
from benchmarks.mrz_drawn import TODAY, drawn
from biometrics.model import FaceCapture
from config.load import load
from drivers.model import Image, Light, PageScan
from kiosk.image_models import image_models, load_image_models
from kiosk.measure import ImageWorkLost, Measure
from kiosk.worker import Worker
from mrz.model import DocumentType
from simulators.cast_faces import members, portrait

SITE = Path(__file__).parents[1] / "config" / "sites" / "demo.toml"
DPI = 300.0
IN_ITS_WORK_S = 0.01


def image_worker(starts: int = 5, travellers: int = 36) -> dict[str, Any]:
    """Real processes with all models of the demo's site; one of them does the image work of so many travellers."""
    return asyncio.run(_measured(starts, travellers))


async def _measured(starts: int, travellers: int) -> dict[str, Any]:
    ready_s, ready_cpu_s, resident_mb = [], [], []
    for _ in range(starts):
        worker = _worker()
        ready_s.append(await _opened(worker))
        ready_cpu_s.append(_processor_s(worker))
        resident_mb.append(_memory_mb(worker, "VmRSS:"))
        await worker.close()
    worker = _worker()
    await _opened(worker)
    try:
        looks_ms = [await _serve(worker.measure, number) for number in range(travellers)]
        peak_mb = _memory_mb(worker, "VmHWM:")
        again_s = [await _killed_and_asked_again(worker) for _ in range(starts)]
    finally:
        await worker.close()
    looks = np.concatenate(looks_ms)
    return {
        "starts": starts,
        "ready_s": {
            "p50": round(median(ready_s), 2),
            "most": round(max(ready_s), 2),
            "cpu_p50": round(median(ready_cpu_s), 2),
        },
        "resident_mb": {"when_ready": max(resident_mb), "peak_at_work": peak_mb},
        "travellers": travellers,
        "frame_over_and_back_ms": {f"p{share}": round(float(np.percentile(looks, share)), 1) for share in (50, 95)},
        "killed_to_answer_of_the_next_s": {"p50": round(median(again_s), 2), "most": round(max(again_s), 2)},
    }


def _worker() -> Worker:
    return Worker(partial(load_image_models, image_models(load(SITE).site)))


async def _opened(worker: Worker) -> float:
    began_s = perf_counter()
    await worker.open()
    return perf_counter() - began_s


async def _serve(measure: Measure, number: int) -> Sequence[float]:
    """All image work of one crossing. Milliseconds of each look at a frame, there and back."""
    page = drawn(DocumentType.TD3, number, dpi=DPI).image
    await measure.read_page(PageScan(0.0, {Light.VISIBLE: page, Light.INFRARED: page}), TODAY)
    await measure.page_portrait({Light.VISIBLE: page})
    names = [who.name for who in members()]
    name = names[number % len(names)]
    reference = await measure.reference(cv2.imencode(".jpg", portrait(name))[1].tobytes())
    captures, looks_ms = [], []
    for taken, frame in enumerate(frames_of(name, number)):
        began_s = perf_counter()
        captures.append(await measure.examine(frame, FRAME_STEP_S * taken))
        looks_ms.append(1000 * (perf_counter() - began_s))
    await _decide(measure, reference, captures)
    return looks_ms


async def _decide(measure: Measure, reference: FaceCapture, captures: Sequence[FaceCapture]) -> None:
    templates = [each.template for each in captures if each.template is not None]
    if reference.template is not None and templates:
        await measure.compare(reference.template, templates)
    await measure.assess_attack(tuple(captures))


async def _killed_and_asked_again(worker: Worker) -> float:
    """Seconds from the kill, in the middle of a look, to the next worker's answer about the same frame."""
    frame: Image = frames_of(members()[0].name, 0)[0]
    asked = asyncio.create_task(worker.measure.examine(frame, 0.0))
    await asyncio.sleep(IN_ITS_WORK_S)
    worker.kill()
    began_s = perf_counter()
    try:
        await asked
    except ImageWorkLost:
        await worker.measure.examine(frame, 0.0)
    return perf_counter() - began_s


def _processor_s(worker: Worker) -> float:
    """Of the worker since it was started, in user and kernel mode."""
    after_name = Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(worker: Worker, line: str) -> int:
    lines = Path(f"/proc/{worker.pid}/status").read_text().splitlines()
    return next(int(each.split()[1]) // 1024 for each in lines if each.startswith(line))
