"""Straighten a face: five points to the crop that the embedding net was trained on."""

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.model import Image, Points

CROP_PX = 112

TRAINED_POINTS: Points = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)
"""Where the five points lie in the 112 x 112 crop (the alignment that ArcFace and SFace share)."""


def straighten(image: Image, points: Points, zoom: float = 1.0) -> Image:
    """The 112 x 112 crop with the face upright, taken from the full-resolution image; `zoom` below 1 shows more."""
    middle = np.float32(CROP_PX / 2)
    matrix = similarity(points, (TRAINED_POINTS - middle) * np.float32(zoom) + middle)
    crop = cv2.warpAffine(image, matrix, (CROP_PX, CROP_PX), flags=cv2.INTER_LINEAR)
    return np.asarray(crop, np.uint8)


def similarity(source: Points, target: Points) -> NDArray[np.float64]:
    """The 2 x 3 rotation, scale and shift that brings `source` nearest to `target` in the least squares.

    In closed form (Umeyama 1991, for the plane and without mirroring): points as complex numbers.
    """
    from_, to = _complex(source), _complex(target)
    from_mean, to_mean = from_.mean(), to.mean()
    spread = (np.abs(from_ - from_mean) ** 2).sum()
    turn = ((to - to_mean) * (from_ - from_mean).conj()).sum() / max(spread, 1e-9)
    shift = to_mean - turn * from_mean
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def _complex(points: Points) -> NDArray[np.complex128]:
    return points[:, 0].astype(np.complex128) + 1j * points[:, 1]
