"""Strips of machine readable print with their labels, a whole batch at a time, on a processor or an accelerator."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from mrz.net import BLANK, PITCH_PX, STEP_PX, STRIP_HEIGHT_PX, STRIP_WIDTH_PX
from tools.train_mrz.glyphs import SCALE, SIDE_PX, faces
from tools.train_mrz.texts import BARE, COLUMNS, codes

Tensor = Any
"""A torch tensor; torch is not there when the types are checked."""
_CANVAS_PX = 64
"""Height of the canvas, and twice the pitch on it."""
_PITCH = PITCH_PX * SCALE


@dataclass(frozen=True, slots=True)
class Printed:
    """Batch x 24 x 768 each."""

    ink: Tensor
    """0..1, as laid on the strip."""
    stray: Tensor
    """0..1: other print that runs across or beside it."""
    labels: Tensor
    """Batch x 192: the class of each time step, BLANK between characters."""


class Printer:
    """Prints batches of invented lines in many faces."""

    def __init__(self, seed: int, count: int, device: str) -> None:
        cells = faces(count, np.random.default_rng(seed))
        room = (_CANVAS_PX - SIDE_PX) // 2
        self._faces = functional.pad(torch.from_numpy(cells).to(device), (room, room, room, room))
        self._device = device

    def batch(self, count: int) -> Printed:
        written = codes(count, self._device)
        canvas = self._canvas(written)
        u, v = _laid(count, self._device)
        column = ((u - _PITCH) / _PITCH).round().clamp(0, COLUMNS - 1).long()
        across, down, strength = (_of_column(each, column) for each in (*self._unsteady(count), self._strength(count)))
        ink = _sample(canvas, u + across, v + down)
        stray = _sample(canvas.roll(1, 0), *_strewn(count, self._device))
        return Printed(ink * strength, stray, _labels(written, u[:, STRIP_HEIGHT_PX // 2]))

    def _canvas(self, written: Tensor) -> Tensor:
        """Ink at twice the strip's size; the middle of character i is at 32 (i + 1)."""
        count = written.shape[0]
        face = torch.randint(0, len(self._faces), (count, 1), device=self._device)
        tiles = self._faces[face, written]
        canvas = torch.zeros(count, _CANVAS_PX, (COLUMNS + 2) * _PITCH, dtype=torch.uint8, device=self._device)
        for first in (0, 1):
            row = tiles[:, first::2].permute(0, 2, 1, 3).reshape(count, _CANVAS_PX, -1)
            place = canvas[:, :, first * _PITCH : first * _PITCH + row.shape[2]]
            torch.maximum(place, row, out=place)
        return canvas

    def _unsteady(self, count: int) -> tuple[Tensor, Tensor]:
        """How far each character stands off its place, in pixels of the canvas."""
        amount = _where(count, 0.4, self._device, _between(count, 0.3, 1.8, self._device), 0.3)
        noise = torch.randn(2, count, COLUMNS, device=self._device)
        return noise[0] * amount * 0.6, noise[1] * amount * 0.4

    def _strength(self, count: int) -> Tensor:
        """How much ink each character got: evenly, by lot, or fading towards an end."""
        even = torch.ones(count, COLUMNS, device=self._device)
        lots = 1 - 0.5 * torch.rand(count, COLUMNS, device=self._device)
        along = torch.linspace(-1, 1, COLUMNS, device=self._device)[None]
        slope = _between(count, -4, 4, self._device)
        fading = torch.sigmoid(slope * (along - _between(count, -1.2, 1.2, self._device)) * 2) * 0.8 + 0.2
        return _where(count, 0.12, self._device, lots, _where(count, 0.12, self._device, fading, even))


def _laid(count: int, device: str) -> tuple[Tensor, Tensor]:
    """For each pixel of the strips, where on the canvas it lies: as a locator lays them, a little too large, tilted,
    bent, off the middle."""
    x = torch.arange(STRIP_WIDTH_PX, device=device, dtype=torch.float32)[None, None]
    y = torch.arange(STRIP_HEIGHT_PX, device=device, dtype=torch.float32)[None, :, None] - STRIP_HEIGHT_PX / 2 + 0.5
    stretch = _between(count, 0.9, 1.09, device)[..., None]
    start = _between(count, 2, 70, device)[..., None]
    height = _between(count, 0.8, 1.24, device)[..., None] / SCALE
    slope = torch.tan(torch.deg2rad(_between(count, -0.7, 0.7, device)))[..., None]
    shear = _between(count, -0.14, 0.14, device)[..., None]
    bend = _where(count, 0.25, device, _between(count, -2.2, 2.2, device), 0.0)[..., None]
    squeeze = _where(count, 0.3, device, _between(count, -0.05, 0.05, device), 0.0)[..., None]
    middle = (x - STRIP_WIDTH_PX / 2) / (STRIP_WIDTH_PX / 2)
    lift = (
        _between(count, -2.2, 2.2, device)[..., None] + slope * STRIP_WIDTH_PX / 2 * middle + bend * (middle**2 - 0.3)
    )
    v = y - lift
    u = (x + 0.5 - start) / stretch * (1 + squeeze * middle) + shear * v
    return u * SCALE + _PITCH / 2, v / height + _CANVAS_PX / 2


def _strewn(count: int, device: str) -> tuple[Tensor, Tensor]:
    """The same for other print: of any size, across, above or below."""
    x = torch.arange(STRIP_WIDTH_PX, device=device, dtype=torch.float32)[None, None] - STRIP_WIDTH_PX / 2
    y = torch.arange(STRIP_HEIGHT_PX, device=device, dtype=torch.float32)[None, :, None]
    size = torch.exp(_between(count, -1.2, 1.6, device))[..., None] / SCALE
    turn = _where(count, 0.5, device, _between(count, -0.05, 0.05, device), _between(count, -1.2, 1.2, device))[
        ..., None
    ]
    edge = torch.where(torch.rand(count, 1, 1, device=device) < 0.5, 0.0, float(STRIP_HEIGHT_PX))
    off = _between(count, 4, 14, device)[..., None] * torch.where(edge > 0, 1.0, -1.0)
    over = torch.rand(count, 1, 1, device=device) < 0.4
    v = y - torch.where(over, y.mean(), edge + off * size * SCALE)
    u = x - _between(count, -300, 300, device)[..., None]
    cosine, sine = torch.cos(turn), torch.sin(turn)
    return (u * cosine + v * sine) / size + COLUMNS * _PITCH / 2, (v * cosine - u * sine) / size + _CANVAS_PX / 2


def _sample(canvas: Tensor, u: Tensor, v: Tensor) -> Tensor:
    """The canvas at these places, 0..1; bare outside."""
    height, width = canvas.shape[1:]
    grid = torch.stack([u / width * 2 - 1, v / height * 2 - 1], 3)
    ink = canvas[:, None].to(grid.dtype) / 255
    return functional.grid_sample(ink, grid, align_corners=False)[:, 0]


def _labels(written: Tensor, u: Tensor) -> Tensor:
    """The class of each time step, by how near it lies to the middle of a character."""
    steps = (torch.arange(STRIP_WIDTH_PX // STEP_PX, device=u.device) * STEP_PX + STEP_PX // 2).long()
    at = (u[:, steps] + u[:, steps - 1]) / 2
    column = ((at - _PITCH) / _PITCH).round()
    inside = (column >= 0) & (column < COLUMNS)
    character = written.gather(1, column.clamp(0, COLUMNS - 1).long())
    near = (at - _PITCH - column * _PITCH).abs() <= 0.2 * _PITCH
    return torch.where(inside & near & (character != BARE), character, BLANK)


def _of_column(values: Tensor, column: Tensor) -> Tensor:
    return values.gather(1, column.flatten(1)).view(column.shape)


def _between(count: int, low: float, high: float, device: str) -> Tensor:
    """Evenly drawn, count x 1."""
    return low + (high - low) * torch.rand(count, 1, device=device)


def _where(count: int, chance: float, device: str, then: Tensor, otherwise: Any) -> Tensor:
    return torch.where(torch.rand(count, 1, device=device) < chance, then, otherwise)
