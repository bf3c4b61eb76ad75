"""What the face work hands over: arrays in, numbers out. All frozen; images and vectors never reach a `repr`.

Scores run one way: higher is more alike. What could not be assessed is a value of its own, never a zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""Height x width x 3, blue-green-red, 0..255 (OpenCV's order)."""

Vector = NDArray[np.float32]
"""[n], or [m, n] for several; what it means is its model's affair."""

Points = NDArray[np.float32]
"""[5, 2]: the eye on the picture's left, the other eye, tip of the nose, the two corners of the mouth; x, y in px."""

Box = tuple[float, float, float, float]
"""Left, top, width, height in px of the frame; may reach over its edge."""


class TemplateRefused(ValueError):
    """A vector that is no template: of another model, another length, or with values that are no numbers."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face found in an image."""

    box: Box = field(repr=False)
    points: Points = field(repr=False)
    confidence: float
    """The detector's own score, 0..1."""
    disagreement: float | None = None
    """How far close looks at the points lie apart, in eye distances; None before the face was looked at again."""

    @property
    def eye_distance_px(self) -> float:
        return float(np.linalg.norm(self.points[1] - self.points[0]))


@dataclass(frozen=True, slots=True)
class Template:
    """A face as a vector of one model. Two templates compare only when they are of the same model."""

    vector: Vector = field(repr=False)
    model: str
    """Digest of all that the vector depends on: weights, crop, views."""

    def __post_init__(self) -> None:
        if self.vector.ndim != 1 or self.vector.size == 0:
            raise TemplateRefused("the face template is not one vector: take the picture again")
        if not np.isfinite(self.vector).all():
            raise TemplateRefused("the face template has values that are no numbers: take the picture again")


class Hint(Enum):
    """The one thing that a traveller can do about a poor picture."""

    COME_CLOSER = "come_closer"
    STEP_AWAY = "step_away"
    MOVE_LEFT = "move_left"
    """To the traveller's own left: the picture's right."""
    MOVE_RIGHT = "move_right"
    FACE_THE_CAMERA = "face_the_camera"
    UNCOVER_FACE = "uncover_face"
    HOLD_STILL = "hold_still"
    MORE_LIGHT = "more_light"
    ONE_PERSON_ONLY = "one_person_only"
    OPEN_EYES = "open_eyes"


@dataclass(frozen=True, slots=True)
class Measure:
    """One property of a face picture, held against its limits. `value` None = it could not be assessed."""

    name: str
    value: float | None
    lowest: float | None = None
    highest: float | None = None
    hint: Hint | None = None
    """What to ask of the traveller when it fails."""

    @property
    def assessed(self) -> bool:
        return self.value is not None

    @property
    def passed(self) -> bool:
        """False only for a value outside its limits: what was not assessed fails nothing and proves nothing."""
        if self.value is None:
            return True
        above = self.lowest is None or self.value >= self.lowest
        below = self.highest is None or self.value <= self.highest
        return above and below


@dataclass(frozen=True, slots=True)
class Quality:
    """Named measures of one face, in the order in which a traveller should mend them."""

    measures: tuple[Measure, ...] = ()
    score: float = 0.0
    """0..1, for choosing between frames of one traveller; never for the decision."""

    @property
    def passed(self) -> bool:
        return all(measure.passed for measure in self.measures)

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(measure.name for measure in self.measures if not measure.passed)

    @property
    def hint(self) -> Hint | None:
        return next((measure.hint for measure in self.measures if not measure.passed), None)

    def __getitem__(self, name: str) -> Measure:
        return next(measure for measure in self.measures if measure.name == name)


class CaptureState(Enum):
    OK = "ok"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    POOR_QUALITY = "poor_quality"
    UNMEASURABLE = "unmeasurable"
    """The net gave no numbers for it."""


class AttackState(Enum):
    """Whether an artefact was held to the camera. Neither of the first two is ever `PASSED`."""

    NOT_SUPPORTED = "not_supported"
    """There is no profile for this camera."""
    NOT_ASSESSED = "not_assessed"
    """There is a profile, and too little to judge by yet."""
    PASSED = "passed"
    SUSPECTED = "suspected"


@dataclass(frozen=True, slots=True)
class AttackAssessment:
    """Kept apart from the match. `score`: higher is more like an attack; None = not assessed."""

    state: AttackState
    score: float | None = None
    profile: str = ""
    """Name of the calibration that judged it."""
    cues: Mapping[str, float] = field(default_factory=dict)


ATTACK_NOT_SUPPORTED = AttackAssessment(AttackState.NOT_SUPPORTED)


@dataclass(frozen=True, slots=True)
class Observation:
    """What one frame says of an artefact: cues of its own, and small pictures to hold against the next frame's."""

    cues: NDArray[np.float64] = field(repr=False)
    spectrum: Vector = field(repr=False)
    """[256, 129]: logarithm of the spectrum of the face as it stands in the frame."""
    face: Vector = field(repr=False)
    """[128, 128]: the straightened face, its brightness, smoothed."""
    surround: Vector = field(repr=False)
    """[48, 48]: what is about the face, moved along with it, evened out."""


@dataclass(frozen=True, slots=True)
class FaceCapture:
    """What one image gave. There is a template only when `state` is OK."""

    state: CaptureState
    template: Template | None
    quality: Quality
    hint: Hint | None
    attack: AttackAssessment
    captured_at_s: float
    """Monotonic seconds of the lane's clock; 0 for a reference portrait."""
    box: Box | None = field(default=None, repr=False)
    observation: Observation | None = field(default=None, repr=False)
    """Of a live frame that is OK, where the engine has an attack profile: for FaceEngine.assess_attack."""


@dataclass(frozen=True, slots=True)
class MatchResult:
    """One 1:1 comparison with all that it depended on."""

    score: float
    threshold: float
    target_fmr: float
    is_match: bool
    algorithm: str
    model_digest: str
    frames: int
    """How many live frames the score is made of."""
