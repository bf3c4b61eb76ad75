"""Portraits at enrolment: accepted, or refused with every reason in words."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from biometrics.engine import FaceEngine
from biometrics.model import Image
from biometrics.portrait import ADVICE, ENROLMENT, TOO_HIGH, TOO_LOW, judge
from biometrics.quality import REFERENCE
from tests.biometrics.faces import Pose, frame_of, live, members, portrait

NAMES = [who.name for who in members()]


@pytest.mark.parametrize("name", NAMES[:6])
def test_a_passport_portrait_is_accepted(engine: FaceEngine, name: str) -> None:
    verdict = judge(engine.enrol(portrait(name)))
    assert verdict.accepted, verdict.measures
    assert verdict.reasons == ()


def blurred(image: Image) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 7), np.uint8)


def small(image: Image) -> Image:
    return np.asarray(cv2.resize(image, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA), np.uint8)


def tilted(image: Image) -> Image:
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 12, 1.0)
    return np.asarray(cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def half_dark(image: Image) -> Image:
    shade = np.where(np.arange(image.shape[1]) < image.shape[1] // 2, 0.4, 1.0)[None, :, None]
    return (image * shade).astype(np.uint8)


@pytest.mark.parametrize(
    ("spoil", "measure"),
    [(blurred, "sharpness"), (small, "eye_distance_px"), (tilted, "roll_deg"), (half_dark, "balance")],
)
def test_a_poor_portrait_is_refused_in_words(engine: FaceEngine, spoil: Callable[[Image], Image], measure: str) -> None:
    verdict = judge(engine.enrol(spoil(portrait(NAMES[0]))))
    assert not verdict.accepted
    assert measure in verdict.measures
    assert len(verdict.reasons) == len(verdict.measures) == len(verdict.advice)
    assert verdict.reasons == tuple(ADVICE[key] for key in verdict.advice)


def test_a_turned_head_is_refused(engine: FaceEngine) -> None:
    assert "yaw" in judge(engine.enrol(live(NAMES[0], Pose.LEFT))).measures


def test_no_face_and_two_faces_are_said_so(engine: FaceEngine) -> None:
    nobody = judge(engine.enrol(np.full((300, 300, 3), 200, np.uint8)))
    assert nobody.reasons == ("No face was found in the picture.",)
    assert nobody.advice == ("no_face",)
    two = judge(engine.enrol(frame_of((NAMES[0], Pose.NEUTRAL, 0.25), (NAMES[1], Pose.NEUTRAL, 0.75))))
    assert two.reasons == ("There is more than one face in the picture.",)


def test_enrolment_is_never_laxer_than_the_gate() -> None:
    for name in ("eye_detail", "mouth_detail", "sharpness", "balance", "inside", "confidence"):
        assert getattr(ENROLMENT, name) >= getattr(REFERENCE, name)
    for name in ("yaw", "roll_deg", "clipped", "cover", "disagreement"):
        assert getattr(ENROLMENT, name) <= getattr(REFERENCE, name)


def test_every_measure_has_its_sentence(engine: FaceEngine) -> None:
    names = {measure.name for measure in engine.enrol(portrait(NAMES[0])).quality.measures}
    assert names <= {*TOO_LOW, *TOO_HIGH}
