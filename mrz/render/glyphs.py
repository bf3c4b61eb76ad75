"""The baked glyphs of OCR-B (tools/bake_ocrb.py), and text printed with them at any size, weight and resolution."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<-./:,'"
FACES = ("round", "sharp")
PITCH_MM = 2.54
"""OCR-B size 1 (9303-3 4.4)."""
PITCH_PX = 48
CELL_PX = (76, 64)
"""Rows, columns."""
MARGIN_PX = 8
"""From the left of a cell to where the glyph's advance begins."""
BASELINE_PX = 62
"""From the top of a cell: the digits are taller than the letters."""
SPREAD = 12
"""Steps of the stored value a pixel of distance."""
CAP_MM = 2.5
"""Height of a letter above its baseline, stroke included."""

Coverage = NDArray[np.float32]
"""Height x width, 0 bare to 1 fully inked."""


@dataclass(frozen=True, slots=True)
class Type:
    """How a text is set."""

    face: str = "round"
    pitch_mm: float = PITCH_MM
    height: float = 1.0
    """Of a glyph, as a share of what the pitch gives."""
    bolder_mm: float = 0.0
    """Added all around the stroke; negative is lighter. The stroke itself is 0.35 mm at size 1."""


STANDARD = Type()


@cache
def atlas(face: str) -> NDArray[np.uint8]:
    with np.load(Path(__file__).with_name("ocrb.npz"), allow_pickle=False) as baked:
        glyphs: NDArray[np.uint8] = baked[face]
        return glyphs


def set_text(text: str, face: str) -> NDArray[np.uint8]:
    """The line as signed distances at the atlas's own resolution. A character that is not baked is left blank."""
    line = np.zeros((CELL_PX[0], PITCH_PX * (len(text) - 1) + CELL_PX[1]), np.uint8)
    glyphs = atlas(face)
    for index, character in enumerate(text):
        if character in CHARACTERS:
            cell = line[:, index * PITCH_PX : index * PITCH_PX + CELL_PX[1]]
            np.maximum(cell, glyphs[CHARACTERS.index(character)], out=cell)
    return line


def print_text(ink: Coverage, text: str, left_mm: float, baseline_mm: float, px_per_mm: float, how: Type) -> None:
    """Lay the text's ink over `ink`, whose upper left corner is 0, 0 mm. What falls outside is cut off."""
    if not text:
        return
    line = set_text(text, how.face)
    across = how.pitch_mm / PITCH_PX * px_per_mm
    down = across * how.height
    left_px, top_px = left_mm * px_per_mm - MARGIN_PX * across, baseline_mm * px_per_mm - BASELINE_PX * down
    x, y = max(0, int(left_px)), max(0, int(top_px))
    part = ink[y : int(top_px + line.shape[0] * down) + 2, x : int(left_px + line.shape[1] * across) + 2]
    if not part.size:
        return
    # Pixel centres lie at half a pixel on both sides.
    shift = (left_px - x + 0.5 * (across - 1), top_px - y + 0.5 * (down - 1))
    place = np.array([[across, 0.0, shift[0]], [0.0, down, shift[1]]])
    drawn = cv2.warpAffine(line, place, (part.shape[1], part.shape[0]), flags=cv2.INTER_LINEAR).astype(np.float32)
    drawn -= 128 - SPREAD * how.bolder_mm * PITCH_PX / how.pitch_mm
    drawn *= across / SPREAD
    drawn += 0.5
    np.maximum(part, np.clip(drawn, 0.0, 1.0, out=drawn), out=part)
