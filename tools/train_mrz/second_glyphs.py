"""The letter shapes that training draws with: the baked OCR-B in several weights, widths and heights."""

from itertools import product

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
_BOLDER_PX = (-1.7, -0.9, 0.0, 0.9, 1.8, 2.8)
"""At the atlas's resolution, all around the stroke of 6.6 px."""
_WIDTHS = (0.86, 0.95, 1.04)
_HEIGHTS = (0.97, 1.05)

Face = dict[str, NDArray[np.uint8]]


class Glyphs:
    """Faces ready to draw: every baked face in some weights and widths."""

    def __init__(self) -> None:
        self._faces = [_face(*how) for how in product(FACES, _BOLDER_PX, _WIDTHS, _HEIGHTS)]

    def face(self, rng: np.random.Generator) -> Face:
        return self._faces[int(rng.integers(len(self._faces)))]


def _face(name: str, bolder_px: float, width: float, height: float) -> Face:
    baked = atlas(name)
    return {character: _glyph(baked[CHARACTERS.index(character)], bolder_px, width, height) for character in ALPHABET}


def _glyph(distances: NDArray[np.uint8], bolder_px: float, width: float, height: float) -> NDArray[np.uint8]:
    """Signed distances -> ink 0..255."""
    scale = PITCH_PX * SCALE / BAKED_PITCH_PX
    across, down = scale * width, scale * height
    middle = (CELL_PX[1] / 2 - 0.5, BASELINE_PX - 0.49 * BAKED_PITCH_PX)
    place = np.array([[across, 0, SIDE_PX / 2 - across * middle[0]], [0, down, SIDE_PX / 2 - down * middle[1]]])
    drawn = cv2.warpAffine(distances, place, (SIDE_PX, SIDE_PX), flags=cv2.INTER_LINEAR).astype(np.float32)
    ink = (drawn - 128 + SPREAD * bolder_px) * np.float32(scale / SPREAD) + 0.5
    return np.asarray(ink.clip(0, 1) * 255, np.uint8)
