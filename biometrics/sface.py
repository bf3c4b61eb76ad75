"""The default backend: YuNet finds, SFace embeds, in onnxruntime.

Measured against OpenVINO and cv2.dnn: docs/biometrics.md. The weights are a storage format (8 bit); onnxruntime folds
them to 32 bit while it loads the graph, once the surplus graph inputs are out of the way (biometrics/onnx_graph.py).
"""

import hashlib

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # it ships no type information

from biometrics import weights
from biometrics.align import straighten
from biometrics.detect import FaceDetector
from biometrics.model import Face, Image, Vector
from biometrics.onnx_graph import keep_inputs
from biometrics.sessions import session

PIPELINE = "yunet-640/tilt-224-both/close-up-4/umeyama-112-0.94/3"
"""Everything besides the weights that moves a vector. Part of the digest: change it and every calibration is void."""

ZOOM = 0.94
"""A little more of the head than in training: fewer false non-matches, for nothing."""

INPUT = "data"
THREADS = 2


class SFaceBackend:
    """128 numbers a face, compared by the cosine of what sets them apart from the average face."""

    name = "sface"

    def __init__(self) -> None:
        self._detector = FaceDetector()
        self._session = _load()
        parts = (weights.YUNET.sha256, weights.SFACE.sha256, PIPELINE)
        self.digest = hashlib.sha256("/".join(parts).encode()).hexdigest()

    def find(self, image: Image) -> tuple[Face, ...]:
        return self._detector.find(image)

    def look_again(self, image: Image, face: Face) -> Face:
        return self._detector.look_again(image, face)

    def embed(self, image: Image, face: Face) -> Vector:
        return unit(self._run(straighten(image, face.points, ZOOM)))

    def similarities(self, references: Vector, lives: Vector, average: Vector) -> Vector:
        """All faces lean towards one direction of the net's space; without it their cosines tell more."""
        return np.asarray(unit(references - average) @ unit(lives - average).T, np.float32)

    def _run(self, crop: Image) -> Vector:
        red_green_blue = np.ascontiguousarray(crop[:, :, ::-1].transpose(2, 0, 1)[None], np.float32)
        (vectors,) = self._session.run(None, {INPUT: red_green_blue})
        return np.asarray(vectors, np.float32).ravel()


def unit(vectors: Vector) -> Vector:
    """At length one, each along the last axis. A vector of zeros stays what it is and is alike to nothing."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(length == 0.0, 1.0, length), np.float32)


def _load() -> onnxruntime.InferenceSession:
    return session(keep_inputs(weights.load(weights.SFACE), frozenset({INPUT})), THREADS)
