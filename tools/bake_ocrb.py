"""Bakes mrz/render/ocrb.npz, the glyphs of OCR-B, from Debian's package fonts-ocr-b (public domain; needs Pillow).

    apt-get install fonts-ocr-b
    python tools/bake_ocrb.py

Each glyph is kept as a signed distance to its outline, so that one small picture gives every stroke weight and size.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mrz.render.glyphs import BASELINE_PX, CELL_PX, CHARACTERS, FACES, MARGIN_PX, PITCH_PX, SPREAD

FONTS = Path("/usr/share/fonts/opentype/ocr-b")
FILES = {"round": "OCRB.otf", "sharp": "OCRBS.otf"}
TARGET = Path(__file__).parent.parent / "mrz" / "render" / "ocrb.npz"
OVERSAMPLED = 8


def main() -> None:
    faces = {face: bake(FONTS / FILES[face]) for face in FACES}
    np.savez_compressed(TARGET, allow_pickle=False, **faces)
    print(f"{TARGET}: {len(CHARACTERS)} glyphs, {len(FACES)} faces, {TARGET.stat().st_size / 1000:.0f} kB")


def bake(path: Path) -> NDArray[np.uint8]:
    """Characters x rows x columns; 128 on the outline, SPREAD a pixel, more inside."""
    em = 1000
    advance = ImageFont.truetype(path, em).getlength("A")
    font = ImageFont.truetype(path, em * PITCH_PX * OVERSAMPLED / advance)
    return np.stack([distances(glyph(font, character)) for character in CHARACTERS])


def glyph(font: ImageFont.FreeTypeFont, character: str) -> NDArray[np.uint8]:
    rows, columns = CELL_PX
    sheet = Image.new("L", (columns * OVERSAMPLED, rows * OVERSAMPLED))
    left, baseline = MARGIN_PX * OVERSAMPLED, BASELINE_PX * OVERSAMPLED
    ImageDraw.Draw(sheet).text((left, baseline), character, font=font, fill=255, anchor="ls")
    return np.asarray(sheet)


def distances(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    inside = cv2.distanceTransform((ink > 127).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    outside = cv2.distanceTransform((ink <= 127).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    signed = cv2.resize(inside - outside, CELL_PX[::-1], interpolation=cv2.INTER_AREA) / OVERSAMPLED
    return np.clip(128 + SPREAD * signed, 0, 255).round().astype(np.uint8)


if __name__ == "__main__":
    main()
