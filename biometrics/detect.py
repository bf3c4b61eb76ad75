"""Find faces: YuNet on a small copy of the image, positions in px of the image itself."""

from queue import Empty, SimpleQueue

import cv2
import numpy as np

from biometrics import weights
from biometrics.model import Face, Image, Points

SEARCH_PX = 640
"""Longer side of the copy that is searched. A face of 25 px eye distance in a 1280 px frame is still found."""

LOWEST_CONFIDENCE = 0.6
OVERLAP = 0.3
MOST_FACES = 50


class FaceDetector:
    """Thread-safe: each call takes a net of its own from the pool, or makes one (a few milliseconds)."""

    def __init__(self) -> None:
        self._model = np.frombuffer(weights.load(weights.YUNET), np.uint8)
        self._idle: SimpleQueue[cv2.FaceDetectorYN] = SimpleQueue()
        self._idle.put(self._new_net())

    def find(self, image: Image) -> tuple[Face, ...]:
        """All faces, the nearest (largest) first."""
        scale = min(1.0, SEARCH_PX / max(image.shape[:2]))
        searched = image if scale == 1.0 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        rows = self._search(np.asarray(searched, np.uint8))
        ratio = image.shape[1] / searched.shape[1]
        faces = [_face(row, ratio) for row in rows]
        return tuple(sorted(faces, key=lambda face: face.box[2] * face.box[3], reverse=True))

    def _search(self, image: Image) -> list[Points]:
        net = self._take()
        try:
            net.setInputSize((image.shape[1], image.shape[0]))
            rows = net.detect(image)[1]
        finally:
            self._idle.put(net)
        return [] if rows is None else [row for row in rows if np.isfinite(row).all()]

    def _take(self) -> cv2.FaceDetectorYN:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._new_net()

    def _new_net(self) -> cv2.FaceDetectorYN:
        no_config = np.empty(0, np.uint8)
        return cv2.FaceDetectorYN.create(
            "onnx", self._model, no_config, (SEARCH_PX, SEARCH_PX), LOWEST_CONFIDENCE, OVERLAP, MOST_FACES
        )


def _face(row: Points, ratio: float) -> Face:
    """YuNet's row: box, five points, score; it names the eye on the picture's left first."""
    left, top, width, height = (float(value) * ratio for value in row[:4])
    return Face((left, top, width, height), row[4:14].reshape(5, 2) * np.float32(ratio), float(row[14]))
