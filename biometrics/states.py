"""Are the eyes open, is the face neutral? Two nets of 20 KB each, looking at patches of the straightened face.

Made by `python -m tools.train_states` on rendered faces alone (their licence and provenance are our own). What they are
worth on photographs of people is measured in docs/biometrics.md.
"""

import hashlib
from functools import cache
from importlib.resources import files

import cv2
import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # it ships no type information
from numpy.typing import NDArray

from biometrics.align import CROP_PX, TRAINED_POINTS, similarity
from biometrics.model import Face, Image
from biometrics.sessions import session

EYES_PX = 64.0
"""Between the eyes, at the scale of the patches."""
EYE_PATCH = (48, 32)
MOUTH_PATCH = (80, 48)
"""Width, height in px."""

Patches = NDArray[np.float32]
"""[n, 1, height, width]: brightness, each patch with mean 0 and spread 1."""

SHA256 = {
    "eyes": "0e1e35bb88f74fbd095baa76d54b275418117aa1f0dc74a9fc49a6dcf0076867",
    "mouth": "b5a43d6579b2c9141bf5b088147be9fdd9855402713beec96df3e103c66f83db",
}


class StatesRefused(Exception):
    """A net of this module is missing or is not the one that was measured."""


def eyes_open(image: Image, face: Face) -> float:
    """How open the more closed eye is, 0..1."""
    return float(_run("eyes", eye_patches(image, face)).min())


def neutral(image: Image, face: Face) -> float:
    """How neutral the mouth is, 0..1: closed and not smiling."""
    return float(_run("mouth", mouth_patch(image, face)).min())


def eye_patches(image: Image, face: Face) -> Patches:
    """Both eyes, the second one mirrored so that both look alike."""
    grey = _straight(image, face)
    left, right = (_cut(grey, _place(number), EYE_PATCH) for number in (0, 1))
    return np.stack([_evened(left), _evened(right[:, ::-1])])[:, None]


def mouth_patch(image: Image, face: Face) -> Patches:
    middle = (_place(3) + _place(4)) / 2
    return _evened(_cut(_straight(image, face), middle, MOUTH_PATCH))[None, None]


ZOOM = EYES_PX / float(np.linalg.norm(TRAINED_POINTS[1] - TRAINED_POINTS[0]))
SIDE_PX = round(CROP_PX * ZOOM)


def _place(number: int) -> NDArray[np.float64]:
    return np.asarray(TRAINED_POINTS[number] * ZOOM, np.float64)


def _straight(image: Image, face: Face) -> NDArray[np.float32]:
    matrix = similarity(face.points, TRAINED_POINTS * np.float32(ZOOM))
    upright = cv2.warpAffine(image, matrix, (SIDE_PX, SIDE_PX), borderMode=cv2.BORDER_REPLICATE)
    return cv2.cvtColor(upright, cv2.COLOR_BGR2GRAY).astype(np.float32)


def _cut(grey: NDArray[np.float32], middle: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float32]:
    left, top = round(float(middle[0]) - size[0] / 2), round(float(middle[1]) - size[1] / 2)
    return grey[top : top + size[1], left : left + size[0]]


def _evened(patch: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((patch - patch.mean()) / (patch.std() + 2.0), np.float32)


def _run(name: str, patches: Patches) -> NDArray[np.float32]:
    (odds,) = _net(name).run(None, {"patches": patches})
    return np.asarray(1.0 / (1.0 + np.exp(-odds)), np.float32)


@cache
def _net(name: str) -> onnxruntime.InferenceSession:
    content = (files("biometrics") / "nets" / f"{name}.onnx").read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise StatesRefused(f"biometrics/nets/{name}.onnx is not the net that was measured: install egate anew")
    return session(content, threads=1)
