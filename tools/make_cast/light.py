"""Lamps on the coated fragments: wrapped diffuse light, highlights, and the dark of creases."""

from dataclasses import dataclass

import cv2
import numpy as np

from tools.make_cast.coat import Coat
from tools.make_cast.fields import Floats, f32, unit
from tools.make_cast.raster import NOWHERE
from tools.make_cast.view import View

SKIN_WRAP = (0.40, 0.26, 0.20)
"""Light that goes round the edge under the skin, more of the red."""
CREASES = ((0.05, 4.0), (0.14, 2.2), (0.4, 0.8))
"""Radius in the head's unit and strength of each scale of occlusion."""
TOWARDS_VIEWER = (0.0, 0.0, 1.0)
AMBIENT_TINT = (0.98, 1.0, 1.04)


@dataclass(frozen=True, slots=True)
class Lamps:
    key: tuple[float, float, float] = (-0.35, 0.5, 0.85)
    """Towards the lamp."""
    key_colour: tuple[float, float, float] = (1.12, 1.09, 1.05)
    ambient: float = 0.38
    fill: float = 0.38

    @property
    def beams(self) -> tuple[tuple[Floats, Floats], ...]:
        key = unit(f32(self.key))
        fill = unit(f32((-1.2 * key[0], 0.1, 0.8)))
        return (key, f32(self.key_colour)), (fill, f32((self.fill,) * 3))


def occlusion(nearest: Floats, view: View) -> Floats:
    """How open every pixel is to the light, 0..1, from the depth around it at three scales."""
    width, height = view.size
    hit = f32(nearest > NOWHERE / 2).reshape(height, width)
    depth = np.where(hit > 0, nearest.reshape(height, width), 0)
    opened = np.ones((height, width), np.float32)
    for radius, strength in CREASES:
        sigma = radius * view.focal_px / view.distance
        opened *= np.exp(-strength * np.clip(_around(f32(depth), hit, sigma) - depth - 0.01, 0, 0.35))
    return f32(opened.ravel())


def _around(depth: Floats, hit: Floats, sigma: float) -> Floats:
    """Mean depth near every pixel, of what was hit; coarse for wide radii."""
    shrink = max(1, int(sigma / 4))
    height, width = depth.shape
    small = (width // shrink, height // shrink)
    total, share = (
        cv2.GaussianBlur(cv2.resize(layer, small, interpolation=cv2.INTER_AREA), (0, 0), sigma / shrink)
        for layer in (depth * hit, hit)
    )
    return f32(cv2.resize(total / np.maximum(share, 0.02), (width, height)))


def lit(coat: Coat, opened: Floats, lamps: Lamps) -> Floats:
    """Linear light of every fragment; `opened` is its occlusion."""
    opened = (opened * coat.shade)[:, None]
    wrap = np.where(coat.skin[:, None], f32(SKIN_WRAP), f32(0.1))
    (key, key_colour), (fill, fill_colour) = lamps.beams
    direct = _diffuse(coat.normal, key, f32(wrap)) * key_colour * (0.35 + 0.65 * opened)
    direct = direct + _diffuse(coat.normal, fill, f32(wrap)) * fill_colour * opened
    bleeding = opened ** np.where(coat.skin[:, None], f32((0.75, 1.0, 1.05)), f32(1.0))
    around = (0.75 + 0.25 * coat.normal[:, 1:2]) * lamps.ambient * f32(AMBIENT_TINT) * bleeding
    out = coat.colour * (direct + around)
    for beam, colour in lamps.beams:
        out = out + _highlight(coat, beam, opened[:, 0])[:, None] * colour * 0.5
    return f32(out)


def _diffuse(normal: Floats, beam: Floats, wrap: Floats) -> Floats:
    return f32(np.clip(((normal @ beam)[:, None] + wrap) / (1 + wrap), 0, None))


def _highlight(coat: Coat, beam: Floats, opened: Floats) -> Floats:
    half = unit(beam + f32(TOWARDS_VIEWER))
    facing = np.clip(coat.normal @ half, 0, 1) ** coat.gloss
    grazing = 0.5 + 0.5 * (1 - np.clip(coat.normal[:, 2], 0, 1)) ** 3
    return f32(coat.shine * facing * grazing * opened * np.clip(coat.normal @ beam + 0.1, 0, 1))
