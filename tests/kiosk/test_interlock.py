"""Every permission of the last hand before the doors, each fact on both sides of its limit. Mutants are killed here."""

from typing import Any

import pytest

from biometrics.calibration import Calibration, committed
from drivers.model import DoorStatus
from kiosk.interlock import (
    CONFIDENCE_FLOOR,
    DECISION_FRESH_S,
    FMR_CEILING,
    MATCH_FLOORS,
    STATUS_FRESH_S,
    Custody,
    Denial,
    denies_entry,
    denies_exit,
    denies_reset,
    denies_way_back,
    is_countable,
    is_enclosed,
    is_officers_pass,
    is_onward,
    is_unbroken,
    keep,
    supports_release,
)
from records.model import DecisionRow
from tests.kiosk.statuses import ENCLOSED, status

NOW_S = 100.1
EMPTY = status(persons=0)
CLEARED = {"register": "valid", "lifted": True}
GRANT: dict[str, Any] = {
    "granted": True,
    "register": "valid",
    "watchlist": "clear",
    "attack": "passed",
    "algorithm": "sface",
    "score": 0.62,
    "threshold": 0.43,
    "target_fmr": 5e-4,
    "first_frame_at_s": 98.0,
}
OFFICERS: dict[str, Any] = {
    "officer_action": "pass",
    "officer": "officer-1",
    "officer_reason": "face compared",
    "persons": 1,
    "first_frame_at_s": 98.0,
}
KEPT = Custody(expected=1, since_s=97.0, last=ENCLOSED)


def row(at_s: float = 99.0, **changes: Any) -> DecisionRow:
    return DecisionRow("t", "digest", at_s, {**GRANT, **changes})


def test_floors_are_what_the_safety_page_says() -> None:
    assert (CONFIDENCE_FLOOR, STATUS_FRESH_S, DECISION_FRESH_S, FMR_CEILING) == (80, 0.3, 10.0, 1e-3)
    assert MATCH_FLOORS == {"sface": 0.28}


def test_the_match_floor_lies_just_below_the_calibrated_threshold_of_the_highest_permitted_rate() -> None:
    threshold = Calibration.load(committed("sface")).threshold(FMR_CEILING)
    assert 0.0 <= threshold - MATCH_FLOORS["sface"] < 0.02


# --- status ---


@pytest.mark.parametrize("changes", [{"persons": 2}, {"persons": 0}, {"persons": None}, {"sensor_healthy": False},
                                     {"barrier_stuck": True}, {"confidence": 79}])  # fmt: skip
def test_a_doubtful_count_is_no_count(changes: dict[str, Any]) -> None:
    assert not is_countable(status(**changes), 1)


def test_the_count_at_its_floor_counts() -> None:
    assert is_countable(status(confidence=80), 1)
    assert is_countable(status(persons=2), 2)


@pytest.mark.parametrize("changes", [{"emergency": True}, {"fault_latched": True}, {"heartbeat_lost": True},
                                     {"entry_closed": False}, {"exit_closed": False}, {"persons": 2}])  # fmt: skip
def test_only_two_locked_healthy_doors_enclose(changes: dict[str, Any]) -> None:
    assert is_enclosed(ENCLOSED, 1)
    assert not is_enclosed(status(**changes), 1)


# --- custody ---


@pytest.mark.parametrize("changes", [{"observed_at_s": 100.31}, {"observed_at_s": 99.9}, {"cycles": 51},
                                     {"uptime_s": 999}, {"passages_in": 4}, {"passages_back": 3}])  # fmt: skip
def test_a_change_between_two_statuses_breaks_custody(changes: dict[str, Any]) -> None:
    assert not is_unbroken(ENCLOSED, status(**changes))
    fresh = keep(KEPT, status(**changes))
    assert fresh.since_s == fresh.last.observed_at_s != 97.0  # type: ignore[union-attr]  (keep always sets it)


@pytest.mark.parametrize("changes", [{}, {"observed_at_s": 100.3}, {"uptime_s": 1001}])
def test_nothing_changed_keeps_custody(changes: dict[str, Any]) -> None:
    assert keep(KEPT, status(**changes)).since_s == 97.0


def test_custody_begins_with_the_first_enclosed_status_and_ends_with_the_first_other() -> None:
    begun = keep(Custody(), ENCLOSED)
    assert (begun.since_s, begun.last) == (100.0, ENCLOSED)
    two = status(persons=2, observed_at_s=100.1)
    assert keep(begun, two) == Custody(1, None, two)
    again = keep(keep(begun, two), status(observed_at_s=100.2))
    assert again.since_s == 100.2


def test_custody_without_a_last_status_begins_anew() -> None:
    assert keep(Custody(since_s=1.0), ENCLOSED).since_s == 100.0


def test_custody_of_two_is_not_custody_of_one() -> None:
    assert keep(Custody(expected=2), ENCLOSED).since_s is None
    assert keep(Custody(expected=2), status(persons=2)).since_s == 100.0


def test_kept_from() -> None:
    assert KEPT.kept_from(97.0)
    assert not KEPT.kept_from(96.9)
    assert not Custody().kept_from(1e9)


# --- entry ---


def test_the_entry_opens_into_an_empty_locked_chamber_for_a_cleared_document() -> None:
    assert denies_entry(EMPTY, NOW_S, CLEARED) is None
    assert denies_entry(EMPTY, 100.3, CLEARED) is None


@pytest.mark.parametrize(
    ("changes", "denial"),
    [
        ({"observed_at_s": 99.79}, Denial.STATUS_STALE),
        ({"observed_at_s": 100.2}, Denial.STATUS_STALE),
        ({"emergency": True}, Denial.EMERGENCY),
        ({"heartbeat_lost": True}, Denial.HEARTBEAT),
        ({"fault_latched": True}, Denial.FAULT),
        ({"exit_closed": False}, Denial.EXIT_NOT_LOCKED),
        ({"persons": 1}, Denial.NOT_EMPTY),
        ({"persons": None}, Denial.NOT_EMPTY),
        ({"sensor_healthy": False}, Denial.NOT_EMPTY),
    ],
)
def test_the_entry_stays_shut(changes: dict[str, Any], denial: Denial) -> None:
    assert denies_entry(status(**{"persons": 0, **changes}), NOW_S, CLEARED) is denial


@pytest.mark.parametrize("clearance", [None, {}, {"register": "valid"}, {"lifted": True},
                                       {"register": "expired", "lifted": True}, {"register": "valid", "lifted": 1},
                                       {"register": "valid", "lifted": False}])  # fmt: skip
def test_without_a_durable_clearance_the_entry_stays_shut(clearance: dict[str, Any] | None) -> None:
    assert denies_entry(EMPTY, NOW_S, clearance) is Denial.NOT_CLEARED


# --- exit ---


def test_the_exit_opens_for_a_durable_grant_of_the_person_in_custody() -> None:
    assert denies_exit(KEPT, ENCLOSED, NOW_S, row()) is None
    assert denies_exit(KEPT, ENCLOSED, NOW_S, row(NOW_S)) is None
    assert denies_exit(KEPT, ENCLOSED, NOW_S, row(first_frame_at_s=97.0)) is None
    late = status(observed_at_s=109.0)
    assert denies_exit(KEPT, late, 109.0, row(99.0)) is None


@pytest.mark.parametrize(
    ("changes", "denial"),
    [
        ({"observed_at_s": 99.0}, Denial.STATUS_STALE),
        ({"emergency": True}, Denial.EMERGENCY),
        ({"heartbeat_lost": True}, Denial.HEARTBEAT),
        ({"fault_latched": True}, Denial.FAULT),
        ({"entry_closed": False}, Denial.ENTRY_NOT_LOCKED),
        ({"persons": 2}, Denial.COUNT),
        ({"persons": 0}, Denial.COUNT),
        ({"confidence": 79}, Denial.COUNT),
    ],
)
def test_the_exit_stays_shut_for_what_the_doors_say(changes: dict[str, Any], denial: Denial) -> None:
    assert denies_exit(KEPT, status(**changes), NOW_S, row()) is denial


@pytest.mark.parametrize(
    ("decision", "denial"),
    [
        (None, Denial.NO_DECISION),
        (row(granted=False), Denial.NOT_GRANTED),
        (row(90.0), Denial.DECISION_OLD),
        (row(100.2), Denial.DECISION_OLD),
        (row(first_frame_at_s=96.9), Denial.CUSTODY),
        (row(first_frame_at_s=None), Denial.CUSTODY),
        (row(first_frame_at_s=98), Denial.CUSTODY),
    ],
)
def test_the_exit_stays_shut_for_what_the_journal_says(decision: DecisionRow | None, denial: Denial) -> None:
    assert denies_exit(KEPT, ENCLOSED, NOW_S, decision) is denial


def test_broken_custody_voids_the_decision() -> None:
    assert denies_exit(Custody(last=ENCLOSED), ENCLOSED, NOW_S, row()) is Denial.CUSTODY


def test_a_grant_for_one_opens_for_nobody_else() -> None:
    two: DoorStatus = status(persons=2)
    custody = Custody(expected=2, since_s=97.0, last=two)
    assert denies_exit(custody, two, NOW_S, DecisionRow("t", "d", 99.0, {**OFFICERS, "persons": 2})) is None
    assert denies_exit(custody, two, NOW_S, DecisionRow("t", "d", 99.0, OFFICERS)) is Denial.NOT_GRANTED


# --- what a decision must say ---


@pytest.mark.parametrize(
    "changes",
    [
        {"granted": False}, {"granted": 1}, {"register": "expired"}, {"watchlist": "hit"}, {"watchlist": "unreachable"},
        {"attack": "suspected"}, {"algorithm": "unheard-of"}, {"algorithm": None}, {"score": 0.42}, {"score": None},
        {"score": 1}, {"threshold": 0.279}, {"threshold": None}, {"target_fmr": 0.0011}, {"target_fmr": 0.0},
        {"target_fmr": None}, {"threshold": 1},
    ],
)  # fmt: skip
def test_a_grant_below_a_floor_supports_nothing(changes: dict[str, Any]) -> None:
    assert not supports_release({**GRANT, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"attack": "not_supported"}, {"score": 0.43}, {"threshold": 0.28}, {"target_fmr": 1e-3},
    ],
)  # fmt: skip
def test_a_grant_at_its_floors_supports_release(changes: dict[str, Any]) -> None:
    assert supports_release({**GRANT, **changes})


def test_two_persons_take_an_officer() -> None:
    two = status(persons=2)
    custody = Custody(expected=2, since_s=97.0, last=two)
    assert denies_exit(custody, two, NOW_S, row()) is Denial.NOT_GRANTED


@pytest.mark.parametrize("changes", [{"officer_action": "send_back"}, {"officer": ""}, {"officer_reason": ""},
                                     {"officer": None}, {"persons": 2}, {"persons": 0}])  # fmt: skip
def test_an_officers_pass_names_station_reason_and_number(changes: dict[str, Any]) -> None:
    assert is_officers_pass(OFFICERS, 1)
    assert not is_officers_pass({**OFFICERS, **changes}, 1)


@pytest.mark.parametrize(("persons", "allowed"), [(0, False), (1, True), (2, True), (3, False)])
def test_an_officer_lets_through_one_or_two(persons: int, allowed: bool) -> None:
    assert is_officers_pass({**OFFICERS, "persons": persons}, persons) is allowed


ONWARD: dict[str, Any] = {
    "officer_action": "release_onward",
    "officer": "officer-1",
    "officer_role": "shift_supervisor",
    "officer_reason": "unwell",
    "persons": 1,
}


@pytest.mark.parametrize(
    "changes",
    [{"officer_action": "release"}, {"officer_role": "lane_officer"}, {"officer_role": None}, {"officer": ""},
     {"officer_reason": ""}, {"persons": 2}, {"persons": 0}],
)  # fmt: skip
def test_a_release_to_the_state_side_is_a_supervisors_with_a_reason_and_a_number(changes: dict[str, Any]) -> None:
    assert is_onward(ONWARD, 1)
    assert not is_onward({**ONWARD, **changes}, 1)
    assert not is_officers_pass(ONWARD, 1)


@pytest.mark.parametrize(("persons", "allowed"), [(0, False), (1, True), (2, True), (3, False)])
def test_one_or_two_are_released_to_the_state_side(persons: int, allowed: bool) -> None:
    assert is_onward({**ONWARD, "persons": persons}, persons) is allowed


@pytest.mark.parametrize("persons", [1, 2])
def test_the_exit_opens_for_a_supervisors_release_of_exactly_these_people(persons: int) -> None:
    facts = {**ONWARD, "persons": persons, "first_frame_at_s": 99.0}
    decision = DecisionRow("t-1", "d", 99.5, facts)
    inside = status(persons=persons)
    custody = Custody(expected=persons, since_s=98.0, last=inside)
    assert denies_exit(custody, inside, NOW_S, decision) is None
    assert denies_exit(custody, status(persons=3 - persons), NOW_S, decision) is Denial.COUNT
    assert denies_exit(custody, status(persons=persons, entry_closed=False), NOW_S, decision) is Denial.ENTRY_NOT_LOCKED
    nobodys = DecisionRow("t-1", "d", 99.5, {**facts, "officer": ""})
    assert denies_exit(custody, inside, NOW_S, nobodys) is Denial.NOT_GRANTED


# --- the way back ---


def test_the_way_back_needs_a_locked_exit_and_nothing_else() -> None:
    lost = status(persons=None, sensor_healthy=False, fault_latched=True, entry_closed=False)
    assert denies_way_back(lost, NOW_S) is None
    assert denies_way_back(lost, 100.3) is None
    assert denies_way_back(status(exit_closed=False), NOW_S) is Denial.EXIT_NOT_LOCKED
    assert denies_way_back(status(observed_at_s=99.0), NOW_S) is Denial.STATUS_STALE
    assert denies_way_back(status(observed_at_s=100.2), NOW_S) is Denial.STATUS_STALE


def test_a_fault_is_reset_with_an_empty_chamber_behind_a_locked_exit() -> None:
    latched = status(persons=0, fault_latched=True, out_of_service=True, entry_closed=False)
    assert denies_reset(latched, NOW_S) is None
    assert denies_reset(status(persons=0, exit_closed=False), NOW_S) is Denial.EXIT_NOT_LOCKED
    assert denies_reset(status(persons=1), NOW_S) is Denial.NOT_EMPTY
    assert denies_reset(status(persons=0, sensor_healthy=False), NOW_S) is Denial.NOT_EMPTY
    assert denies_reset(status(persons=0, observed_at_s=99.0), NOW_S) is Denial.STATUS_STALE
    assert denies_reset(status(persons=0, observed_at_s=100.2), NOW_S) is Denial.STATUS_STALE


# --- limits to the last digit ---


def test_a_status_of_exactly_the_limit_is_fresh_and_one_of_this_moment_too() -> None:
    at_zero = status(observed_at_s=0.0, persons=0)
    for now_s in (0.0, STATUS_FRESH_S):
        assert denies_entry(at_zero, now_s, CLEARED) is None
        assert denies_way_back(at_zero, now_s) is None
        assert denies_reset(at_zero, now_s) is None
    assert is_unbroken(status(observed_at_s=0.0), status(observed_at_s=STATUS_FRESH_S))
    assert is_unbroken(status(observed_at_s=0.0), status(observed_at_s=0.0))
