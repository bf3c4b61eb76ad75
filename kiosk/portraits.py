"""Portraits for the officers' comparison: every face at the same scale and place, whatever the picture it came from."""

import cv2
import numpy as np

from biometrics.model import Box
from drivers.model import Image

WIDTH_PX, HEIGHT_PX = 300, 400
FACE_PX = 200
"""Height of the detector's box in every portrait."""
FACE_MIDDLE_PX = 190
QUALITY = 85


def portrait(image: Image, box: Box | None) -> bytes:
    """JPEG of WIDTH_PX x HEIGHT_PX. Without a box the whole picture, fitted."""
    if box is None:
        scale = min(WIDTH_PX / image.shape[1], HEIGHT_PX / image.shape[0])
        middle = (image.shape[1] / 2, image.shape[0] / 2)
        target = (WIDTH_PX / 2, HEIGHT_PX / 2)
    else:
        left, top, width, height = box
        scale = FACE_PX / max(1.0, height)
        middle = (left + width / 2, top + height / 2)
        target = (WIDTH_PX / 2, FACE_MIDDLE_PX)
    moved = np.array([[scale, 0, target[0] - scale * middle[0]], [0, scale, target[1] - scale * middle[1]]])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    cut = cv2.warpAffine(image, moved, (WIDTH_PX, HEIGHT_PX), flags=way, borderValue=(96, 96, 96))
    return bytes(cv2.imencode(".jpg", cut, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])
