"""The face work of one lane: images in, captures and match results out.

Synchronous and thread-safe; knows no clock and does no input or output after it was made.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from biometrics import backends
from biometrics.attack import AttackProfile, assess, observe
from biometrics.calibration import Calibration
from biometrics.model import (
    ATTACK_NOT_SUPPORTED,
    AttackAssessment,
    CaptureState,
    Face,
    FaceCapture,
    Hint,
    Image,
    MatchResult,
    Quality,
    Template,
    TemplateRefused,
)
from biometrics.portrait import ENROLMENT
from biometrics.quality import LIVE, REFERENCE, QualityLimits
from biometrics.quality import assess as assess_quality

COMPARABLE_FACE = 0.5
"""A second face with at least this share of the nearest one's eye distance stands in the lane; a smaller one is
behind it, or printed on a shirt."""


class FrameRefused(ValueError):
    """Not an image of the house's form (height x width x 3, 8 bit)."""


class FaceEngine:
    """One matcher at one operating point. Raises CalibrationRefused, WeightsRefused or BackendRefused when made."""

    def __init__(
        self,
        calibration: Calibration,
        target_fmr: float,
        backend: str = "sface",
        attack_profile: AttackProfile | None = None,
    ) -> None:
        self._backend = backends.load(backend)
        calibration.require_model(self._backend.digest)
        self._average = np.array(calibration.average, np.float32)
        self._attack_profile = attack_profile
        self.target_fmr = target_fmr
        self.threshold = calibration.threshold(target_fmr)

    @property
    def model_digest(self) -> str:
        return self._backend.digest

    @property
    def algorithm(self) -> str:
        return self._backend.name

    def reference(self, image: Image) -> FaceCapture:
        """A portrait that is on record: exactly one face, within the limits for portraits."""
        return self._capture(image, 0.0, REFERENCE)[0]

    def enrol(self, image: Image) -> FaceCapture:
        """A portrait that may be put on record, within stricter limits; biometrics.portrait.judge says it in words."""
        return self._capture(image, 0.0, ENROLMENT)[0]

    def examine(self, image: Image, at_s: float) -> FaceCapture:
        """A live frame: the nearest face, alone, within the limits for live frames."""
        capture, face = self._capture(image, at_s, LIVE)
        if self._attack_profile is None or face is None or capture.state is not CaptureState.OK:
            return capture
        return replace(capture, observation=observe(image, face))

    def assess_attack(self, captures: Sequence[FaceCapture]) -> AttackAssessment:
        """Was an artefact shown? One answer for all frames of an attempt, oldest first; needs two, and a profile."""
        if self._attack_profile is None:
            return ATTACK_NOT_SUPPORTED
        seen = [capture.observation for capture in captures if capture.observation is not None]
        return assess(seen, self._attack_profile)

    def compare(self, reference: Template, live: Sequence[Template]) -> MatchResult:
        """The mean score of the live frames, against the threshold of a single one.

        A mean over frames of one person cannot exceed a threshold that none of the frames exceeds, and spreads less:
        the rate stated for one frame bounds it (measured: docs/biometrics.md). Raises TemplateRefused.
        """
        if not live:
            raise TemplateRefused("there is no live face to compare: take a frame first")
        for template in (reference, *live):
            self._require_own(template)
        frames = np.stack([each.vector for each in live])
        score = float(self._backend.similarities(reference.vector[None], frames, self._average).mean())
        return MatchResult(
            score,
            self.threshold,
            self.target_fmr,
            score >= self.threshold,
            self.algorithm,
            self.model_digest,
            len(live),
        )

    def _require_own(self, template: Template) -> None:
        if template.model != self.model_digest:
            raise TemplateRefused("a face template is of another model: compute it again with this engine")

    def _capture(self, image: Image, at_s: float, limits: QualityLimits) -> tuple[FaceCapture, Face | None]:
        require_image(image)
        near = [face for face in self._backend.find(image) if face.confidence >= limits.confidence]
        if not near:
            return _without_face(CaptureState.NO_FACE, None, at_s), None
        if stands_beside(near):
            return _without_face(CaptureState.SEVERAL_FACES, Hint.ONE_PERSON_ONLY, at_s), None
        face = self._backend.look_again(image, near[0])
        return self._judged(image, face, at_s, limits), face

    def _judged(self, image: Image, face: Face, at_s: float, limits: QualityLimits) -> FaceCapture:
        quality = assess_quality(image, face, limits)
        state, template = self._measured(image, face) if quality.passed else (CaptureState.POOR_QUALITY, None)
        return FaceCapture(state, template, quality, quality.hint, ATTACK_NOT_SUPPORTED, at_s, face.box)

    def _measured(self, image: Image, face: Face) -> tuple[CaptureState, Template | None]:
        try:
            return CaptureState.OK, Template(self._backend.embed(image, face), self.model_digest)
        except TemplateRefused:
            return CaptureState.UNMEASURABLE, None


def require_image(image: Image) -> None:
    """Raises FrameRefused."""
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in image.shape:
        raise FrameRefused("the image is not height x width x 3 of 8 bit: decode it with link.images first")


def stands_beside(faces: Sequence[Face]) -> bool:
    """True when a second face is about as near as the nearest."""
    return len(faces) > 1 and max(f.eye_distance_px for f in faces[1:]) >= COMPARABLE_FACE * faces[0].eye_distance_px


def _without_face(state: CaptureState, hint: Hint | None, at_s: float) -> FaceCapture:
    return FaceCapture(state, None, Quality(), hint, ATTACK_NOT_SUPPORTED, at_s)
