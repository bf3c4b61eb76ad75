"""Training of the page net."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from tools.train_mrz.nets import Net, PageNet, averaged, export
from tools.train_mrz.pages import scene
from tools.train_mrz.schedule import Plan, Progress, rate

_SIDE_PX = 416
_TOP_RATE = 2e-3
_LINE_WEIGHT = 4.0
_COURSE_WEIGHT = 0.3
"""Of direction and height, against the band's."""
_REPORT_EVERY = 50

Batch = tuple[NDArray[np.uint8], NDArray[np.float16]]
"""Scenes and their maps; small, since they travel between processes."""


def train_pages(plan: Plan, report: Callable[[Progress], None]) -> Path:
    """Train on `plan.steps` batches of fresh scenes, from nothing or from weights; returns the ONNX file."""
    torch.manual_seed(plan.seed)
    torch.set_num_threads(1)
    net = PageNet().to(plan.device)
    if plan.start:
        net.load_state_dict(torch.load(plan.start, weights_only=True))
    smooth = averaged(net)
    optimiser = torch.optim.AdamW(net.parameters(), _TOP_RATE, weight_decay=1e-3)
    path = plan.folder / "pages.onnx"
    for step, (images, maps) in enumerate(_batches(plan), 1):
        for group in optimiser.param_groups:
            group["lr"] = rate(step / plan.steps, _TOP_RATE)
        drawn = torch.from_numpy(images).to(plan.device)[:, None].float() / 255
        loss, overlap = _step(net, optimiser, drawn, torch.from_numpy(maps).to(plan.device).float())
        smooth.update_parameters(net)
        if step % _REPORT_EVERY == 0 or step == plan.steps:
            report(Progress(step, loss, overlap))
        if step % (_REPORT_EVERY * 10) == 0 or step == plan.steps:
            torch.save(smooth.module.state_dict(), plan.folder / "pages.pt")
            export(smooth.module, torch.zeros(1, 1, 320, 480), path)
    return path


def _batches(plan: Plan) -> Iterator[Batch]:
    """Each batch is its step's own, whoever draws it."""
    jobs = [(plan.seed, step, plan.batch) for step in range(plan.steps)]
    if not plan.workers:
        yield from map(_drawn, jobs)
        return
    with ProcessPoolExecutor(plan.workers, mp_context=get_context("spawn")) as pool:
        ahead = 2 * plan.workers
        waiting = [pool.submit(_drawn, job) for job in jobs[:ahead]]
        for index in range(len(jobs)):
            yield waiting[index].result()
            waiting[index] = None  # type: ignore[call-overload]  # the scenes are large, and done with
            if index + ahead < len(jobs):
                waiting.append(pool.submit(_drawn, jobs[index + ahead]))


def _drawn(job: tuple[int, int, int]) -> Batch:
    seed, step, count = job
    cv2.setNumThreads(1)
    rng = np.random.default_rng([seed, step])
    scenes = [scene(rng, _SIDE_PX) for _ in range(count)]
    return np.stack([image.round().astype(np.uint8) for image, _ in scenes]), np.stack(
        [planes.astype(np.float16) for _, planes in scenes]
    )


def _step(net: Net, optimiser: Any, images: Any, truth: Any) -> tuple[float, float]:
    found = net(images)
    band, known = truth[:, 0], truth[:, 4:]
    weight = 1 + (_LINE_WEIGHT - 1) * band
    loss = functional.binary_cross_entropy_with_logits(found[:, 0], band, weight=weight)
    loss = loss + (torch.abs(found[:, 1:] - truth[:, 1:4]) * known).sum() / known.sum().clamp(min=1) * _COURSE_WEIGHT
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
    optimiser.step()
    marked, real = found[:, 0] > 0, band > 0.5
    return float(loss.item()), float((marked & real).sum() / (marked | real).sum().clamp(min=1))
