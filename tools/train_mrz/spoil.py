"""Printed strips become grey strips as a reader, a phone, a scanner or a web page has them: a batch at a time."""

from typing import Any

import torch
from torch.nn import functional

from tools.train_mrz.camera import blurred, pictured
from tools.train_mrz.printing import Printed

Tensor = Any
"""A torch tensor; torch is not there when the types are checked. All here are batch x height x width, or batch x 1 x 1
where they hold one number a strip."""


def spoiled(printed: Printed) -> Tensor:
    """Grey strips with the contrast stretched to 0..1, as mrz/strips.py does it."""
    ink = _worn(printed.ink)
    ground = _ground(ink)
    contrast = _either(ink, 0.7, _between(ink, 0.35, 1.0), _between(ink, 0.12, 0.5))
    image = ground * (1 - ink * contrast)
    image = _shaded(_occluded(_overprinted(image, printed.stray)))
    return standardised(pictured(image))


def standardised(image: Tensor) -> Tensor:
    """Contrast stretched so that the 2nd and the 98th percentile become 0 and 1."""
    pixels = image.flatten(1)[:, ::5].sort(1).values
    low, high = (pixels[:, int(share * (pixels.shape[1] - 1))][:, None, None] for share in (0.02, 0.98))
    return ((image - low) / (high - low).clamp(min=20)).clamp(0, 1)


# --- ink and paper -------------------------------------------------------------------------------------------


def _worn(ink: Tensor) -> Tensor:
    """Dots that did not print, ink that ran, bands that a ribbon or a print head left out, soft edges."""
    kind = _draw(ink)
    holes = functional.interpolate(torch.rand_like(ink)[:, None, :, ::2], ink.shape[1:], mode="bilinear")[:, 0]
    dotted = torch.where(holes > _between(ink, 0.12, 0.42), ink, ink * 0.25)
    run = ((blurred(ink, _between(ink, 0.5, 1.2)) - 0.35) * 3).clamp(0, 1)
    thin = ((blurred(ink, _between(ink, 0.4, 0.9)) - 0.5) * 2).clamp(0, 1)
    rows = torch.arange(ink.shape[1], device=ink.device)[None, :, None]
    band = 1 - _between(ink, 0.3, 1.0) * ((rows - _between(ink, 3, 20)).abs() < _between(ink, 0.4, 1.2))
    cloud = 0.35 + 0.65 * (_noise(ink, 4, 40) * 1.5 + 0.7).clamp(0, 1)
    for low, high, changed in (
        (0, 0.13, dotted),
        (0.13, 0.22, run),
        (0.22, 0.3, thin),
        (0.3, 0.36, ink * band),
        (0.36, 0.46, ink * cloud),
    ):
        ink = torch.where((kind >= low) & (kind < high), changed, ink)
    return _either(ink, 0.5, blurred(ink, _between(ink, 0.3, 1.5)), ink)


def _ground(like: Tensor) -> Tensor:
    """Paper with clouds, guilloche, security print and scratches."""
    paper = _between(like, 110, 255)
    strength = (2 + 40 * _draw(like) ** 2) * (_draw(like) > 0.25)
    ground = paper + strength * 0.5 * torch.where(_draw(like) < 0.5, _noise(like, 3, 30), _noise(like, 9, 200))
    x, y = _places(like)
    for _ in range(3):
        bend = 4 * torch.sin(x * _between(like, 0, 0.06) + y * _between(like, 0, 0.2))
        wave = torch.sin(x * _between(like, 0.02, 1.4) + y * _between(like, -1.4, 1.4) + bend)
        kind = _draw(like)
        lines = torch.where(kind < 0.4, wave, torch.where(kind < 0.7, -2.0 * (wave > 0.8), 2.0 * (wave > 0.85)))
        ground = ground + strength * _draw(like) * lines * (_draw(like) < 0.45)
    for _ in range(3):
        near = _distance(x, y, like) < _between(like, 0.4, 1.4)
        shade = _between(like, 30, 255)
        ground = torch.where(near & (_draw(like) < 0.16), shade, ground)
    return ground


def _overprinted(image: Tensor, stray: Tensor) -> Tensor:
    """Other print, darker or lighter than the paper, and lines drawn right through the text."""
    x, y = _places(image)
    image = image * (1 - stray * _between(image, 0.1, 0.9) * (_draw(image) < 0.2))
    image = image + stray * _between(image, 10, 70) * (_draw(image) < 0.06)
    line = (1.2 - (_distance(x, y, image) - _between(image, 0, 1.0)).clamp(min=0)).clamp(0, 1)
    return image * (1 - line * _between(image, 0.2, 0.9) * (_draw(image) < 0.08))


# --- light ---------------------------------------------------------------------------------------------------


def _occluded(image: Tensor) -> Tensor:
    """Glare, dirt and fingers that hide characters: the label stays, so the net learns to be unsure."""
    x, y = _places(image)
    for chance in (0.2, 0.1):
        across, down = x - _between(image, 0, image.shape[2]), y - _between(image, 0, image.shape[1])
        turn = _between(image, 0, 3.15)
        u = (across * torch.cos(turn) + down * torch.sin(turn)) / _between(image, 3, 26)
        v = (down * torch.cos(turn) - across * torch.sin(turn)) / _between(image, 2, 15)
        soft = _between(image, 0.05, 1.2)
        cover = ((1 + soft - (u**2 + v**2)) / (2 * soft)).clamp(0, 1) * _between(image, 0.25, 1)
        cover = cover * (_draw(image) < chance)
        kind = _draw(image)
        colour = torch.where(kind < 0.5, 252.0, torch.where(kind < 0.75, 60.0, _between(image, 60, 255)))
        image = image * (1 - cover) + cover * colour
    return image


def _shaded(image: Tensor) -> Tensor:
    """Light that falls off, a lamp mirrored as a stripe, a hologram's rainbow, a camera's curve."""
    x, y = _places(image)
    x = x / image.shape[2] * 2 - 1
    image = image * (1 + _between(image, -0.4, 0.4) * x * (_draw(image) < 0.35))
    stripe = torch.exp(
        -(((x - _between(image, -1, 1) + y * _between(image, -0.01, 0.01)) / _between(image, 0.02, 0.3)) ** 2)
    )
    image = image + stripe * _between(image, 0, 150) * (_draw(image) < 0.16)
    image = image + _noise(image, 3, 12) * _between(image, 5, 40) * (_draw(image) < 0.12)
    shadow = torch.sigmoid((x - _between(image, -1, 1)) * _between(image, -60, 60))
    image = (image * (1 - 0.7 * _draw(image) * shadow * (_draw(image) < 0.12))).clamp(0, 255)
    curve = 255 * (image / 255) ** _between(image, 0.5, 2.1)
    dim = _either(image, 0.3, _between(image, 0.25, 1.0), torch.ones_like(_draw(image)))
    return _either(image, 0.3, curve, image) * dim


# --- shared --------------------------------------------------------------------------------------------------


def _draw(like: Tensor) -> Tensor:
    """One number of 0..1 for each strip."""
    return torch.rand(like.shape[0], 1, 1, device=like.device)


def _between(like: Tensor, low: float, high: float) -> Tensor:
    return low + (high - low) * _draw(like)


def _either(like: Tensor, chance: float, then: Tensor, otherwise: Tensor) -> Tensor:
    return torch.where(_draw(like) < chance, then, otherwise)


def _places(like: Tensor) -> tuple[Tensor, Tensor]:
    x = torch.arange(like.shape[2], device=like.device, dtype=like.dtype)[None, None]
    return x, torch.arange(like.shape[1], device=like.device, dtype=like.dtype)[None, :, None]


def _noise(like: Tensor, down: int, across: int) -> Tensor:
    """Smooth noise of unit strength with so many knots."""
    knots = torch.randn(like.shape[0], 1, down, across, device=like.device)
    return functional.interpolate(knots, like.shape[1:], mode="bilinear", align_corners=True)[:, 0]


def _distance(x: Tensor, y: Tensor, like: Tensor) -> Tensor:
    """From a straight line through the strip, in pixels."""
    turn = torch.where(_draw(like) < 0.5, _between(like, 0, 3.15), _between(like, 1.5, 1.64))
    across, down = _between(like, 0, like.shape[2]), _between(like, 0, like.shape[1])
    return ((x - across) * torch.cos(turn) + (y - down) * torch.sin(turn)).abs()
