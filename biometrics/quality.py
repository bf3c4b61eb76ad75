"""Named measures of a face picture, each with limits and the one thing that the traveller can do.

Limits are the project's own, taken from what was measured (docs/biometrics.md); the list of properties follows
ISO/IEC 29794-5.
"""

from dataclasses import dataclass
from math import atan2, degrees

import cv2
import numpy as np

from biometrics import states
from biometrics.align import straighten
from biometrics.model import Face, Hint, Image, Measure, Quality, Vector


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """What is asked of one kind of picture."""

    confidence: float
    """Of the detector, 0..1: below it there is no face."""
    eye_distance_px: tuple[float, float]
    yaw: float
    """Largest distance of the nose from the middle between the eyes, in eye distances (0.25 is about 25 degrees)."""
    pitch: tuple[float, float]
    """Where the nose lies between eyes (0) and mouth (1)."""
    roll_deg: float
    disagreement: float
    """Largest distance between close looks at the points, in eye distances: more when a face is not upright."""
    sharpness: float
    luma: tuple[float, float]
    """Mean brightness of the face, 0..255."""
    clipped: float
    """Largest share of the face that is black or blown out."""
    balance: float
    """Smallest ratio of the darker to the brighter half of the face."""
    inside: float
    """Smallest share of the face's box that lies in the picture."""
    aside: float
    """Smallest distance of the middle between the eyes from a side of the picture, in eye distances; a cheek is 1."""
    eye_detail: float
    """Smallest spread of brightness about the weaker eye, as a share of the face's own: dark glasses leave little."""
    mouth_detail: float
    """The same about the mouth: masks and scarves leave little."""
    cover: float
    """Largest difference in colour between the upper and the lower face, in units of CIE Lab's a and b."""
    eyes_open: float
    """Smallest openness of the more closed eye, 0..1."""
    neutral: float
    """Smallest share of a closed, unsmiling mouth, 0..1; 0 = any mouth will do."""


LIVE = QualityLimits(
    confidence=0.7,
    eye_distance_px=(50.0, 400.0),
    yaw=0.22,
    pitch=(0.25, 0.85),
    roll_deg=20.0,
    disagreement=0.12,
    sharpness=0.045,
    luma=(40.0, 225.0),
    clipped=0.25,
    balance=0.35,
    inside=0.95,
    aside=1.0,
    eye_detail=0.07,
    mouth_detail=0.07,
    cover=26.0,
    eyes_open=0.1,
    neutral=0.0,
)

REFERENCE = QualityLimits(
    confidence=0.7,
    eye_distance_px=(35.0, 2000.0),
    yaw=0.25,
    pitch=(0.25, 0.85),
    roll_deg=15.0,
    disagreement=0.12,
    sharpness=0.02,
    luma=(35.0, 235.0),
    clipped=0.30,
    balance=0.35,
    inside=0.90,
    aside=0.0,
    eye_detail=0.05,
    mouth_detail=0.06,
    cover=35.0,
    eyes_open=0.05,
    neutral=0.0,
)

BLACK, WHITE = 16, 250
LEAST_CONTRAST = 4.0
FACE_AREA = (slice(24, 108), slice(20, 92))
"""Brows to chin, ear to ear, in the straightened 112 px crop: rows, columns."""
EYES = ((slice(46, 57), slice(30, 46)), (slice(46, 57), slice(66, 82)))
BROW = (slice(26, 40), slice(40, 72))
NOSE = (slice(58, 72), slice(50, 62))
MOUTH = (slice(82, 102), slice(36, 76))
CHIN = (slice(100, 110), slice(44, 68))
SMALLEST_EYES_PX = 24.0
"""Between the eyes; what the nets for eyes and mouth were trained down to."""


def assess(image: Image, face: Face, limits: QualityLimits) -> Quality:
    """All measures of one face, in the order in which a traveller should mend them."""
    lab = np.asarray(cv2.cvtColor(straighten(image, face.points), cv2.COLOR_BGR2LAB), np.uint8)
    measures = (
        *_place(image, face, limits),
        *_light(lab[:, :, 0], limits),
        _sharpness(lab[(*FACE_AREA, 0)], limits),
        *_states(image, face, limits),
        *_covering(lab, limits),
        *_pose(face, limits),
    )
    return Quality(measures, _score(face, measures))


def _covering(lab: Image, limits: QualityLimits) -> tuple[Measure, ...]:
    """What hides a part of the face takes away the detail there, or brings a colour of its own."""
    light = max(float(lab[(*FACE_AREA, 0)].mean()), 1.0)
    eyes = min(float(lab[(*area, 0)].std()) for area in EYES) / light
    mouth = float(lab[(*MOUTH, 0)].std()) / light
    upper = (_colour(lab[BROW]) + _colour(lab[NOSE])) / 2
    cover = max(float(np.linalg.norm(upper - _colour(lab[CHIN]))), float(np.linalg.norm(upper - _colour(lab[MOUTH]))))
    uncover = Hint.UNCOVER_FACE
    return (
        Measure("eye_detail", eyes, lowest=limits.eye_detail, hint=uncover),
        Measure("mouth_detail", mouth, lowest=limits.mouth_detail, hint=uncover),
        Measure("cover", cover, highest=limits.cover, hint=uncover),
    )


def _states(image: Image, face: Face, limits: QualityLimits) -> tuple[Measure, ...]:
    """Not assessed where the face is too small for the nets, or lies on its side."""
    if face.eye_distance_px < SMALLEST_EYES_PX or face.disagreement is None or face.disagreement > limits.disagreement:
        eyes, mouth = None, None
    else:
        eyes, mouth = states.eyes_open(image, face), states.neutral(image, face)
    return (
        Measure("eyes_open", eyes, lowest=limits.eyes_open, hint=Hint.OPEN_EYES),
        Measure("expression", mouth, lowest=limits.neutral),
    )


def _colour(area: Image) -> Vector:
    """The middle a and b of an area: its colour without its brightness."""
    return np.median(area[:, :, 1:].reshape(-1, 2).astype(np.float32), axis=0)


def _place(image: Image, face: Face, limits: QualityLimits) -> tuple[Measure, ...]:
    nearest, farthest = limits.eye_distance_px[1], limits.eye_distance_px[0]
    distance = face.eye_distance_px
    hint = Hint.COME_CLOSER if distance < farthest else Hint.STEP_AWAY
    return (
        Measure("eye_distance_px", distance, farthest, nearest, hint),
        _aside(image, face, limits),
        Measure("inside", _share_inside(image, face), lowest=limits.inside, hint=Hint.STEP_AWAY),
    )


def _aside(image: Image, face: Face, limits: QualityLimits) -> Measure:
    """Not mirrored, a picture shows the traveller's right on its left: who is cut off there moves to his left."""
    middle = float(face.points[:2, 0].mean())
    left, right = middle / max(face.eye_distance_px, 1e-6), (image.shape[1] - middle) / max(face.eye_distance_px, 1e-6)
    hint = Hint.MOVE_LEFT if left < right else Hint.MOVE_RIGHT
    return Measure("aside", min(left, right), lowest=limits.aside, hint=hint)


def _share_inside(image: Image, face: Face) -> float:
    left, top, width, height = face.box
    across = min(left + width, image.shape[1]) - max(left, 0.0)
    down = min(top + height, image.shape[0]) - max(top, 0.0)
    return float(max(across, 0.0) * max(down, 0.0) / max(width * height, 1.0))


def _pose(face: Face, limits: QualityLimits) -> tuple[Measure, ...]:
    """From the five points, in the face's own axes: roll of the eye line, nose against eyes and mouth."""
    eyes, nose, mouth = face.points[:2].mean(0), face.points[2], face.points[3:].mean(0)
    across = face.points[1] - face.points[0]
    distance = max(face.eye_distance_px, 1e-6)
    down = np.array([-across[1], across[0]]) / distance
    yaw = float((nose - eyes) @ across) / distance**2
    height = float((mouth - eyes) @ down)
    pitch = float((nose - eyes) @ down) / max(height, 1e-6)
    roll_deg = degrees(atan2(float(across[1]), float(across[0])))
    turn = Hint.FACE_THE_CAMERA
    return (
        Measure("roll_deg", roll_deg, -limits.roll_deg, limits.roll_deg, turn),
        Measure("yaw", yaw, -limits.yaw, limits.yaw, turn),
        Measure("pitch", pitch, *limits.pitch, turn),
        Measure("disagreement", face.disagreement, highest=limits.disagreement, hint=turn),
    )


def _light(crop: Image, limits: QualityLimits) -> tuple[Measure, ...]:
    area = crop[FACE_AREA]
    left, right = (float(half.mean()) for half in np.array_split(area, 2, axis=1))
    clipped = float(((area <= BLACK) | (area >= WHITE)).mean())
    light = Hint.MORE_LIGHT
    return (
        Measure("luma", float(area.mean()), *limits.luma, light),
        Measure("clipped", clipped, highest=limits.clipped, hint=light),
        Measure("balance", min(left, right) / max(left, right, 1.0), lowest=limits.balance, hint=light),
    )


def _sharpness(area: Image, limits: QualityLimits) -> Measure:
    """Energy of the Laplacian against the contrast of the same area: fine detail, whatever the light.

    Not assessed where there is no contrast to measure it by.
    """
    contrast = float(area.var())
    value = float(cv2.Laplacian(area, cv2.CV_32F).var()) / contrast if contrast >= LEAST_CONTRAST else None
    return Measure("sharpness", value, lowest=limits.sharpness, hint=Hint.HOLD_STILL)


def _score(face: Face, measures: tuple[Measure, ...]) -> float:
    """How well one frame stands beside another of the same traveller: frontal, sharp, sure, evenly lit."""
    value = {measure.name: measure.value or 0.0 for measure in measures}
    frontal = max(0.0, 1.0 - 2.0 * abs(value["yaw"]) - abs(value["roll_deg"]) / 60.0)
    sharp = min(1.0, value["sharpness"] / 0.2)
    return float(np.clip(face.confidence * frontal * (0.5 + 0.5 * sharp) * (0.5 + 0.5 * value["balance"]), 0.0, 1.0))
