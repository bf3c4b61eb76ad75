"""Pictures that hold no usable face: each has a typed answer, none has a template."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from biometrics.engine import FaceEngine
from biometrics.model import CaptureState, Hint, Image, Measure, Quality
from biometrics.portrait import judge
from biometrics.sface import SFaceBackend
from link.images import ImageRefused, decode
from tests.biometrics.faces import Pose, frame_of, live, members, portrait
from tests.biometrics.faces import engine as new_engine
from tools.make_cast.__main__ import CAST_LIST
from tools.make_cast.render import Sitter, cut_out
from tools.make_cast.sitting import pose_view
from tools.make_cast.traits import draw

NAME = members()[0].name


def scaled(image: Image, factor: float) -> Image:
    return np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def on_canvas(image: Image) -> Image:
    canvas = np.full((720, 1280, 3), 150, np.uint8)
    canvas[: image.shape[0], : image.shape[1]] = image
    return canvas


def test_a_tiny_face_is_asked_to_come_closer(engine: FaceEngine) -> None:
    capture = engine.examine(on_canvas(scaled(live(NAME), 0.3)), 1.0)
    assert capture.state is CaptureState.POOR_QUALITY
    assert capture.hint is Hint.COME_CLOSER


def test_a_huge_face_is_asked_to_step_away(engine: FaceEngine) -> None:
    capture = engine.examine(np.asarray(cv2.resize(portrait(NAME), (2000, 2500)), np.uint8), 1.0)
    assert capture.state is CaptureState.POOR_QUALITY
    assert capture.hint is Hint.STEP_AWAY


def test_a_face_cut_by_the_edge_is_no_capture(engine: FaceEngine) -> None:
    whole = engine.examine(live(NAME), 1.0)
    assert whole.box is not None
    left, _, width, _ = whole.box
    capture = engine.examine(live(NAME)[:, int(left + 0.45 * width) :], 1.0)
    assert capture.template is None


@pytest.mark.parametrize(("side", "hint"), [("left", Hint.MOVE_LEFT), ("right", Hint.MOVE_RIGHT)])
def test_a_face_at_the_edge_is_asked_to_move_into_the_picture(engine: FaceEngine, side: str, hint: Hint) -> None:
    """Of an unmirrored picture: its left is the traveller's right, so he moves to his left."""
    whole = engine.examine(live(NAME), 1.0)
    assert whole.box is not None
    left, _, width, _ = whole.box
    picture = live(NAME)
    cut = picture[:, int(left + 0.15 * width) :] if side == "left" else picture[:, : int(left + 0.85 * width)]
    capture = engine.examine(np.ascontiguousarray(cut), 1.0)
    assert (capture.state, capture.hint) == (CaptureState.POOR_QUALITY, hint)


@pytest.mark.parametrize("turn", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE, cv2.ROTATE_180])
def test_a_turned_picture_is_no_capture(engine: FaceEngine, turn: int) -> None:
    turned = np.asarray(cv2.rotate(live(NAME), turn), np.uint8)
    assert engine.examine(turned, 1.0).template is None
    assert engine.reference(np.asarray(cv2.rotate(portrait(NAME), turn), np.uint8)).template is None


def test_a_grey_portrait_is_good_enough(engine: FaceEngine) -> None:
    grey = cv2.cvtColor(portrait(NAME), cv2.COLOR_BGR2GRAY)
    capture = engine.reference(np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8))
    assert capture.state is CaptureState.OK


def test_a_blurred_face_is_asked_to_hold_still(engine: FaceEngine) -> None:
    capture = engine.examine(np.asarray(cv2.GaussianBlur(live(NAME), (0, 0), 9), np.uint8), 1.0)
    assert capture.state is CaptureState.POOR_QUALITY
    assert capture.hint is Hint.HOLD_STILL


@pytest.mark.parametrize("colour", [(200, 170, 120), (235, 235, 235), (25, 25, 28), (40, 40, 170)])
def test_a_covered_mouth_is_asked_to_uncover(engine: FaceEngine, colour: tuple[int, int, int]) -> None:
    capture = engine.examine(with_mask(engine, live(NAME), colour), 1.0)
    assert capture.state is CaptureState.POOR_QUALITY
    assert capture.hint is Hint.UNCOVER_FACE


def with_mask(engine: FaceEngine, frame: Image, colour: tuple[int, int, int]) -> Image:
    """A plain mask over the lower half of the face's box."""
    box = engine.examine(frame, 1.0).box
    assert box is not None
    left, top, width, height = (int(value) for value in box)
    corners = [(-0.05, 0.55), (0.5, 0.5), (1.05, 0.55), (0.95, 0.85), (0.5, 1.08), (0.05, 0.85)]
    outline = np.array([(left + x * width, top + y * height) for x, y in corners], np.int32)
    return np.asarray(cv2.fillPoly(frame.copy(), [outline], colour, cv2.LINE_AA), np.uint8)


def test_a_dark_frame_asks_for_light(engine: FaceEngine) -> None:
    capture = engine.examine((live(NAME) * 0.12).astype(np.uint8), 1.0)
    assert capture.template is None
    assert capture.state is CaptureState.NO_FACE or capture.hint is Hint.MORE_LIGHT


def test_noise_is_no_face(engine: FaceEngine) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (720, 1280, 3), np.uint8)
    assert engine.examine(noise, 1.0).state is CaptureState.NO_FACE


def test_a_line_drawing_is_no_capture(engine: FaceEngine) -> None:
    drawing = np.full((720, 1280, 3), 255, np.uint8)
    cv2.ellipse(drawing, (640, 360), (130, 180), 0, 0, 360, (0, 0, 0), 4)
    for eye in (580, 700):
        cv2.circle(drawing, (eye, 310), 16, (0, 0, 0), 4)
    cv2.line(drawing, (640, 330), (630, 400), (0, 0, 0), 4)
    cv2.ellipse(drawing, (640, 440), (50, 22), 0, 0, 180, (0, 0, 0), 4)
    assert engine.examine(drawing, 1.0).template is None


def test_one_pixel_is_no_face(engine: FaceEngine) -> None:
    assert engine.examine(np.zeros((1, 1, 3), np.uint8), 1.0).state is CaptureState.NO_FACE


def test_what_was_not_assessed_is_named_and_fails_nothing() -> None:
    quality = Quality((Measure("eyes_open", None, lowest=0.1, hint=Hint.OPEN_EYES),))
    assert not quality["eyes_open"].assessed
    assert quality.passed


def test_a_face_too_small_for_the_nets_is_not_assessed_by_them(engine: FaceEngine) -> None:
    quality = engine.examine(on_canvas(scaled(live(NAME), 0.22)), 1.0).quality
    assert quality["eyes_open"].value is None
    assert quality["expression"].value is None


@pytest.fixture(scope="module")
def sitter() -> Sitter:
    return Sitter.of(draw(json.loads(CAST_LIST.read_text(encoding="utf-8"))[0]))


def seen(sitter: Sitter, **expression: float) -> Image:
    """A frame of somebody who holds the face like that; the names are those of tools/make_cast."""
    keys = {name.replace("_", "-"): weight for name, weight in expression.items()}
    figure = cut_out(sitter, replace(pose_view(Pose.NEUTRAL), expression=keys))
    return on_canvas(np.asarray(figure[:, :, :3], np.uint8))


@pytest.mark.slow
def test_closed_eyes_are_asked_to_open(engine: FaceEngine, sitter: Sitter) -> None:
    shut = engine.examine(seen(sitter, eye_left_closure=1.0, eye_right_closure=1.0), 1.0)
    assert shut.state is CaptureState.POOR_QUALITY
    assert shut.hint is Hint.OPEN_EYES
    one = engine.examine(seen(sitter, eye_left_closure=1.0), 1.0)
    assert one.hint is Hint.OPEN_EYES
    assert engine.examine(seen(sitter), 1.0).state is CaptureState.OK


@pytest.mark.slow
def test_an_open_mouth_is_less_neutral(engine: FaceEngine, sitter: Sitter) -> None:
    still, talking = (engine.enrol(seen(sitter, mouth_open=share)).quality["expression"].value for share in (0.0, 0.9))
    assert still is not None
    assert talking is not None
    assert talking < 0.5 < still


def test_a_face_on_the_shirt_is_not_the_traveller(engine: FaceEngine) -> None:
    """Neither is a small face behind: the nearest one is looked at, and it alone."""
    alone = engine.examine(live(NAME), 1.0)
    crowded = live(NAME)
    for left, top in ((560, 560), (60, 120)):
        small = scaled(portrait(members()[1].name), 0.22)
        crowded[top : top + small.shape[0], left : left + small.shape[1]] = small
    capture = engine.examine(crowded, 1.0)
    assert capture.state is CaptureState.OK
    assert alone.template is not None
    assert capture.template is not None
    assert float(alone.template.vector @ capture.template.vector) > 0.95


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_a_net_that_gives_no_numbers_gives_no_template(monkeypatch: pytest.MonkeyPatch, broken: float) -> None:
    monkeypatch.setattr(SFaceBackend, "embed", lambda *_: np.full(128, broken, np.float32))
    spoilt = new_engine()
    for capture in (spoilt.examine(live(NAME), 1.0), spoilt.reference(portrait(NAME)), spoilt.enrol(portrait(NAME))):
        assert (capture.state, capture.template) == (CaptureState.UNMEASURABLE, None)
    assert judge(capture).reasons == ("The face could not be measured: take the picture again.",)
    assert not judge(capture).accepted


def test_a_crowd_is_several_faces(engine: FaceEngine) -> None:
    names = [who.name for who in members()][:4]
    crowd = frame_of(*((name, Pose.NEUTRAL, 0.14 + 0.24 * place) for place, name in enumerate(names)))
    capture = engine.examine(crowd, 1.0)
    assert (capture.state, capture.template) == (CaptureState.SEVERAL_FACES, None)
    assert capture.hint is Hint.ONE_PERSON_ONLY


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused_or_has_a_typed_answer(engine: FaceEngine, cut: float) -> None:
    data = cv2.imencode(".jpg", portrait(NAME))[1].tobytes()
    try:
        image = decode(data[: int(cut * len(data))])
    except ImageRefused as refused:
        assert NAME.split()[0] not in str(refused)
        return
    assert isinstance(engine.reference(image).state, CaptureState)


def test_sixteen_bit_grey_and_alpha_files_match_their_plain_twin(engine: FaceEngine) -> None:
    plain = portrait(NAME)
    grey = cv2.cvtColor(plain, cv2.COLOR_BGR2GRAY)
    whole = engine.reference(plain).template
    assert whole is not None
    for other in (plain.astype(np.uint16) * 257, grey, np.dstack([plain, np.full(grey.shape, 200, np.uint8)])):
        template = engine.reference(decode(cv2.imencode(".png", other)[1].tobytes())).template
        assert template is not None
        assert float(whole.vector @ template.vector) > 0.8


def test_no_picture_or_vector_is_in_a_repr(engine: FaceEngine) -> None:
    capture = engine.examine(live(NAME), 1.0)
    assert capture.template is not None
    assert "array" not in repr(capture)
    assert str(float(capture.template.vector[0]))[:6] not in repr(capture)
