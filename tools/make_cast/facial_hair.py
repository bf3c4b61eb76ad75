"""Brows and beards, painted hair by hair over the chart of the face."""

import cv2
import numpy as np

from tools.make_cast import chart
from tools.make_cast.fields import Floats, f32, step
from tools.make_cast.traits import Traits, brow_line

BROW_HAIRS = 330
BEARD_HAIRS = 9000


def brows(traits: Traits, rng: np.random.Generator) -> Floats:
    """Cover of both brows, 0..1."""
    hairs = np.zeros(chart.SHAPE, np.float32)
    for side in (-1, 1):
        base = _brow_base(traits, side)
        _brow_hairs(hairs, traits, side, rng)
        hairs = np.maximum(hairs, base)
    return f32(hairs)


def _brow_hairs(hairs: Floats, traits: Traits, side: int, rng: np.random.Generator) -> None:
    count = int(BROW_HAIRS * traits.brow.density)
    t = f32(rng.random(count) ** 0.9)
    x, middle, thickness = brow_line(traits.brow, t)
    y = middle + rng.uniform(-1, 1, count) * thickness * 0.5
    roots = np.array([chart.from_front(side * a, b) for a, b in zip(x, y, strict=True)])
    angle = np.deg2rad(70 - 75 * np.clip(t * 1.3, 0, 1)) + (middle - y) * 6
    directions = np.stack([side * np.cos(angle), -np.sin(angle)], axis=1)
    chart.strokes(hairs, roots, f32(directions), 20, 2, rng)


def _brow_base(traits: Traits, side: int) -> Floats:
    """The soft shade beneath the hairs."""
    base = np.zeros(chart.SHAPE, np.float32)
    for x, y, thickness in zip(*brow_line(traits.brow, f32(np.linspace(0, 1, 24))), strict=True):
        chart.spot(base, side * x, y, max(2.0, 0.42 * thickness * chart.PX + 1), 1.0)
    return f32(cv2.GaussianBlur(base, (0, 0), 4) * 0.75 * traits.brow.density)


def beard(traits: Traits, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Shadow of shaven or short hair, and cover of grown hair, 0..1."""
    shadow, grown = np.zeros(chart.SHAPE, np.float32), np.zeros(chart.SHAPE, np.float32)
    regions = _regions()
    if traits.beard == "none" and not _shaves(traits):
        return shadow, grown
    darkness = 1 - float(np.clip(2 * traits.hair.mean(), 0, 0.8))
    shadow += {"none": 0.08, "stubble": 0.30}.get(traits.beard, 0.0) * darkness * regions["shaven"]
    if traits.beard == "none":
        return shadow, grown
    region, short = regions[traits.beard], traits.beard == "stubble"
    roots = _roots(region, rng)
    fall = np.stack([1.2 * (roots[:, 0] / chart.WIDTH - 0.5) + 0.25 * rng.normal(size=len(roots)), np.ones(len(roots))])
    directions = f32((fall / np.linalg.norm(fall, axis=0)).T)
    chart.strokes(grown, roots, directions, 5 if short else 26, 1, rng, 0.6 if short else 0.95)
    if not short:
        grown = np.maximum(grown, f32(cv2.GaussianBlur(region, (0, 0), 5)) * 0.72)
    return shadow, f32(grown)


def _shaves(traits: Traits) -> bool:
    return any("-male-" in key for key in traits.shape)


def _roots(region: Floats, rng: np.random.Generator) -> Floats:
    tried = 4 * BEARD_HAIRS
    across, down = rng.uniform(0.1, 0.9, tried) * chart.WIDTH, rng.uniform(0.5, 0.8, tried) * chart.HEIGHT
    grows = rng.random(tried) < region[down.astype(int), across.astype(int)]
    return f32(np.stack([across, down], axis=1)[grows][:BEARD_HAIRS])


def _regions() -> dict[str, Floats]:
    """Where each cut of beard grows, 0..1 over the chart."""
    column, row = np.meshgrid(np.arange(chart.WIDTH), np.arange(chart.HEIGHT))
    azimuth = f32(np.abs((column / chart.WIDTH - 0.5) * 2 * chart.HALF_AZIMUTH))
    y = f32(chart.TOP - row / chart.PX)
    side = step(0.95, 1.25, azimuth) * step(7.35, 7.15, y)
    jaw = step(6.86, 6.70, f32(y - 0.30 * np.clip(azimuth - 0.35, 0, 1)))
    chin = step(0.42, 0.28, azimuth) * step(6.68, 6.55, y)
    lip = step(0.38, 0.27, azimuth) * step(6.915, 6.885, y) * step(6.78, 6.80, y)
    neck = step(6.22, 6.38, f32(y + 0.12 * azimuth))
    lower = np.maximum(jaw, lip) * neck
    return {
        "shaven": f32(lower),
        "stubble": f32(0.9 * lower),
        "full": f32(np.maximum(np.maximum(jaw, lip), side) * neck),
        "goatee": f32(np.maximum(chin, lip) * neck),
        "moustache": f32(lip * neck),
    }
