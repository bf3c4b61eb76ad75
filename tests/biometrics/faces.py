"""Faces for the tests: the rendered cast, pasted into frames. No photograph is needed."""

import numpy as np

from biometrics.calibration import Calibration, committed
from biometrics.engine import FaceEngine
from biometrics.model import Image
from simulators.cast_faces import Pose, members, portrait, pose

TARGET_FMR = 5e-4

__all__ = ["Pose", "engine", "frame_of", "live", "members", "portrait"]


def engine() -> FaceEngine:
    return FaceEngine(Calibration.load(committed("sface")), TARGET_FMR)


def live(name: str, how: Pose = Pose.NEUTRAL) -> Image:
    """One member before a grey wall, 1280 x 720."""
    return frame_of((name, how, 0.5))


def frame_of(*shown: tuple[str, Pose, float]) -> Image:
    """Members side by side: name, pose, and where the middle lies as a share of the width."""
    frame = np.full((720, 1280, 3), 150, np.uint8)
    for name, how, middle in shown:
        _paste(frame, pose(name, how), int(middle * frame.shape[1]))
    return frame


def _paste(frame: Image, cut_out: Image, middle: int) -> None:
    height, width = min(cut_out.shape[0], frame.shape[0]), cut_out.shape[1]
    left = max(0, min(middle - width // 2, frame.shape[1] - width))
    area = frame[-height:, left : left + width]
    alpha = cut_out[:height, :, 3:].astype(np.float32) / 255
    area[:] = (cut_out[:height, :, :3] * alpha + area * (1 - alpha)).astype(np.uint8)
