"""Find faces: YuNet on a small copy of the image, then the nearest one's points measured again, close up.

One look at a face gives points that are a few hundredths of an eye distance off, and those cost more matches than
anything else here (docs/biometrics.md). So the points are the mean of several small looks: two sizes, each also
mirrored. All positions are in px of the image itself.
"""

from collections.abc import Iterator
from dataclasses import replace
from queue import Empty, SimpleQueue

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics import weights
from biometrics.model import Face, Image, Points

SEARCH_PX = 640
"""Longer side of the copy that is searched. A face of 25 px eye distance in a 1280 px frame is still found."""

LOWEST_CONFIDENCE = 0.6
OVERLAP = 0.3
MOST_FACES = 50

WINDOW_PX = 192
FACES_PX = (96.0, 112.0)
"""How long the face's box is in the windows that are looked at again."""
FEWEST_LOOKS = 3
"""With fewer of the four, what was found is hardly a face, or not upright."""
OFF_CENTRE = 0.15
"""A face found farther from the window's middle than this share of it is another one."""
MIRRORED_ORDER = [1, 0, 2, 4, 3]


class _Nets:
    """YuNet for one purpose. Thread-safe: each look takes a net from the pool, or makes one (a few milliseconds)."""

    def __init__(self, model: NDArray[np.uint8]) -> None:
        self._model = model
        self._idle: SimpleQueue[cv2.FaceDetectorYN] = SimpleQueue()

    def look(self, image: Image) -> list[Face]:
        """Every face in the image as it is."""
        net = self._take()
        try:
            net.setInputSize((image.shape[1], image.shape[0]))
            rows = net.detect(image)[1]
        finally:
            self._idle.put(net)
        return [] if rows is None else [_face(row) for row in rows if np.isfinite(row).all()]

    def _take(self) -> cv2.FaceDetectorYN:
        try:
            return self._idle.get_nowait()
        except Empty:
            no_config = np.empty(0, np.uint8)
            size = (WINDOW_PX, WINDOW_PX)
            return cv2.FaceDetectorYN.create(
                "onnx", self._model, no_config, size, LOWEST_CONFIDENCE, OVERLAP, MOST_FACES
            )


class FaceDetector:
    """Thread-safe."""

    def __init__(self) -> None:
        model = np.frombuffer(weights.load(weights.YUNET), np.uint8)
        self._search, self._close_up = _Nets(model), _Nets(model)

    def find(self, image: Image) -> tuple[Face, ...]:
        """All faces, the nearest (largest) first."""
        scale = min(1.0, SEARCH_PX / max(image.shape[:2]))
        small = image if scale == 1.0 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        ratio = image.shape[1] / small.shape[1]
        faces = [_scaled(face, ratio) for face in self._search.look(np.asarray(small, np.uint8))]
        return tuple(sorted(faces, key=lambda face: face.box[2] * face.box[3], reverse=True))

    def look_again(self, image: Image, face: Face) -> Face:
        """The same face with its points as the mean of all close looks that found it."""
        looks = list(self._close_points(image, face))
        if len(looks) < FEWEST_LOOKS:
            return replace(face, disagreement=1.0)
        points = np.asarray(np.mean(looks, axis=0), np.float32)
        apart_px = float(np.sqrt(np.var(looks, axis=0).sum(axis=1).mean()))
        return replace(face, points=points, disagreement=apart_px / max(face.eye_distance_px, 1e-6))

    def _close_points(self, image: Image, face: Face) -> Iterator[Points]:
        for face_px in FACES_PX:
            to_window = _window(face, face_px)
            window = np.asarray(
                cv2.warpAffine(image, to_window, (WINDOW_PX, WINDOW_PX), borderMode=cv2.BORDER_REPLICATE), np.uint8
            )
            for mirrored in (False, True):
                points = self._points_in(window, mirrored)
                if points is not None:
                    yield ((points - to_window[:, 2]) / to_window[0, 0]).astype(np.float32)

    def _points_in(self, window: Image, mirrored: bool) -> Points | None:
        found = self._close_up.look(np.ascontiguousarray(window[:, ::-1]) if mirrored else window)
        middle = np.full(2, WINDOW_PX / 2)
        off, face = min(((_off(face, middle), face) for face in found), default=(WINDOW_PX, None), key=lambda p: p[0])
        if face is None or off > OFF_CENTRE * WINDOW_PX:
            return None
        return _mirrored_back(face.points) if mirrored else face.points


def _window(face: Face, face_px: float) -> NDArray[np.float64]:
    """The 2 x 3 map that brings the face to the window's middle, its box `face_px` long."""
    left, top, width, height = face.box
    zoom = face_px / max(width, height, 1.0)
    half = WINDOW_PX / 2
    return np.array([[zoom, 0.0, half - zoom * (left + width / 2)], [0.0, zoom, half - zoom * (top + height / 2)]])


def _off(face: Face, middle: NDArray[np.float64]) -> float:
    left, top, width, height = face.box
    return float(np.linalg.norm(np.array([left + width / 2, top + height / 2]) - middle))


def _mirrored_back(points: Points) -> Points:
    """Points of the mirrored window where they lie in the window itself, left and right put right."""
    return np.stack([WINDOW_PX - 1 - points[:, 0], points[:, 1]], axis=1)[MIRRORED_ORDER]


def _scaled(face: Face, ratio: float) -> Face:
    left, top, width, height = face.box
    box = (left * ratio, top * ratio, width * ratio, height * ratio)
    return Face(box, face.points * np.float32(ratio), face.confidence)


def _face(row: Points) -> Face:
    """YuNet's row: box, five points, score; it names the eye on the picture's left first."""
    left, top, width, height = (float(value) for value in row[:4])
    return Face((left, top, width, height), row[4:14].reshape(5, 2), float(row[14]))
