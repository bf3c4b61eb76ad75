"""Paint of the face: skin with its flush, pores, lines and marks, then brows and beard over it."""

from dataclasses import dataclass

import cv2
import numpy as np

from tools.make_cast import chart
from tools.make_cast.facial_hair import beard, brows
from tools.make_cast.fields import Floats, f32, mix, noise
from tools.make_cast.traits import Traits

LINES_FROM = 0.3
"""Share of ageing from which lines show."""


@dataclass(frozen=True, slots=True)
class Skin:
    albedo: Floats
    """Linear red, green, blue over the chart."""
    slope: Floats
    """Gradient of the bumps along column and row."""


def paint(traits: Traits) -> Skin:
    rng = np.random.default_rng(traits.seed + 777)
    albedo = _base(traits, rng)
    bumps = 0.35 * noise(chart.SHAPE, 7, rng, 2) + 0.25 * noise(chart.SHAPE, 4, rng, 1)
    lines = _age_lines(traits, rng)
    bumps -= 6 * lines
    albedo *= 1 - 0.25 * lines[..., None]
    _freckles(albedo, traits, rng)
    _moles(albedo, traits, rng)
    shadow, hair, hair_colour = _facial_hair(traits, rng)
    albedo *= 1 - shadow[..., None] * f32((1, 0.92, 0.85))
    bumps += 0.5 * hair * noise(chart.SHAPE, 5, rng, 1)
    albedo = mix(albedo, hair_colour, hair[..., None])
    slope = [cv2.Sobel(f32(bumps), cv2.CV_32F, dx, 1 - dx, ksize=3) / 8 for dx in (1, 0)]
    return Skin(f32(np.clip(albedo, 0, 1)), f32(np.stack(slope, axis=2)))


def _base(traits: Traits, rng: np.random.Generator) -> Floats:
    """Skin tone with patches, pores, flush of cheeks and nose, and shade under the eyes."""
    shape = chart.SHAPE
    fine = 0.05 * noise(shape, 300, rng)[..., None] + 0.03 * noise(shape, 8, rng, 2)[..., None]
    fine = fine + 0.035 * noise(shape, 60, rng, 2)[..., None] * f32((0.6, 1, 1.1))
    albedo = traits.skin * (1 + traits.patches * noise(shape, 220, rng, 2)[..., None] + traits.pores * fine)
    flush = 0.35 * chart.blob(0, 6.98, 0.08, 0.08) + 0.3 * chart.blob(0, 6.55, 0.12, 0.12)
    for side in (-1, 1):
        flush += 0.8 * chart.blob(side * 0.42, 6.98, 0.15, 0.13) + 0.3 * chart.blob(side * 0.13, 6.96, 0.07, 0.07)
    flush *= (1 + 0.3 * noise(shape, 50, rng, 2)) * traits.flush
    albedo *= 1 + flush[..., None] * f32((0.05, -0.17, -0.15))
    for side in (-1, 1):
        shade = (0.06 + 0.10 * traits.aged + 0.25 * traits.shadows) * chart.blob(side * 0.28, 7.13, 0.11, 0.045)
        albedo *= 1 - shade[..., None] * f32((0.8, 1, 0.9))
    return f32(albedo)


def _age_lines(traits: Traits, rng: np.random.Generator) -> Floats:
    """Lines of the forehead, crow's feet and the folds beside the nose, 0..1."""
    lines, depth = np.zeros(chart.SHAPE, np.float32), traits.aged
    if depth < LINES_FROM:
        return lines
    for row in range(4):
        y = 7.72 + 0.075 * row + 0.01 * rng.normal()
        waves = [(x, y + 0.015 * np.sin(4 * x + row) + 0.004 * rng.normal()) for x in np.linspace(-0.38, 0.38, 15)]
        chart.curve(lines, waves, float(rng.uniform(0.3, 0.8) * depth), 4)
    for side in (-1, 1):
        for ray in (-1, 0, 1):
            foot = [(side * (0.50 + 0.11 * t), 7.28 + ray * (0.02 + 0.05 * t)) for t in np.linspace(0, 1, 6)]
            chart.curve(lines, foot, 0.7 * depth, 3)
        fold = [(side * (0.17 + 0.13 * t**0.8), 6.98 - 0.26 * t) for t in np.linspace(0, 1, 10)]
        chart.curve(lines, fold, 0.9 * depth, 5)
    return f32(cv2.GaussianBlur(lines, (0, 0), 1.6))


def _freckles(albedo: Floats, traits: Traits, rng: np.random.Generator) -> None:
    if not traits.freckles:
        return
    marks = np.zeros(chart.SHAPE, np.float32)
    for _ in range(260):
        x, y = 0.3 * rng.normal(), 7.0 + 0.13 * rng.normal()
        chart.spot(marks, x, y, rng.uniform(0.8, 2.1), float(traits.freckles * rng.uniform(0.1, 0.4)))
    albedo *= 1 - f32(cv2.GaussianBlur(marks, (0, 0), 1))[..., None] * f32((0.5, 0.8, 1.0))


def _moles(albedo: Floats, traits: Traits, rng: np.random.Generator) -> None:
    marks = np.zeros(chart.SHAPE, np.float32)
    for _ in range(traits.moles):
        chart.spot(marks, rng.uniform(-0.5, 0.5), rng.uniform(6.5, 7.8), rng.uniform(2, 4), 1.0)
    albedo *= 1 - 0.6 * f32(cv2.GaussianBlur(marks, (0, 0), 1.2))[..., None]


def _facial_hair(traits: Traits, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Shaven shadow, cover of hair, and the hair's colour, over the chart."""
    brow = brows(traits, rng)
    shadow, grown = beard(traits, rng)
    cover = np.maximum(brow, grown)
    is_beard = (grown > 0.99 * cover)[..., None]
    colour = np.where(is_beard, traits.hair * 0.9, traits.brow_colour)
    return shadow, f32(cover), f32(colour * (1 + 0.25 * noise(chart.SHAPE, 5, rng, 1)[..., None]))
