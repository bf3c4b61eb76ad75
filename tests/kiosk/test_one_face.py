"""The lane looks at one face: another voids what was known, a repeated frame counts once, a dead worker nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from biometrics.model import AttackAssessment, AttackState, CaptureState, FaceCapture, MatchResult, Template
from drivers.model import Image
from kiosk import transaction
from kiosk.asked_again import asked_again
from kiosk.crossing import Crossing
from kiosk.measure import ImageWorkLost, Measure
from kiosk.policy import age_band
from simulators.population import Story
from tests.kiosk import toy
from tests.kiosk.toy import ToyMeasure, ToyRun, cross, vector_of

OTHER = Template(vector_of("Bo Sample"), "toy")
PORTRAITS = 2
"""The record's and the page's are examined before any frame of the camera."""


class Swapping(ToyMeasure):
    """From some frames on it is as if somebody else had stepped before the camera; `every` = back and forth."""

    def __init__(self, since: int, every: bool = False) -> None:
        super().__init__()
        self.since, self.every = since, every

    def examine(self, image: Image, at_s: float) -> FaceCapture:
        capture = super().examine(image, at_s)
        frame = len(self.examined_at_s) - PORTRAITS
        other = frame >= self.since and (not self.every or frame % 2 == 1)
        usable = capture.state is CaptureState.OK and frame > 0
        return replace(capture, template=OTHER) if other and usable else capture


def notes(run: ToyRun, kind: str) -> list[dict[str, object]]:
    return [dict(entry.facts) for entry in run.record.entries if entry.kind == kind]


def crossed(folder: Path, measure: ToyMeasure, *told: Story) -> ToyRun:
    return cross(ToyRun(folder, measure=measure), *(told or (Story.GENUINE,)))


def until_assessed(measure: ToyMeasure, frames: int) -> ToyMeasure:
    """The lane looks at so many usable frames before it is content."""
    known = {True: AttackState.PASSED, False: AttackState.NOT_ASSESSED}
    measure.assess = lambda seen: AttackAssessment(known[seen >= frames], None, "toy")
    return measure


def test_a_face_that_stays_is_one_track(tmp_path: Path) -> None:
    run = crossed(tmp_path, until_assessed(ToyMeasure(), 4))
    assert run.record.outcome == "PASSED"
    assert notes(run, "face_changed") == []


def test_frames_of_another_face_void_what_the_first_had_earned(tmp_path: Path) -> None:
    run = crossed(tmp_path, until_assessed(Swapping(since=3), 4))
    (changed,) = notes(run, "face_changed")
    assert changed["frames_void"] == 2
    assert (run.record.outcome, run.record.reason) == ("REFERRED", "face_differs")
    assert not run.world.exit_opened_at_s


def test_faces_that_come_and_go_raise_the_two_person_alarm(tmp_path: Path) -> None:
    run = crossed(tmp_path, until_assessed(Swapping(since=2, every=True), 4))
    assert run.record.reason == "several_persons"
    assert not run.world.exit_opened_at_s


@pytest.mark.slow
def test_a_source_that_repeats_itself_gives_no_second_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy, "sensor_noise", lambda _now_s: 7)
    run = crossed(tmp_path, until_assessed(ToyMeasure(), 4))
    assert run.record.reason in ("no_usable_face", "camera_failed")
    assert {note["why"] for note in notes(run, "frame_refused")} == {"frozen"}
    assert not run.world.exit_opened_at_s


class Dying(ToyMeasure):
    """The process that measures is killed at these looks, and is there again for the next question."""

    def __init__(self, *at_looks: int) -> None:
        super().__init__()
        self.at_looks = at_looks

    def examine(self, image: Image, at_s: float) -> FaceCapture:
        capture = super().examine(image, at_s)
        if len(self.examined_at_s) - PORTRAITS in self.at_looks:
            raise ImageWorkLost("image worker", "it ended in the middle of its work")
        return capture


@pytest.mark.parametrize(("at_look", "work"), [(-1, "reference"), (0, "page_portrait"), (1, "examine"), (3, "examine")])
def test_a_killed_image_worker_is_told_of_and_asked_again(tmp_path: Path, at_look: int, work: str) -> None:
    run = crossed(tmp_path, until_assessed(Dying(at_look), 4))
    assert [note["work"] for note in notes(run, "image_work_lost")] == [work]
    assert (run.record.outcome, run.record.reason) == ("PASSED", "passed")
    (attempt,) = notes(run, "face_attempt")
    assert attempt["frames"] == 4
    assert len(run.world.exit_opened_at_s) == 1


@pytest.mark.parametrize("at_looks", [(-1, 0), (0, 1), (1, 2), (1, 4), (3, 4)])
def test_an_image_worker_that_is_killed_again_opens_nothing_and_the_next_traveller_passes(
    tmp_path: Path, at_looks: tuple[int, int]
) -> None:
    run = crossed(tmp_path, until_assessed(Dying(*at_looks), 4), Story.GENUINE, Story.GENUINE)
    first, second = run.records
    assert first.durable
    assert (first.outcome, first.reason) == ("INTERRUPTED", "device_failed")
    assert [dict(each.facts)["device"] for each in first.entries if each.kind == "device_failed"] == ["image worker"]
    assert second.outcome == "PASSED"
    assert len(run.world.exit_opened_at_s) == 1


def test_a_frame_that_waits_too_long_for_the_next_worker_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow_to_start(measure: Measure, tx: Crossing) -> Measure:
        again = asked_again(measure, tx)

        async def ask(operation: str, *arguments: object) -> object:
            lost = tx.image_work_lost
            answer = await getattr(again, operation)(*arguments)
            if tx.image_work_lost > lost:
                await asyncio.sleep(3.0)
            return answer

        return Measure(ask)

    monkeypatch.setattr(transaction, "asked_again", slow_to_start)
    run = crossed(tmp_path, until_assessed(Dying(2), 4))
    assert [note["why"] for note in notes(run, "frame_refused")].count("image_work_lost") == 1
    assert run.record.outcome == "PASSED"
    (attempt,) = notes(run, "face_attempt")
    assert attempt["frames"] == 4


def test_the_killed_workers_question_is_asked_again_of_the_same_frame_against_the_same_threshold(
    tmp_path: Path,
) -> None:
    """Somebody else before the camera: a second asking is no second chance."""
    measure = Swapping(since=1)
    lost = iter([True])
    plain = measure.compare

    def compare(reference: Template, live: Sequence[Template]) -> MatchResult:
        if next(lost, False):
            raise ImageWorkLost("image worker", "it ended in the middle of its work")
        return plain(reference, live)

    measure.compare = compare  # type: ignore[method-assign]  # the one question that is lost
    run = crossed(tmp_path, until_assessed(measure, 4))
    assert [note["work"] for note in notes(run, "image_work_lost")] == ["compare"]
    assert (run.record.outcome, run.record.reason) == ("REFERRED", "face_differs")
    assert not run.world.exit_opened_at_s


def test_the_record_says_how_long_after_the_last_frame_it_was_decided(tmp_path: Path) -> None:
    measure = until_assessed(ToyMeasure(), 4)
    run = crossed(tmp_path, measure)
    (decided,) = (entry for entry in run.record.entries if entry.kind == "decided")
    took_ms = 1000 * (decided.at_s - measure.examined_at_s[-1])
    assert run.record.entries[-1].fact("frame_to_decision_ms") == pytest.approx(took_ms, abs=1)
    assert took_ms < 100


def test_without_a_decision_there_is_no_such_time(tmp_path: Path) -> None:
    run = crossed(tmp_path, until_assessed(Dying(1, 2), 4))
    assert run.record.entries[-1].fact("frame_to_decision_ms") is None


def test_a_decision_keeps_age_band_and_sex_and_no_birth_date(tmp_path: Path) -> None:
    run = crossed(tmp_path, ToyMeasure())
    facts = dict(next(entry.facts for entry in run.record.entries if entry.kind == "decided"))
    assert (facts["age_band"], facts["sex"]) in (("30-44", "F"), ("45-59", "M"))
    assert not any("birth" in name for name in facts)


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "under 18"),
        (17, "under 18"),
        (18, "18-29"),
        (29, "18-29"),
        (30, "30-44"),
        (74, "60-74"),
        (75, "75 and over"),
    ],
)
def test_age_bands(age: int, band: str) -> None:
    assert age_band(age) == band
