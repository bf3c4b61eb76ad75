"""The nets, and their export."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import (
    AveragedModel,
    get_ema_multi_avg_fn,
)

from mrz.net import BLANK, STRIP_HEIGHT_PX, STRIP_WIDTH_PX

Net = Any
"""A torch module; torch is not there when the types are checked."""


def line_net() -> Net:
    """Strip (1 x 24 x width) -> scores (38 x 1 x width / 4). It sees about one character to each side, so it cannot
    learn a language and fill in what is not printed."""
    return nn.Sequential(
        *_layer(1, 20, (2, 2)),
        *_layer(20, 40, (2, 2)),
        *_layer(40, 80, (1, 1)),
        *_layer(80, 104, (2, 1)),
        *_flat(nn.Conv2d(104, 120, (STRIP_HEIGHT_PX // 8, 3), padding=(0, 1), bias=False)),
        *_flat(nn.Conv2d(120, 96, 1, bias=False)),
        nn.Conv2d(96, BLANK + 1, 1),
    )


def second_net() -> Net:
    """The same, three fifths of the work: it finds the pitch, and gives a second opinion on every character."""
    return nn.Sequential(
        *_layer(1, 16, (2, 2)),
        *_layer(16, 32, (2, 2)),
        *_layer(32, 64, (1, 1)),
        *_layer(64, 80, (2, 1)),
        *_flat(nn.Conv2d(80, 96, (STRIP_HEIGHT_PX // 8, 3), padding=(0, 1), bias=False)),
        nn.Conv2d(96, BLANK + 1, 1),
    )


def _flat(convolution: Net) -> list[Net]:
    return [convolution, nn.BatchNorm2d(convolution.out_channels), nn.ReLU(inplace=True)]


class PageNet(nn.Module):  # type: ignore[misc]  # torch has no types here
    """Grey scene (1 x h x w, sides a multiple of 16) -> map (4 x h/4 x w/4).

    The planes: score of being on a line, cosine and sine of the reading direction, log2 of the capital's height over
    10 px. Coarse layers widen the view, fine ones place it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.quarter = nn.Sequential(*_layer(1, 8, (2, 2)), *_layer(8, 16, (2, 2)))
        self.eighth = nn.Sequential(*_layer(16, 32, (2, 2)), *_layer(32, 32, (1, 1)))
        self.sixteenth = nn.Sequential(
            *_layer(32, 48, (2, 2)), *_layer(48, 48, (1, 1), 2), *_layer(48, 48, (1, 1), 4), *_layer(48, 48, (1, 1), 2)
        )
        self.to_eighth = nn.Conv2d(48, 32, 1)
        self.at_eighth = nn.Sequential(*_layer(32, 32, (1, 1)))
        self.to_quarter = nn.Conv2d(32, 16, 1)
        self.at_quarter = nn.Sequential(*_layer(16, 16, (1, 1)), nn.Conv2d(16, 4, 1))

    def forward(self, image: Any) -> Any:
        quarter = self.quarter(image)
        eighth = self.eighth(quarter)
        wide = self.to_eighth(self.sixteenth(eighth))
        eighth = self.at_eighth(eighth + functional.interpolate(wide, scale_factor=2.0, mode="nearest"))
        fine = functional.interpolate(self.to_quarter(eighth), scale_factor=2.0, mode="nearest")
        return self.at_quarter(quarter + fine)


def _layer(inner: int, outer: int, stride: tuple[int, int], reach: int = 1) -> list[Net]:
    return _flat(nn.Conv2d(inner, outer, 3, stride=stride, padding=reach, dilation=reach, bias=False))


def averaged(net: Net) -> Net:
    """A copy that follows the net's last few hundred steps: steadier than any one of them."""
    return AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(0.995), use_buffers=True)


def export(net: Net, example: Any, path: Path) -> None:
    """Write the net as ONNX with free batch, height and width."""
    net = deepcopy(net).cpu().eval()
    free = {0: "batch", 2: "height", 3: "width"}
    axes = {"image": free, "scores": free}
    with torch.no_grad():
        torch.onnx.export(
            net, (example,), str(path), input_names=["image"], output_names=["scores"], dynamic_axes=axes, dynamo=False
        )


def example_strip() -> Any:
    return torch.zeros(2, 1, STRIP_HEIGHT_PX, STRIP_WIDTH_PX)
