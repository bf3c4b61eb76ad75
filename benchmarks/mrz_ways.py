"""Ways in which a picture of a document may come badly: each is applied to pictures whose text is known."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
AS_IT_IS = "as it is"
_TABLE = (90, 90, 90)
"""What is around a page that was turned."""


def _turned(degrees: float) -> Callable[[Image], Image]:
    def turn(image: Image) -> Image:
        height, width = image.shape[:2]
        place = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
        cosine, sine = abs(place[0, 0]), abs(place[0, 1])
        size = int(height * sine + width * cosine), int(height * cosine + width * sine)
        place[:, 2] += [(size[0] - width) / 2, (size[1] - height) / 2]
        return np.asarray(cv2.warpAffine(image, place, size, borderValue=_TABLE), np.uint8)

    return turn


def _leaning(left: float, top: float) -> Callable[[Image], Image]:
    """The first and the third corner drawn in by these shares of the sides."""

    def lean(image: Image) -> Image:
        height, width = image.shape[:2]
        sides = np.array([width, height])
        corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * sides
        moved = np.array([[left, top], [1 - top, 0], [1, 1], [0, 1 - left]]) * sides
        place = cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32))
        return np.asarray(cv2.warpPerspective(image, place, (width, height)), np.uint8)

    return lean


def _as_jpeg(quality: int) -> Callable[[Image], Image]:
    def compress(image: Image) -> Image:
        coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)

    return compress


def _scaled(share: float) -> Callable[[Image], Image]:
    how = cv2.INTER_AREA if share < 1 else cv2.INTER_LINEAR
    return lambda image: np.asarray(cv2.resize(image, None, fx=share, fy=share, interpolation=how), np.uint8)


def _with_gamma(gamma: float) -> Callable[[Image], Image]:
    return lambda image: np.asarray(255 * (image / 255.0) ** gamma, np.uint8)


def _noisy(image: Image) -> Image:
    noise = np.random.default_rng(1).normal(0, 12, image.shape)
    return np.asarray(np.clip(image + noise, 0, 255), np.uint8)


def _glaring(image: Image) -> Image:
    """A lamp mirrored right of the middle."""
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    spot = np.exp(-(((x - 0.7 * width) / (0.2 * width)) ** 2) - ((y - 0.5 * height) / (0.25 * height)) ** 2)
    return np.asarray(np.clip(image + 200 * spot[..., None], 0, 255), np.uint8)


def _far_away(image: Image) -> Image:
    """In the middle of a picture twice as large."""
    below, beside = image.shape[0] // 2, image.shape[1] // 2
    around = cv2.copyMakeBorder(image, below, below, beside, beside, cv2.BORDER_CONSTANT, value=(60, 80, 70))
    return np.asarray(around, np.uint8)


WAYS: Mapping[str, Callable[[Image], Image]] = {
    AS_IT_IS: lambda image: image,
    "turned by 5 degrees": _turned(5),
    "turned by 15 degrees": _turned(15),
    "turned by -15 degrees": _turned(-15),
    "turned by 90 degrees": lambda image: np.ascontiguousarray(np.rot90(image)),
    "turned by 180 degrees": lambda image: np.ascontiguousarray(np.rot90(image, 2)),
    "turned by 270 degrees": lambda image: np.ascontiguousarray(np.rot90(image, 3)),
    "JPEG 30": _as_jpeg(30),
    "JPEG 12": _as_jpeg(12),
    "at 0.7 of its size": _scaled(0.7),
    "at 0.5 of its size": _scaled(0.5),
    "at 1.6 of its size": _scaled(1.6),
    "blurred by 1 px": lambda image: np.asarray(cv2.GaussianBlur(image, (0, 0), 1.0), np.uint8),
    "leaning by 5 %": _leaning(0.06, 0.05),
    "leaning by 12 %": _leaning(0.12, 0.1),
    "noisy": _noisy,
    "darker": _with_gamma(2.2),
    "lighter": _with_gamma(0.5),
    "glare": _glaring,
    "far away": _far_away,
}
