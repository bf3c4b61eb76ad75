"""Encoded images that others hand us: checked first, decoded after. The one decoder in the house."""

import cv2
import numpy as np
from numpy.typing import NDArray

from link.image_headers import ImageRefused, read_header

MAX_MEGAPIXELS = 60
"""The largest page scan in use (A5 at 600 dpi and beyond) has half of this; a decompression bomb has more."""

__all__ = ["MAX_MEGAPIXELS", "ImageRefused", "decode"]


def decode(data: bytes) -> NDArray[np.uint8]:
    """A JPEG, PNG, WebP or BMP as height x width x 3, blue-green-red, 0..255.

    Turned upright as its EXIF orientation says; 16 bit and palettes become 8 bit colour; an alpha channel is dropped.
    Raises ImageRefused for what is empty, no image, cut off, damaged, animated, CMYK or over MAX_MEGAPIXELS; the size
    is read from the header, before anything is allocated.
    """
    header = read_header(data)
    pixels = header.width_px * header.height_px
    if header.width_px < 1 or header.height_px < 1:
        raise ImageRefused(f"the {header.kind} says that it has no pixels: save or send it again")
    if pixels > MAX_MEGAPIXELS * 1_000_000:
        raise ImageRefused(
            f"the {header.kind} has {pixels / 1e6:.0f} megapixels, more than {MAX_MEGAPIXELS}: scale it down"
        )
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise ImageRefused(f"the {header.kind} cannot be decoded: save or send it again") from error
    if image is None or image.shape[0] * image.shape[1] != pixels:
        raise ImageRefused(f"the {header.kind} cannot be decoded: save or send it again")
    return np.asarray(image, np.uint8)
