"""Training of the two line nets."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch.nn import functional

from mrz.net import BLANK
from tools.train_mrz.nets import Net, averaged, example_strip, export, line_net, second_net
from tools.train_mrz.printing import Printer
from tools.train_mrz.schedule import Plan, Progress, rate
from tools.train_mrz.second_glyphs import Glyphs
from tools.train_mrz.second_strips import strip
from tools.train_mrz.spoil import spoiled

_FACES = 400
_AT_ONCE = 8
_BLANK_WEIGHT = 0.35
_TOP_RATE = 3e-3
_REPORT_EVERY = 100

Batch = tuple[Any, Any]
"""Strips (batch x 1 x 24 x 768) and the classes of their time steps (batch x 192)."""


def train_lines(plan: Plan, report: Callable[[Progress], None]) -> Path:
    """The first net: large batches, drawn on the accelerator. Returns the ONNX file."""
    torch.manual_seed(plan.seed)
    printer = Printer(plan.seed, _FACES, plan.device)
    return _train("lines", line_net(), _printed(plan, printer), plan, report)


def train_second(plan: Plan, report: Callable[[Progress], None]) -> Path:
    """The second net: smaller, on strips that other code draws, so that the two share few faults."""
    torch.manual_seed(plan.seed)
    return _train("second", second_net(), _drawn(plan), plan, report)


def _train(name: str, net: Net, batches: Iterator[Batch], plan: Plan, report: Callable[[Progress], None]) -> Path:
    """On `plan.steps` batches of fresh strips, from nothing or from weights."""
    torch.set_num_threads(1)  # the nets are small: more threads wait for each other
    net = net.to(plan.device)
    if plan.start:
        net.load_state_dict(torch.load(plan.start, weights_only=True))
    smooth = averaged(net)
    optimiser = torch.optim.AdamW(net.parameters(), _TOP_RATE, weight_decay=1e-3)
    path = plan.folder / f"{name}.onnx"
    for step, (images, labels) in enumerate(batches, 1):
        for group in optimiser.param_groups:
            group["lr"] = rate(step / plan.steps, _TOP_RATE)
        loss, scores = _step(net, optimiser, images, labels)
        smooth.update_parameters(net)
        if step % _REPORT_EVERY == 0 or step == plan.steps:
            report(Progress(step, float(loss), _right(scores, labels)))
        if step % (_REPORT_EVERY * 10) == 0 or step == plan.steps:
            torch.save(smooth.module.state_dict(), path.with_suffix(".pt"))
            export(smooth.module, example_strip(), path)
    return path


def _printed(plan: Plan, printer: Printer) -> Iterator[Batch]:
    """An accelerator draws several batches at once: it waits for orders otherwise."""
    at_once = 1 if plan.device == "cpu" else _AT_ONCE
    for first in range(0, plan.steps, at_once):
        with torch.no_grad():
            printed = printer.batch(plan.batch * at_once)
            images = spoiled(printed)[:, None]
        for index in range(min(at_once, plan.steps - first)):
            yield images[index::at_once].contiguous(), printed.labels[index::at_once].contiguous()


def _drawn(plan: Plan) -> Iterator[Batch]:
    rng, glyphs = np.random.default_rng(plan.seed), Glyphs()
    cv2.setNumThreads(1)
    for _ in range(plan.steps):
        strips = [strip(rng, glyphs) for _ in range(plan.batch)]
        images = torch.from_numpy(np.stack([image for image, _ in strips]))[:, None]
        yield images.to(plan.device), torch.from_numpy(np.stack([label for _, label in strips])).to(plan.device)


def _step(net: Net, optimiser: Any, images: Any, labels: Any) -> tuple[Any, Any]:
    weights = torch.where(torch.arange(BLANK + 1, device=images.device) == BLANK, _BLANK_WEIGHT, 1.0)
    scores = net(images).squeeze(2)
    loss = functional.cross_entropy(scores, labels, weight=weights)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0, foreach=True)
    optimiser.step()
    return loss.detach(), scores.detach()


def _right(scores: Any, labels: Any) -> float:
    printed = labels != BLANK
    return float((scores.argmax(1) == labels)[printed].float().mean())
