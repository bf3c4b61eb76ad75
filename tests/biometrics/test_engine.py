"""The engine with its real weights, on the rendered cast."""

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import cv2
import numpy as np
import pytest

from biometrics.engine import FaceEngine, FrameRefused
from biometrics.model import CaptureState, Hint, Image, Template, TemplateRefused
from tests.biometrics.faces import Pose, frame_of, live, members, portrait

NAMES = [who.name for who in members()][:12]
FIRST, SECOND = NAMES[:2]


def template_of(engine: FaceEngine, image: Image) -> Template:
    capture = engine.examine(image, 1.0)
    assert capture.state is CaptureState.OK, capture.quality.failed
    assert capture.template is not None
    return capture.template


def reference_of(engine: FaceEngine, name: str) -> Template:
    capture = engine.reference(portrait(name))
    assert capture.template is not None
    return capture.template


@pytest.fixture(scope="module")
def impostors(engine: FaceEngine) -> tuple[str, str]:
    """Whose portrait and who poses as its holder: the two of the cast that look least alike."""
    portraits = {name: reference_of(engine, name) for name in NAMES}
    pairs = combinations(NAMES, 2)
    return min(pairs, key=lambda pair: engine.compare(portraits[pair[0]], [portraits[pair[1]]]).score)


def test_a_traveller_matches_the_own_portrait(engine: FaceEngine) -> None:
    result = engine.compare(reference_of(engine, FIRST), [template_of(engine, live(FIRST))])
    assert result.is_match
    assert result.score >= result.threshold + 0.2
    assert (result.frames, result.target_fmr, result.model_digest) == (1, engine.target_fmr, engine.model_digest)


def test_an_impostor_does_not_match(engine: FaceEngine, impostors: tuple[str, str]) -> None:
    holder, impostor = impostors
    assert not engine.compare(reference_of(engine, holder), [template_of(engine, live(impostor))]).is_match


def test_several_frames_give_the_mean_of_their_scores(engine: FaceEngine) -> None:
    reference = reference_of(engine, FIRST)
    frames = [template_of(engine, live(FIRST, how)) for how in (Pose.NEUTRAL, Pose.SMILE)]
    single = [engine.compare(reference, [frame]).score for frame in frames]
    fused = engine.compare(reference, frames)
    assert fused.score == pytest.approx(sum(single) / 2, abs=1e-6)
    assert fused.frames == 2
    assert fused.threshold == engine.threshold


def test_the_mean_never_matches_where_no_single_frame_does(engine: FaceEngine, impostors: tuple[str, str]) -> None:
    holder, impostor = impostors
    frames = [template_of(engine, live(impostor, how)) for how in (Pose.NEUTRAL, Pose.SMILE)]
    reference = reference_of(engine, holder)
    assert not any(engine.compare(reference, [frame]).is_match for frame in frames)
    assert not engine.compare(reference, frames).is_match


def test_two_people_of_like_size_are_several_faces(engine: FaceEngine) -> None:
    capture = engine.examine(frame_of((FIRST, Pose.NEUTRAL, 0.25), (SECOND, Pose.NEUTRAL, 0.75)), 1.0)
    assert capture.state is CaptureState.SEVERAL_FACES
    assert capture.hint is Hint.ONE_PERSON_ONLY
    assert capture.template is None


def test_a_small_face_behind_the_traveller_is_left_alone(engine: FaceEngine) -> None:
    frame = live(FIRST)
    behind = portrait(SECOND)[::8, ::8]
    frame[40 : 40 + behind.shape[0], 60 : 60 + behind.shape[1]] = behind
    assert engine.examine(frame, 1.0).state is CaptureState.OK


def test_an_empty_hall_has_no_face(engine: FaceEngine) -> None:
    capture = engine.examine(np.full((720, 1280, 3), 120, np.uint8), 2.5)
    assert capture.state is CaptureState.NO_FACE
    assert capture.captured_at_s == 2.5
    assert capture.box is None


def test_the_box_lies_on_the_face_in_the_frame(engine: FaceEngine) -> None:
    capture = engine.examine(frame_of((FIRST, Pose.NEUTRAL, 0.7)), 1.0)
    assert capture.box is not None
    left, _, width, _ = capture.box
    assert left < 0.7 * 1280 < left + width


def test_the_same_image_gives_the_same_template_in_any_thread(engine: FaceEngine) -> None:
    frame = live(FIRST)
    alone = template_of(engine, frame).vector
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: template_of(engine, frame).vector, range(4)))
    assert all(np.array_equal(alone, vector) for vector in together)


def test_templates_of_another_model_are_refused(engine: FaceEngine) -> None:
    own = reference_of(engine, FIRST)
    foreign = Template(own.vector, "another")
    with pytest.raises(TemplateRefused, match="another model"):
        engine.compare(own, [foreign])


def test_no_live_frame_is_refused(engine: FaceEngine) -> None:
    with pytest.raises(TemplateRefused, match="no live face"):
        engine.compare(reference_of(engine, FIRST), [])


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_a_template_without_numbers_cannot_be_made(broken: float) -> None:
    with pytest.raises(TemplateRefused, match="no numbers"):
        Template(np.array([0.1, broken], np.float32), "sface")


def test_nothing_personal_is_in_a_repr(engine: FaceEngine) -> None:
    capture = engine.examine(live(FIRST), 1.0)
    assert capture.template is not None
    said = repr(capture)
    assert "array" not in said
    assert "box" not in said


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((720, 1280), np.uint8),
        np.zeros((720, 1280, 4), np.uint8),
        np.zeros((720, 1280, 3), np.uint16),
        np.zeros((0, 1280, 3), np.uint8),
        np.zeros((720, 1280, 3), np.float32),
    ],
    ids=["grey", "alpha", "16-bit", "empty", "float"],
)
def test_an_array_that_is_no_image_is_refused(engine: FaceEngine, image: Image) -> None:
    with pytest.raises(FrameRefused, match="decode"):
        engine.examine(image, 1.0)


@pytest.mark.parametrize("deg", [-13.0, 13.0])
def test_a_tilted_head_is_seen_as_tilted_and_still_matches(engine: FaceEngine, deg: float) -> None:
    upright = portrait(FIRST)
    height, width = upright.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -deg, 1.0)
    tilted = np.asarray(cv2.warpAffine(upright, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    capture = engine.examine(tilted, 1.0)
    told = capture.quality["roll_deg"].value
    assert told is not None
    assert abs(told - deg) < 6.0
    result = engine.compare(template_of(engine, upright), [template_of(engine, tilted)])
    assert result.score > 0.85
