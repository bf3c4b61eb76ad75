"""Training of the line net."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]  # an extra: only the training needs it
from torch.nn import functional  # type: ignore[import-not-found,unused-ignore]  # as above

from mrz.net import BLANK
from tools.train_mrz.glyphs import Glyphs
from tools.train_mrz.lines import strip
from tools.train_mrz.nets import Net, averaged, example_strip, export, line_net
from tools.train_mrz.schedule import Progress, rate

_BATCH = 40
_BLANK_WEIGHT = 0.35
_TOP_RATE = 3e-3
_REPORT_EVERY = 100


def train_lines(
    seed: int, steps: int, folder: Path, report: Callable[[Progress], None], start: Path | None = None
) -> Path:
    """Train on `steps` batches of fresh strips, from nothing or from the weights of `start`; returns the ONNX file."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    rng, glyphs, net = np.random.default_rng(seed), Glyphs(), line_net()
    smooth = averaged(net)
    if start:
        net.load_state_dict(torch.load(start, weights_only=True))
        smooth.module.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), _TOP_RATE, weight_decay=1e-3)
    path = folder / "lines.onnx"
    for step in range(1, steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = rate(step / steps, _TOP_RATE)
        loss, accuracy = _step(net, optimiser, rng, glyphs)
        smooth.update_parameters(net)
        if step % _REPORT_EVERY == 0 or step == steps:
            report(Progress(step, loss, accuracy))
        if step % (_REPORT_EVERY * 5) == 0 or step == steps:
            torch.save(smooth.module.state_dict(), folder / "lines.pt")
            export(smooth.module, example_strip(), path)
    return path


def _step(net: Net, optimiser: torch.optim.Optimizer, rng: np.random.Generator, glyphs: Glyphs) -> tuple[float, float]:
    drawn = [strip(rng, glyphs) for _ in range(_BATCH)]
    images = torch.from_numpy(np.stack([image for image, _ in drawn]))[:, None]
    labels = torch.from_numpy(np.stack([label for _, label in drawn]))
    weights = torch.ones(BLANK + 1)
    weights[BLANK] = _BLANK_WEIGHT
    scores = net(images).squeeze(2)
    loss = functional.cross_entropy(scores, labels, weight=weights)
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
    optimiser.step()
    printed = labels != BLANK
    return float(loss.item()), float((scores.argmax(1) == labels)[printed].float().mean())
