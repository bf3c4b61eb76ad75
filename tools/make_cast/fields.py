"""Small tools of the painter: soft steps, smooth noise, looking up a texture."""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LOOKUP_ROW = 4096


def f32(values: object) -> Floats:
    return np.asarray(values, dtype=np.float32)


def step(start: float, end: float, x: Floats | float) -> Floats:
    """0 before `start`, 1 after `end`, smooth between; `start` may be the greater."""
    t = np.clip((np.asarray(x, dtype=np.float32) - start) / (end - start), 0, 1)
    return f32(t * t * (3 - 2 * t))


def bell(x: Floats, width: float) -> Floats:
    return f32(np.exp(-((x / width) ** 2)))


def noise(shape: tuple[int, int], grain: float, rng: np.random.Generator, octaves: int = 3) -> Floats:
    """Smooth noise of mean 0 and about unit variance; `grain` is its cell in pixels of the first octave."""
    total, amplitude, power = np.zeros(shape, np.float32), 1.0, 0.0
    for octave in range(octaves):
        cells = max(2, round(min(shape) / grain * 2**octave))
        coarse = f32(rng.normal(size=(cells, cells)))
        total += amplitude * f32(cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC))
        power += amplitude**2
        amplitude *= 0.55
    return f32(total / np.sqrt(power))


def lookup(texture: Floats, x: Floats, y: Floats) -> Floats:
    """Bilinear values (n x channels) of an image at n points given in its pixels."""
    n, missing = len(x), -len(x) % LOOKUP_ROW
    rows = [f32(np.pad(axis, (0, missing))).reshape(-1, LOOKUP_ROW) for axis in (x, y)]
    found = cv2.remap(texture, rows[0], rows[1], cv2.INTER_LINEAR)
    return f32(found).reshape(-1, texture.shape[2])[:n]


def wrap(values: Floats, size: int) -> Ints:
    """Whole indices that repeat every `size`."""
    return np.asarray(values.astype(np.int64) % size, dtype=np.int64)


def unit(vectors: Floats) -> Floats:
    return f32(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6))


def mix(under: Floats, over: Floats, share: Floats) -> Floats:
    """`share` (n, or n x 1) of `over` laid on `under` (n x 3)."""
    weight = share if share.ndim == under.ndim else share[..., None]
    return f32(under * (1 - weight) + over * weight)
