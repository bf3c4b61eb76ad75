"""One traveller is one track: what jumps is another face."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biometrics.model import ATTACK_NOT_SUPPORTED, Box, CaptureState, FaceCapture, Quality
from biometrics.track import continues

HERE: Box = (500.0, 200.0, 200.0, 260.0)


def at(box: Box | None, at_s: float) -> FaceCapture:
    return FaceCapture(CaptureState.OK, None, Quality(), None, ATTACK_NOT_SUPPORTED, at_s, box)


def moved(across: float, down: float = 0.0, grown: float = 1.0) -> Box:
    return (HERE[0] + across, HERE[1] + down, HERE[2] * grown, HERE[3] * grown)


@pytest.mark.parametrize(
    ("box", "apart_s"), [(HERE, 0.1), (moved(60, 30), 0.1), (moved(400), 0.6), (moved(0, 0, 1.2), 0.1)]
)
def test_a_face_that_moves_as_faces_do_goes_on(box: Box, apart_s: float) -> None:
    assert continues(at(HERE, 1.0), at(box, 1.0 + apart_s))


@pytest.mark.parametrize(
    ("box", "apart_s"), [(moved(400), 0.1), (moved(0, 400), 0.1), (moved(0, 0, 1.7), 0.1), (moved(0, 0, 0.5), 5.0)]
)
def test_a_face_that_jumps_is_another(box: Box, apart_s: float) -> None:
    assert not continues(at(HERE, 1.0), at(box, 1.0 + apart_s))


def test_where_no_box_is_told_position_says_nothing() -> None:
    assert continues(at(None, 1.0), at(HERE, 1.1))


@given(st.floats(0, 3000), st.floats(0.05, 2.0), st.floats(0.05, 2.0))
def test_more_time_never_makes_a_jump_of_a_move(across: float, first_s: float, more_s: float) -> None:
    soon, later = at(moved(across), 1.0 + first_s), at(moved(across), 1.0 + first_s + more_s)
    assert continues(at(HERE, 1.0), later) or not continues(at(HERE, 1.0), soon)
