"""One traveller's pictures as files: the passport portrait and every pose."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2

from simulators.cast_faces import POSE_EYES_AT, POSE_EYES_PX, Pose
from tools.make_cast.render import Pixels, Sitter, cut_out, portrait
from tools.make_cast.traits import draw
from tools.make_cast.view import View

PORTRAIT = View(480, 600, eyes_px=118, eyes_at=(0.5, 0.46), distance=13)
PORTRAIT_QUALITY = 76
POSE_SIZE = (720, 640)
POSE_QUALITY = 72

SMILE = {"mouth-corner-puller": 0.45, "eye-left-slit": 0.12, "eye-right-slit": 0.12}
HELD: Mapping[Pose, Mapping[str, Any]] = {
    Pose.NEUTRAL: {"yaw_deg": 2.0, "pitch_deg": -1.0},
    Pose.SMILE: {"yaw_deg": -3.0, "pitch_deg": 2.0, "expression": SMILE},
    Pose.LEFT: {"yaw_deg": -30.0, "gaze_deg": (-10.0, 0.0)},
    Pose.RIGHT: {"yaw_deg": 30.0, "gaze_deg": (10.0, 0.0)},
    Pose.DOWN: {"pitch_deg": 20.0, "gaze_deg": (0.0, -12.0)},
}


def pose_view(pose: Pose) -> View:
    width, height = POSE_SIZE
    return View(width, height, eyes_px=POSE_EYES_PX, eyes_at=POSE_EYES_AT, distance=10, **HELD[pose])


def sit(entry: Mapping[str, Any], folder: Path) -> None:
    """Draw and write all pictures of one entry of the cast list."""
    folder.mkdir(parents=True, exist_ok=True)
    sitter = Sitter.of(draw(entry))
    _write(folder / "portrait.webp", portrait(sitter, PORTRAIT), PORTRAIT_QUALITY)
    for pose in Pose:
        _write(folder / f"{pose.value}.webp", cut_out(sitter, pose_view(pose)), POSE_QUALITY)


def _write(path: Path, picture: Pixels, quality: int) -> None:
    """Raises OSError when the picture cannot be encoded or the file cannot be written."""
    encoded, data = cv2.imencode(".webp", picture, [cv2.IMWRITE_WEBP_QUALITY, quality])
    if not encoded:
        raise OSError(f"{path.name}: OpenCV could not encode the picture; check that its build has WebP")
    path.write_bytes(data.tobytes())
