"""Training of the page net."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]  # an extra: only the training needs it
from torch.nn import functional  # type: ignore[import-not-found,unused-ignore]  # as above

from tools.train_mrz.nets import Net, PageNet, averaged, export
from tools.train_mrz.pages import scene
from tools.train_mrz.schedule import Progress, rate

_BATCH = 10
_SIDE_PX = 416
_TOP_RATE = 2e-3
_LINE_WEIGHT = 4.0
_COURSE_WEIGHT = 0.3
"""Of direction and height, against the band's."""
_REPORT_EVERY = 50


def train_pages(
    seed: int, steps: int, folder: Path, report: Callable[[Progress], None], start: Path | None = None
) -> Path:
    """Train on `steps` batches of fresh scenes, from nothing or from the weights of `start`; returns the ONNX file."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    rng, net = np.random.default_rng(seed), PageNet()
    smooth = averaged(net)
    if start:
        net.load_state_dict(torch.load(start, weights_only=True))
        smooth.module.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), _TOP_RATE, weight_decay=1e-3)
    path = folder / "pages.onnx"
    for step in range(1, steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = rate(step / steps, _TOP_RATE)
        loss, overlap = _step(net, optimiser, rng)
        smooth.update_parameters(net)
        if step % _REPORT_EVERY == 0 or step == steps:
            report(Progress(step, loss, overlap))
        if step % (_REPORT_EVERY * 5) == 0 or step == steps:
            torch.save(smooth.module.state_dict(), folder / "pages.pt")
            export(smooth.module, torch.zeros(1, 1, 320, 480), path)
    return path


def _step(net: Net, optimiser: Any, rng: np.random.Generator) -> tuple[float, float]:
    drawn = [scene(rng, _SIDE_PX) for _ in range(_BATCH)]
    images = torch.from_numpy(np.stack([image for image, _ in drawn]))[:, None] / 255
    truth = torch.from_numpy(np.stack([planes for _, planes in drawn]))
    found = net(images)
    band, known = truth[:, 0], truth[:, 4:]
    weight = 1 + (_LINE_WEIGHT - 1) * band
    loss = functional.binary_cross_entropy_with_logits(found[:, 0], band, weight=weight)
    loss = loss + (torch.abs(found[:, 1:] - truth[:, 1:4]) * known).sum() / known.sum().clamp(min=1) * _COURSE_WEIGHT
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
    optimiser.step()
    marked, real = found[:, 0] > 0, band > 0.5
    return float(loss.item()), float((marked & real).sum() / (marked | real).sum().clamp(min=1))
