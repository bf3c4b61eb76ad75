"""What lens, sensor and file do to a batch of strips: motion, low resolution, sharpening, noise, JPEG."""

import math
from functools import cache
from typing import Any

import torch
from torch.nn import functional

Tensor = Any
"""A torch tensor; torch is not there when the types are checked."""
_GROUPS = 12
"""A batch is parted into so many groups, each at a resolution of its own."""
_LEAST_SHARE = 0.26
"""Capitals of 4.3 px."""
_JPEG_LUMINANCE = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
"""Annex K of ITU-T T.81, table K.1."""


def pictured(image: Tensor) -> Tensor:
    """Grey 0..255 as a camera and a file leave it, at the strip's size again."""
    image = _moved(image)
    parts = []
    for index, part in enumerate(image.tensor_split(_GROUPS)):
        share = 1.0 if index < _GROUPS // 3 else float(torch.empty(()).uniform_(_LEAST_SHARE if index % 2 else 0.5, 1))
        parts.append(_taken_at(share, part))
    return torch.cat(parts)


def _taken_at(share: float, image: Tensor) -> Tensor:
    """Sampled at this share of the strip's resolution, with the noise, the sharpening and the file of that size."""
    size = image.shape[1:]
    small = image
    if share < 1:
        coarse = (max(6, round(size[0] * share)), round(size[1] * share))
        if torch.rand(()) < 0.5:
            small = functional.interpolate(image[:, None], coarse, mode="area")[:, 0]
        else:
            small = functional.interpolate(image[:, None], coarse, mode="bilinear", antialias=True)[:, 0]
    small = _noisy(_sharpened(_noisy(small, 0.5), 0.25), 0.6)
    small = _as_file(small, 0.4).clamp(0, 255)
    if share < 1:
        how = "bicubic" if torch.rand(()) < 0.6 else "bilinear"
        small = functional.interpolate(small[:, None], size, mode=how)[:, 0]
        small = _as_file(_sharpened(small, 0.1), 0.1).clamp(0, 255)
    return small


def _moved(image: Tensor) -> Tensor:
    """A tenth of them smeared to one side or downwards by up to five pixels."""
    reach = 1 + 4 * torch.rand(image.shape[0], 1, 1, device=image.device)
    down = torch.rand(image.shape[0], 1, 1, device=image.device) < 0.35
    smeared = torch.zeros_like(image)
    for step in range(-2, 3):
        weight = (reach / 2 + 0.5 - abs(step)).clamp(0, 1) / reach
        smeared += weight * torch.where(down, image.roll(step, 1), image.roll(step, 2))
    return torch.where(torch.rand(image.shape[0], 1, 1, device=image.device) < 0.12, smeared, image)


def blurred(image: Tensor, sigma: Tensor) -> Tensor:
    """By a Gaussian of each strip's own width (batch x 1 x 1, pixels)."""
    steps = range(-4, 5)
    weights = [torch.exp(-0.5 * (step / sigma) ** 2) for step in steps]
    total = sum(weights)
    for axis in (1, 2):
        padded = functional.pad(image[:, None], (0, 0, 4, 4) if axis == 1 else (4, 4, 0, 0), mode="replicate")[:, 0]
        image = sum(
            weight / total * padded.narrow(axis, step + 4, image.shape[axis])
            for step, weight in zip(steps, weights, strict=True)
        )
    return image


def _sharpened(image: Tensor, chance: float) -> Tensor:
    amount = _some(image, chance, 0.3, 1.8)
    width = 0.7 + torch.rand(image.shape[0], 1, 1, device=image.device)
    return image + (image - blurred(image, width)) * amount


def _noisy(image: Tensor, chance: float) -> Tensor:
    strength = _some(image, chance, 0, 14) * torch.rand(image.shape[0], 1, 1, device=image.device)
    return image + torch.randn_like(image) * strength


def _some(image: Tensor, chance: float, low: float, high: float) -> Tensor:
    """Evenly drawn for some of the strips, 0 for the others."""
    drawn = torch.rand(2, image.shape[0], 1, 1, device=image.device)
    return (low + (high - low) * drawn[0]) * (drawn[1] < chance)


def _as_file(image: Tensor, chance: float) -> Tensor:
    """Some of them as JPEG of quality 12 to 87 leaves them, on a grid that begins anywhere."""
    height, width = image.shape[1:]
    top, left = (int(torch.randint(0, 8, ())) for _ in range(2))
    below, right = -(height + top) % 8, -(width + left) % 8
    padded = functional.pad(
        image[:, None].clamp(0, 255), (left, right, top, below), mode="replicate" if height > 8 else "constant"
    )[:, 0]
    basis = _cosines(image.device)
    blocks = padded.unflatten(2, (-1, 8)).unflatten(1, (-1, 8)).transpose(2, 3) - 128
    waves = basis @ blocks @ basis.T
    quality = 12 + 75 * torch.rand(image.shape[0], device=image.device)
    scale = torch.where(quality < 50, 50 / quality, 2 - quality / 50)[:, None, None, None, None]
    table = _luminance(image.device)
    steps = (table * scale).clamp(1, 255)
    coded = basis.T @ ((waves / steps).round() * steps) @ basis + 128
    coded = coded.transpose(2, 3).flatten(3, 4).flatten(1, 2)[:, top : top + height, left : left + width]
    chosen = torch.rand(image.shape[0], 1, 1, device=image.device) < chance
    return torch.where(chosen, coded.clamp(0, 255), image)


@cache
def _luminance(device: Any) -> Tensor:
    return torch.tensor(_JPEG_LUMINANCE, device=device, dtype=torch.float32).view(8, 8)


@cache
def _cosines(device: Any) -> Tensor:
    """The DCT's basis, 8 x 8."""
    wave, place = torch.arange(8, device=device)[:, None], torch.arange(8, device=device)[None]
    basis = torch.cos((2 * place + 1) * wave * math.pi / 16) / 2
    basis[0] /= math.sqrt(2)
    return basis
