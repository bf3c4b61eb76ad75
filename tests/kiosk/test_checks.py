"""Each sealed record says of every check what became of it, in TR-03135's five words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checks import RULES, STEP_OF, CheckResult, checks_of
from kiosk.reasons import Reason
from records.model import Entry, Fact
from simulators.population import Story
from tests.kiosk.toy import ToyRun, cross

WORDS = {"successful", "failed", "undetermined", "not_supported", "aborted"}
BEFORE_ALL = {f"check_{name}" for name in RULES}
UNSUPPORTED = {"check_chip": "not_supported", "check_attack": "not_supported"}


def of_last(run: ToyRun) -> dict[str, Fact]:
    facts = dict(run.record.entries[-1].facts)
    return {name: value for name, value in facts.items() if name.startswith("check_")}


def entry(kind: str, **facts: Fact) -> Entry:
    return Entry("gate-1", "boot-1", 1, "t1", kind, 0.0, tuple(sorted(facts.items())), "", "")


def test_the_words_are_those_of_the_guideline() -> None:
    assert {each.value for each in CheckResult} == WORDS
    assert set(STEP_OF) <= set(RULES)


def test_a_passage_has_succeeded_in_every_check_that_the_lane_supports(tmp_path: Path) -> None:
    run = cross(ToyRun(tmp_path), Story.GENUINE)
    found = of_last(run)
    assert set(found) == BEFORE_ALL
    assert "failed" not in found.values()
    assert {name: found[name] for name in UNSUPPORTED} == UNSUPPORTED
    assert "aborted" not in found.values()
    wanted = {"mrz", "zones", "document", "register", "watchlist", "one_person", "face", "page_portrait", "passage"}
    assert {name for name in wanted if found[f"check_{name}"] != "successful"} == set()


@pytest.mark.parametrize(
    ("story", "failed", "aborted"),
    [
        (Story.IMPOSTOR, {"face"}, {"passage"}),
        (Story.EXPIRED_PASSPORT, {"document"}, {"register", "one_person", "face", "passage"}),
        (Story.NO_VISA, {"register"}, {"one_person", "face", "watchlist", "passage"}),
        (Story.TWO_PERSONS, {"one_person"}, {"face", "passage"}),
        (Story.SWAPPED_PORTRAIT, {"page_portrait"}, {"passage"}),
        (Story.WATCHLISTED, {"watchlist"}, {"passage"}),
    ],
)
def test_what_failed_is_named_and_what_was_not_come_to_is_aborted(
    tmp_path: Path, story: Story, failed: set[str], aborted: set[str]
) -> None:
    found = of_last(cross(ToyRun(tmp_path), story))
    assert set(found) == BEFORE_ALL
    assert {name for name in RULES if found[f"check_{name}"] == "failed"} == failed
    assert {name for name in aborted if found[f"check_{name}"] != "aborted"} == set()


def test_the_seal_names_the_versions_that_the_record_rests_on(tmp_path: Path) -> None:
    seal = dict(cross(ToyRun(tmp_path), Story.GENUINE).record.entries[-1].facts)
    assert seal["policy"]
    assert str(seal["calibration"]).startswith("sface ")
    assert {"document_ms", "register_ms", "face_ms", "decision_ms", "settings", "attack_profile"} <= set(seal)


def test_a_crossing_cut_off_by_a_restart_has_its_checks_too(tmp_path: Path) -> None:
    first = cross(ToyRun(tmp_path), Story.GENUINE)
    entries = [each for each in first.record.entries if each.kind not in ("sealed", "decided", "passed")]
    found = checks_of(entries, Reason.CONTROLLER_RESTARTED)
    assert found["check_register"] == "successful"
    assert found["check_face"] == found["check_passage"] == "aborted"


Kinds = st.sampled_from(
    [
        entry("page_read", verdict="accept", lights=2, text=True),
        entry("page_read", verdict="rescan", lights=0, text=False),
        entry("step", name="register"),
        entry("step", name="face"),
        entry("register_answered", state="valid", objection=None, source="service"),
        entry("register_answered", state="none", objection="visa_none", source="service"),
        entry("register_failed"),
        entry("watchlist_failed"),
        entry("lost_answered", state="stolen"),
        entry("use_answered", state="unreachable"),
        entry("decided", granted=False, reason="officer_passed", officer="o1"),
        entry(
            "decided", granted=True, reason="passed", score=0.7, threshold=0.5, page_score=None, page_threshold=None,
            watchlist="clear", attack="not_assessed",
        ),
        entry("passed", passages=1),
        entry("annulled", passages=0),
    ]
)  # fmt: skip


@given(st.lists(Kinds, max_size=8), st.sampled_from(list(Reason)))
def test_whatever_a_crossing_noted_every_check_has_one_of_the_words(entries: list[Entry], reason: Reason) -> None:
    found = checks_of(entries, reason)
    assert set(found) == BEFORE_ALL
    assert set(found.values()) <= WORDS
