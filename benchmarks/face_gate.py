"""Gate-like pairs: a portrait as a chip or a visa file keeps it, against a cooperative face in a lane's frame.

Of each person the first image plays the portrait (a token of at most 15 kB), every other one the live face: set into a
frame of 1280 x 720 at the distance of a traveller and degraded as a camera would (blur, exposure, noise, JPEG).
Both go the lane's own way, quality limits included; what the limits refuse is told, and is a non-match.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.face import Labelled, LabelsRefused
from biometrics.calibration import Calibration
from biometrics.curves import wilson
from biometrics.engine import FaceEngine
from biometrics.model import FaceCapture, Image, Template
from link.images import decode

RATES = (5e-4, 1e-4)
SEED = 11

TOKEN_PX = 480
TOKEN_BYTES = 15_000
FRAME_PX = (1280, 720)
FACE_PX = (480.0, 640.0)
"""The longer side of the live picture in the frame: eyes of a studio portrait are then 75 to 110 px apart."""
BLUR_PX, GAIN, NOISE, JPEG = (0.6, 1.6), (0.7, 1.25), (3.0, 7.0), (60, 85)
"""From mild to poor, drawn anew for each frame: width of the blur, exposure, spread of the sensor's noise, quality."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the lane's own way made of all pictures, in the order of the labels."""

    portraits: tuple[tuple[str, FaceCapture], ...] = field(repr=False)
    """Identity and capture."""
    lives: tuple[tuple[str, FaceCapture], ...] = field(repr=False)


def look(engine: FaceEngine, labelled: Sequence[Labelled], advance: Callable[[], None]) -> Seen:
    """Raises LabelsRefused when nobody has two images."""
    rng = np.random.default_rng(SEED)
    portraits, lives = [], []
    for identity, rows in groupby(sorted(labelled, key=lambda row: (row.identity, row.file)), lambda row: row.identity):
        first, *others = (decode(row.file.read_bytes()) for row in rows)
        portraits.append((identity, engine.reference(decode(token(first)))))
        lives += [(identity, engine.examine(frame(other, rng), 0.0)) for other in others]
        for _ in range(1 + len(others)):
            advance()
    if not lives or len(portraits) < 2:
        raise LabelsRefused("gate-like pairs need at least two people, and two images of somebody")
    return Seen(tuple(portraits), tuple(lives))


def token(image: Image) -> bytes:
    """The picture as a JPEG of at most TOKEN_BYTES, as sharp as goes into them."""
    small = _scaled(image, TOKEN_PX)
    for quality in range(95, 4, -5):
        data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        if len(data) <= TOKEN_BYTES:
            return data
    raise LabelsRefused(f"a picture does not fit into a token of {TOKEN_BYTES} bytes")


def frame(image: Image, rng: np.random.Generator) -> Image:
    """The picture before a plain wall, as a middling camera would see it."""
    width, height = FRAME_PX
    shown = _scaled(image, rng.uniform(*FACE_PX))[:height, :width]
    wall = np.full((height, width, 3), 120, np.uint8)
    left = int(rng.integers(0, width - shown.shape[1] + 1))
    wall[height - shown.shape[0] :, left : left + shown.shape[1]] = shown
    blurred = cv2.GaussianBlur(wall, (0, 0), rng.uniform(*BLUR_PX)).astype(np.float32)
    noisy = blurred * rng.uniform(*GAIN) + rng.normal(0.0, rng.uniform(*NOISE), blurred.shape)
    seen = np.clip(noisy, 0, 255).astype(np.uint8)
    return decode(cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*JPEG))])[1].tobytes())


def _scaled(image: Image, longer_px: float) -> Image:
    factor = longer_px / max(image.shape[:2])
    how = cv2.INTER_AREA if factor < 1.0 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=how), np.uint8)


def report(engine: FaceEngine, seen: Seen, calibration: Calibration) -> dict[str, Any]:
    """All portraits against all live faces."""
    scores, same = _scores(engine, seen)
    genuine, impostor = scores[same], scores[~same]
    compared = np.isfinite(impostor)
    return {
        "backend": engine.algorithm,
        "people": len(seen.portraits),
        "refused": {"portraits": _refused(seen.portraits), "frames": _refused(seen.lives)},
        "genuine_pairs": len(genuine),
        "impostor_pairs": int(compared.sum()),
        "genuine_scores": _spread(genuine[np.isfinite(genuine)]),
        "operating_points": [
            _point(rate, calibration.threshold(rate), genuine, impostor[compared]) for rate in RATES
        ],
    }  # fmt: skip


def _scores(engine: FaceEngine, seen: Seen) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """[portraits, live faces]; minus infinity where the limits refused one of them. And who is the same person."""
    scores = [[_score(engine, portrait, live) for _, live in seen.lives] for _, portrait in seen.portraits]
    same = [[who == other for other, _ in seen.lives] for who, _ in seen.portraits]
    return np.array(scores), np.array(same)


def _score(engine: FaceEngine, portrait: FaceCapture, live: FaceCapture) -> float:
    reference: Template | None = portrait.template
    if reference is None or live.template is None:
        return -np.inf
    return engine.compare(reference, (live.template,)).score


def _refused(captures: Sequence[tuple[str, FaceCapture]]) -> int:
    return sum(capture.template is None for _, capture in captures)


def _spread(scores: NDArray[np.float64]) -> dict[str, float]:
    low, middle = (float(scores.min()), float(np.median(scores))) if len(scores) else (-1.0, -1.0)
    return {"lowest": round(low, 4), "median": round(middle, 4)}


def _point(
    rate: float, threshold: float, genuine: NDArray[np.float64], impostor: NDArray[np.float64]
) -> dict[str, Any]:
    missed, false = int((genuine < threshold).sum()), int((impostor >= threshold).sum())
    return {
        "fmr": rate,
        "threshold": threshold,
        "missed": missed,
        "fnmr": missed / max(len(genuine), 1),
        "ci95": list(wilson(missed, len(genuine))),
        "false_matches": false,
        "fmr_here": false / max(len(impostor), 1),
    }
