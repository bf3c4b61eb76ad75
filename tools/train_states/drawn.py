"""Made-up people with eyes and mouths in known states: what the nets of biometrics/states.py learn from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.detect import FaceDetector
from biometrics.model import Face
from biometrics.states import Patches, eye_patches, mouth_patch
from simulators.hall import hall
from tools.make_cast.light import Lamps
from tools.make_cast.render import Sitter, cut_out
from tools.make_cast.traits import HAIR, IRIS, SHIRTS, draw
from tools.make_cast.view import View

SIDE_PX = 260
EYES_PX = 64.0
LOOKS = 10
"""Pictures of each person."""
STYLES = {"F": ("long", "bun", "mid", "curls", "long-fringe", "buzz"), "M": ("short", "buzz", "fringe", "bald", "mid")}
BEARDS = ("none", "none", "none", "stubble", "moustache", "full", "goatee")
GLASSES = ("none", "none", "none", "round", "square", "thick", "oval")
EYES = ("eye-left-closure", "eye-right-closure")
SMILES = ("mouth-corner-puller", "mouth-retraction", "mouth-upward-retraction")
OPENINGS = ("mouth-open", "mouth-parling", "mouth-part-later", "mouth-depression-retraction")

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture's patches with what was drawn: openness of each eye, and whether the mouth is neutral, 0..1."""

    eyes: Patches = field(repr=False)
    open: tuple[float, float]
    mouth: Patches = field(repr=False)
    neutral: float


def person(seed: int) -> list[Sample]:
    """LOOKS pictures of one person, as far as the face is found in them."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng(seed)
    sitter = Sitter.of(draw(_wanted(seed, rng)))
    return [sample for _ in range(LOOKS) for sample in _look(sitter, rng)]


def _look(sitter: Sitter, rng: np.random.Generator) -> Iterator[Sample]:
    closed, (neutral, mouth) = _eyes(rng), _mouth(rng)
    picture = _taken(sitter, dict(zip(EYES, closed, strict=True)) | mouth, rng)
    found = _detector().find(picture)
    if found:
        face: Face = _detector().look_again(picture, found[0])
        lids = 1 - closed[0], 1 - closed[1]
        # the head's own left eye lies on the picture's right
        yield Sample(eye_patches(picture, face), (lids[1], lids[0]), mouth_patch(picture, face), neutral)


def _wanted(seed: int, rng: np.random.Generator) -> dict[str, Any]:
    sex = str(rng.choice(["F", "M"]))
    return {
        "seed": seed, "sex": sex, "age": int(rng.integers(18, 82)), "ancestry": rng.dirichlet((0.5, 0.5, 0.5)).tolist(),
        "tone": rng.uniform(0, 6.9), "hair": str(rng.choice(list(HAIR))), "iris": str(rng.choice(list(IRIS))),
        "shirt": str(rng.choice(list(SHIRTS))), "style": str(rng.choice(STYLES[sex])),
        "beard": "none" if sex == "F" else str(rng.choice(BEARDS)), "glasses": str(rng.choice(GLASSES)),
        "lipstick": rng.uniform(0, 0.7) if sex == "F" else 0.0, "amplitude": rng.uniform(0.6, 1.1),
    }  # fmt: skip


def _eyes(rng: np.random.Generator) -> tuple[float, float]:
    """How far each lid is shut: mostly both alike, open or shut, sometimes between or one alone."""
    kind = rng.choice(["open", "shut", "between", "one"], p=[0.42, 0.38, 0.1, 0.1])
    if kind == "one":
        one = (rng.uniform(0.0, 0.2), rng.uniform(0.9, 1.0))
        return one if rng.random() < 0.5 else (one[1], one[0])
    low, high = {"open": (0.0, 0.2), "shut": (0.9, 1.0), "between": (0.3, 0.8)}[str(kind)]
    shut = rng.uniform(low, high)
    return shut, shut


def _mouth(rng: np.random.Generator) -> tuple[float, dict[str, float]]:
    """Whether it is neutral, and the shape keys that make it."""
    kind = rng.choice(["neutral", "smile", "open", "both"], p=[0.5, 0.25, 0.15, 0.1])
    keys: dict[str, float] = {"mouth-corner-puller": rng.uniform(-0.1, 0.12), "mouth-compression": rng.uniform(0, 0.3)}
    if kind in ("smile", "both"):
        keys |= {str(rng.choice(SMILES[1:])): rng.uniform(0.0, 0.6), SMILES[0]: rng.uniform(0.4, 1.0)}
    if kind in ("open", "both"):
        keys |= {str(rng.choice(OPENINGS)): rng.uniform(0.4, 1.0)}
    return float(kind == "neutral"), keys


def _taken(sitter: Sitter, expression: Mapping[str, float], rng: np.random.Generator) -> Pixels:
    """Under some lamp, before some wall, through some camera."""
    view = View(
        SIDE_PX, SIDE_PX, eyes_px=EYES_PX * rng.uniform(0.8, 1.2), eyes_at=(0.5, 0.42), yaw_deg=rng.normal() * 6,
        pitch_deg=rng.normal() * 6, roll_deg=rng.normal() * 4, expression=expression,
        gaze_deg=(rng.normal() * 8, rng.normal() * 6), distance=rng.uniform(7, 14),
    )  # fmt: skip
    lamps = Lamps(
        key=(rng.uniform(-1, 1), rng.uniform(0.1, 0.9), rng.uniform(0.5, 1)), ambient=rng.uniform(0.2, 0.6),
        fill=rng.uniform(0.1, 0.6),
    )  # fmt: skip
    drawn = cut_out(sitter, view, lamps).astype(np.float32)
    alpha = drawn[:, :, 3:] / 255
    scene = drawn[:, :, :3] * alpha + hall(int(rng.integers(12)), SIDE_PX, SIDE_PX) * (1 - alpha)
    return _camera(np.asarray(scene, np.float32), rng)


def _camera(scene: NDArray[np.float32], rng: np.random.Generator) -> Pixels:
    """Gain, gamma, blur or a small sensor, noise, JPEG."""
    light = 255 * np.clip(scene * rng.uniform(0.6, 1.3) / 255, 0, 1) ** rng.uniform(0.7, 1.4)
    share = rng.uniform(0.45, 1.0)
    small = cv2.resize(light, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    large = cv2.resize(small, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_LINEAR)
    blurred = cv2.GaussianBlur(large, (0, 0), rng.uniform(0.3, 1.6))
    noisy = blurred + rng.uniform(0.5, 5.0) * rng.standard_normal(large.shape)
    levels = np.clip(noisy, 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(60, 96))])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


@cache
def _detector() -> FaceDetector:
    """One a process."""
    return FaceDetector()
