"""Where paint goes: the texture's pixels are azimuth and height around the head at rest."""

from collections.abc import Iterable, Sequence
from functools import cache

import cv2
import numpy as np

from tools.make_cast.fields import Floats, f32
from tools.make_cast.mesh import head

WIDTH, HEIGHT = 1024, 1366
HALF_AZIMUTH = 2.0
BOTTOM, TOP = 5.4, 8.6
AXIS_Z = 0.35
PX = HEIGHT / (TOP - BOTTOM)
"""Pixels of the texture for one unit of the head."""
SHAPE = (HEIGHT, WIDTH)


def azimuth(points: Floats) -> Floats:
    return f32(np.arctan2(points[..., 0], points[..., 2] - AXIS_Z))


def to_pixels(points: Floats) -> tuple[Floats, Floats]:
    """Texture column and row of points of the head at rest."""
    column = (azimuth(points) / HALF_AZIMUTH * 0.5 + 0.5) * WIDTH
    return f32(column), f32((TOP - points[..., 1]) / (TOP - BOTTOM) * HEIGHT)


@cache
def _front() -> Floats:
    skin = head().rest[head().skin]
    return f32(skin[(skin[:, 2] > 0.75) & (skin[:, 1] > 6.3)])


def from_front(x: float, y: float) -> Floats:
    """Texture pixel of the face seen from the front at (x, y)."""
    front = _front()
    near = np.argsort((front[:, 0] - x) ** 2 + (front[:, 1] - y) ** 2)[:6]
    return f32(to_pixels(f32((x, y, front[near, 2].max()))))


def blob(x: float, y: float, width: float, height: float) -> Floats:
    """A soft spot of height 1, centred where the front view has (x, y)."""
    column, row = from_front(x, y)
    across = np.exp(-0.5 * ((np.arange(WIDTH) - column) / (width * PX)) ** 2)
    down = np.exp(-0.5 * ((np.arange(HEIGHT) - row) / (height * PX)) ** 2)
    return f32(down[:, None] * across[None])


def curve(canvas: Floats, points: Iterable[tuple[float, float]], value: float, thickness: int) -> None:
    """Draw a line through front coordinates, in place."""
    pixels = np.array([from_front(x, y) for x, y in points])
    cv2.polylines(canvas, [(pixels * 16).astype(np.int32)], False, value, thickness, cv2.LINE_AA, 4)


def spot(canvas: Floats, x: float, y: float, radius_px: float, value: float) -> None:
    column, row = from_front(x, y)
    centre = (int(column * 16), int(row * 16))
    cv2.circle(canvas, centre, int(radius_px * 16), value, -1, cv2.LINE_AA, 4)


def strokes(
    canvas: Floats,
    roots: Sequence[Floats] | Floats,
    directions: Floats,
    length_px: float,
    thickness: int,
    rng: np.random.Generator,
    value: float = 1.0,
) -> None:
    """Short bent hairs from `roots` (texture pixels) along `directions`, in place."""
    for root, direction in zip(roots, directions, strict=True):
        length = length_px * rng.uniform(0.6, 1.3)
        bend = root + direction * length * 0.5 + 0.6 * rng.normal(size=2)
        hair = np.array([root, bend, root + direction * length])
        shade = float(value * rng.uniform(0.5, 1))
        cv2.polylines(canvas, [(hair * 16).astype(np.int32)], False, shade, thickness, cv2.LINE_AA, 4)
