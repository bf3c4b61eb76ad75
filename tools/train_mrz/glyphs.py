"""The letter shapes that training draws with: the baked OCR-B in several weights, each face bent in its own way.

Issuers print OCR-B of many makers. What they agree on is kept; proportions, curves and the difference of O and 0 vary.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.net import ALPHABET, PITCH_PX
from mrz.render.glyphs import BASELINE_PX, CELL_PX, CHARACTERS, FACES, SPREAD, atlas
from mrz.render.glyphs import PITCH_PX as BAKED_PITCH_PX

SCALE = 2
"""Glyphs are drawn at twice the strip's size."""
SIDE_PX = 52
"""Of a glyph's square cell; its middle is that of a capital."""
_CAPITAL_PX = 0.98 * BAKED_PITCH_PX
_MIDDLE = (CELL_PX[1] / 2 - 0.5, BASELINE_PX - 0.5 * _CAPITAL_PX)
"""Of a capital in a baked cell."""
_STROKE_PX = 6.6
"""Of the baked glyphs."""

Cells = NDArray[np.uint8]


def faces(count: int, rng: np.random.Generator) -> Cells:
    """So many faces: count x 38 x side x side, ink 0..255; the last glyph of a face is bare."""
    return np.stack([_face(rng) for _ in range(count)])


def _face(rng: np.random.Generator) -> Cells:
    baked = atlas(FACES[int(rng.integers(len(FACES)))])
    distances = {character: baked[CHARACTERS.index(character)] for character in ALPHABET}
    if rng.random() < 0.5:
        distances |= _rings(rng)
    bolder_px = float(rng.choice([rng.uniform(-1.9, 0.5), rng.uniform(-0.5, 3.0)]))
    across, down, shear = rng.uniform(0.85, 1.06), rng.uniform(0.96, 1.06), rng.normal(0, 0.03)
    bend_px = float(rng.choice([0.2, 0.7, 1.3]))
    cells = np.zeros((len(ALPHABET) + 1, SIDE_PX, SIDE_PX), np.uint8)
    for index, character in enumerate(ALPHABET):
        size = np.array([across, down]) * rng.normal(1, 0.015, 2)
        cells[index] = _glyph(distances[character], size, shear, bolder_px, _bend(rng, bend_px))
    return cells


def _rings(rng: np.random.Generator) -> dict[str, NDArray[np.uint8]]:
    """O and 0 as other makers cut them: the 0 is the larger, or the wider, or the squarer of the two."""
    half = np.array([0.5 * 0.66 * BAKED_PITCH_PX, 0.5 * _CAPITAL_PX])
    kind = rng.random()
    if kind < 0.5:  # an oval and a rounded oblong
        letter = half * rng.uniform((0.92, 0.95), (1.08, 1.0)), rng.uniform(1.8, 2.25)
        digit = half * rng.uniform((0.92, 1.0), (1.06, 1.1)), rng.uniform(2.7, 4.2)
    elif kind < 0.85:  # a narrow letter and a wide digit
        letter = half * rng.uniform((0.7, 0.94), (0.84, 1.0)), rng.uniform(2.0, 3.2)
        digit = half * rng.uniform((0.94, 1.0), (1.1, 1.1)), rng.uniform(2.0, 3.6)
    else:  # a low letter and a tall digit
        letter = half * rng.uniform((0.9, 0.93), (1.08, 0.97)), rng.uniform(2.0, 2.6)
        digit = half * rng.uniform((0.84, 1.05), (1.0, 1.12)), rng.uniform(2.2, 3.2)
    return {"O": _ring(*letter), "0": _ring(*digit)}


def _ring(half_px: NDArray[np.float64], squareness: float) -> NDArray[np.uint8]:
    """A superellipse drawn with the baked stroke: signed distances as in the atlas."""
    y, x = np.mgrid[0 : CELL_PX[0], 0 : CELL_PX[1]].astype(np.float64)
    a, b = half_px - _STROKE_PX / 2
    u, v = np.abs(x - _MIDDLE[0]) / a, np.abs(y - _MIDDLE[1]) / b
    level = (u**squareness + v**squareness).clip(1e-6) ** (1 / squareness)
    steep = np.hypot(*np.gradient(level)).clip(1e-3)
    away_px = np.abs(level - 1) / steep
    return np.asarray((128 + SPREAD * (_STROKE_PX / 2 - away_px)).clip(0, 255), np.uint8)


def _bend(rng: np.random.Generator, amount_px: float) -> NDArray[np.float32]:
    """A smooth displacement of a cell, in baked pixels: 2 x side x side."""
    coarse = rng.normal(0, amount_px, (2, 4, 4)).astype(np.float32)
    return np.stack([cv2.resize(plane, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC) for plane in coarse])


def _glyph(
    distances: NDArray[np.uint8], size: NDArray[np.float64], shear: float, bolder_px: float, bend: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Signed distances -> ink 0..255."""
    scale = PITCH_PX * SCALE / BAKED_PITCH_PX
    v, u = (np.mgrid[0:SIDE_PX, 0:SIDE_PX] + 0.5 - SIDE_PX / 2) / scale
    x = (u + shear * v) / size[0] + _MIDDLE[0] + bend[0]
    y = v / size[1] + _MIDDLE[1] + bend[1]
    drawn = cv2.remap(
        distances, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    ).astype(np.float32)
    ink = (drawn - 128 + SPREAD * bolder_px) * np.float32(scale / SPREAD) + 0.5
    return np.asarray(ink.clip(0, 1) * 255, np.uint8)
