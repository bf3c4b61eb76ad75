"""Find faces: YuNet on a small copy of the image, then the nearest one's points measured again, close up.

One look at a face gives points that are a few hundredths of an eye distance off, and those cost more matches than
anything else here (docs/biometrics.md). So the points are the mean of several small looks: two sizes, each also
mirrored. A small look all but takes every head for upright (of a tilt it tells an eighth), a large one does not: so a
large one tells the tilt first, and the small ones see the face set upright. All positions are in px of the image.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import atan2, degrees

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.model import Face, Image, Points
from biometrics.yunet import Yunet

SEARCH_PX = 640
"""Longer side of the copy that is searched. A face of 25 px eye distance in a 1280 px frame is still found."""
SEARCH_THREADS, CLOSE_UP_THREADS = 2, 1

WINDOW_PX = 192
FACES_PX = (96.0, 112.0)
"""How long the face's box is in the windows that are looked at again."""
FEWEST_LOOKS = 3
"""With fewer of the four, what was found is hardly a face, or not upright."""
OFF_CENTRE = 0.15
"""A face found farther from the window's middle than this share of it is another one."""
MIRRORED_ORDER = [1, 0, 2, 4, 3]

TILT_WINDOW_PX, TILT_FACE_PX = 224, 176.0
TILT_TOLD = 0.75
"""The share of a head's tilt that a look of that size tells (measured; a look at FACES_PX tells 0.12)."""
SURELY_UPRIGHT_DEG, UPRIGHT_DEG = 2.5, 4.0
"""What one look, and what two looks tell of a tilt up to here is their own error."""
STEEPEST_DEG = 45.0


class FaceDetector:
    """Thread-safe."""

    def __init__(self) -> None:
        self._search, self._close_up = Yunet(SEARCH_THREADS), Yunet(CLOSE_UP_THREADS)

    def find(self, image: Image) -> tuple[Face, ...]:
        """All faces, the nearest (largest) first."""
        scale = min(1.0, SEARCH_PX / max(image.shape[:2]))
        small = image if scale == 1.0 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        ratio = image.shape[1] / small.shape[1]
        faces = [_scaled(face, ratio) for face in self._search.look(np.asarray(small, np.uint8))]
        return tuple(sorted(faces, key=lambda face: face.box[2] * face.box[3], reverse=True))

    def look_again(self, image: Image, face: Face) -> Face:
        """The same face with its points as the mean of all close looks that found it."""
        looks = list(self._close_points(image, face, self._tilt_deg(image, face)))
        if len(looks) < FEWEST_LOOKS:
            return replace(face, disagreement=1.0)
        points = np.asarray(np.mean(looks, axis=0), np.float32)
        apart_px = float(np.sqrt(np.var(looks, axis=0).sum(axis=1).mean()))
        return replace(face, points=points, disagreement=apart_px / max(face.eye_distance_px, 1e-6))

    def _tilt_deg(self, image: Image, face: Face) -> float:
        """How far the head is tilted, clockwise in the picture; 0 for one that is about upright.

        One look leans to one side by some degrees, and its mirrored twin to the other.
        """
        if abs(self._tilt_seen(image, face, 0.0, mirrored=False)) <= SURELY_UPRIGHT_DEG:
            return 0.0
        first = self._tilt_by_both(image, face, 0.0)
        if abs(first) <= UPRIGHT_DEG:
            return 0.0
        return float(np.clip(first + self._tilt_by_both(image, face, first), -STEEPEST_DEG, STEEPEST_DEG))

    def _tilt_by_both(self, image: Image, face: Face, tilt_deg: float) -> float:
        return float(np.mean([self._tilt_seen(image, face, tilt_deg, mirrored) for mirrored in (False, True)]))

    def _tilt_seen(self, image: Image, face: Face, tilt_deg: float, mirrored: bool) -> float:
        """What is left of the tilt after turning the head back by `tilt_deg`."""
        to_window = _window(face, TILT_FACE_PX, TILT_WINDOW_PX, tilt_deg)
        points = self._points_in(_seen_through(image, to_window, TILT_WINDOW_PX), mirrored)
        return 0.0 if points is None else _roll_deg(points) / TILT_TOLD

    def _close_points(self, image: Image, face: Face, tilt_deg: float) -> Iterator[Points]:
        for face_px in FACES_PX:
            to_window = _window(face, face_px, WINDOW_PX, tilt_deg)
            window = _seen_through(image, to_window, WINDOW_PX)
            back = cv2.invertAffineTransform(to_window)
            for mirrored in (False, True):
                points = self._points_in(window, mirrored)
                if points is not None:
                    yield (points @ back[:, :2].T + back[:, 2]).astype(np.float32)

    def _points_in(self, window: Image, mirrored: bool) -> Points | None:
        found = self._close_up.look(np.ascontiguousarray(window[:, ::-1]) if mirrored else window)
        size_px = window.shape[1]
        middle = np.full(2, size_px / 2)
        off, face = min(((_off(face, middle), face) for face in found), default=(size_px, None), key=lambda p: p[0])
        if face is None or off > OFF_CENTRE * size_px:
            return None
        return _mirrored_back(face.points, size_px) if mirrored else face.points


def _window(face: Face, face_px: float, window_px: int, tilt_deg: float) -> NDArray[np.float64]:
    """The 2 x 3 map that brings the face to the window's middle, its box `face_px` long, turned back by its tilt."""
    left, top, width, height = face.box
    middle = (left + width / 2, top + height / 2)
    across = np.array(cv2.getRotationMatrix2D(middle, tilt_deg, face_px / max(width, height, 1.0)), np.float64)
    across[:, 2] += window_px / 2 - np.array(middle)
    return across


def _seen_through(image: Image, to_window: NDArray[np.float64], window_px: int) -> Image:
    window = cv2.warpAffine(image, to_window, (window_px, window_px), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(window, np.uint8)


def _roll_deg(points: Points) -> float:
    """Of the eye line; positive: clockwise in the picture."""
    across = points[1] - points[0]
    return degrees(atan2(float(across[1]), float(across[0])))


def _off(face: Face, middle: NDArray[np.float64]) -> float:
    left, top, width, height = face.box
    return float(np.linalg.norm(np.array([left + width / 2, top + height / 2]) - middle))


def _mirrored_back(points: Points, window_px: int) -> Points:
    """Points of the mirrored window where they lie in the window itself, left and right put right."""
    return np.stack([window_px - 1 - points[:, 0], points[:, 1]], axis=1)[MIRRORED_ORDER]


def _scaled(face: Face, ratio: float) -> Face:
    left, top, width, height = face.box
    box = (left * ratio, top * ratio, width * ratio, height * ratio)
    return Face(box, face.points * np.float32(ratio), face.confidence)
