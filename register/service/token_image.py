"""A portrait as small as a gate's copy takes it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from link.images import ImageRefused, decode
from register.copied_visa import MAX_PORTRAIT_BYTES

QUALITIES = (85, 75, 65, 50)
HEIGHTS_PX = (640, 480, 360, 240)


def token_image(portrait: bytes) -> bytes:
    """The portrait itself where it is small enough, else a JPEG of at most 20,000 bytes; empty when it is no image."""
    if len(portrait) <= MAX_PORTRAIT_BYTES:
        return portrait
    try:
        image = decode(portrait)
    except ImageRefused:
        return b""
    smaller = (_encoded(image, height_px, quality) for height_px in HEIGHTS_PX for quality in QUALITIES)
    return next((data for data in smaller if len(data) <= MAX_PORTRAIT_BYTES), b"")


def _encoded(image: NDArray[np.uint8], height_px: int, quality: int) -> bytes:
    scale = min(1.0, height_px / image.shape[0])
    scaled = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    encoded, data = cv2.imencode(".jpg", scaled, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes() if encoded else b""
