import numpy as np

from biometrics.model import (
    ATTACK_NOT_SUPPORTED,
    CaptureState,
    FaceCapture,
    Hint,
    Quality,
    Template,
)
from biometrics.selection import ALARM_FRAMES, KEPT, Selection, fold


def capture(at_s: float, score: float = 0.5, state: CaptureState = CaptureState.OK) -> FaceCapture:
    good = state is CaptureState.OK
    template = Template(np.array([1.0, score], np.float32), "m") if good else None
    return FaceCapture(
        state, template, Quality((), score), None if good else Hint.HOLD_STILL, ATTACK_NOT_SUPPORTED, at_s
    )


def after(*captures: FaceCapture, not_before_s: float = 0.0) -> Selection:
    selection = Selection(not_before_s)
    for each in captures:
        selection = fold(selection, each)
    return selection


def test_the_best_frames_are_kept_best_first() -> None:
    scores = (0.2, 0.9, 0.5, 0.1, 0.8, 0.7)
    selection = after(*(capture(1.0 + n, score) for n, score in enumerate(scores)))
    assert [each.quality.score for each in selection.best] == [0.9, 0.8, 0.7, 0.5]
    assert len(selection.templates) == KEPT
    assert selection.seen == len(scores)


def test_frames_from_before_the_door_closed_are_refused() -> None:
    selection = after(capture(4.9), capture(5.0), capture(5.1), not_before_s=5.0)
    assert (selection.seen, selection.refused) == (1, 2)
    assert [each.captured_at_s for each in selection.best] == [5.1]


def test_poor_frames_give_a_hint_and_no_template() -> None:
    selection = after(capture(1.0), capture(2.0, state=CaptureState.POOR_QUALITY))
    assert selection.hint is Hint.HOLD_STILL
    assert len(selection.templates) == 1


def test_a_second_face_alarms_only_when_it_stays() -> None:
    second = [capture(1.0 + n, state=CaptureState.SEVERAL_FACES) for n in range(ALARM_FRAMES)]
    assert not after(*second[:-1]).several_persons
    assert after(*second).several_persons
    assert not after(*second, capture(9.0)).several_persons
