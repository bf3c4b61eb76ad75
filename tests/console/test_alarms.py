"""The life of an alarm by ISA-18.2: every state, every way out of it, what is heard when."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.alarm_board import AlarmBoard
from console.alarm_rules import HELD, OF_MODE, OF_REASON, RULES
from console.alarms import (
    HOLD_AGAIN_S,
    Alarm,
    AlarmRefused,
    Sound,
    State,
    acknowledged,
    after,
    claimed,
    raised,
    shelved,
    with_cause,
    without_cause,
)
from console.store import Store
from kiosk.modes import Mode
from kiosk.reasons import MEANINGS, Reason, Severity

P1, P2, P3 = RULES["door_forced"], RULES["face_differs"], RULES["clock_invalid"]
HOLD = RULES[HELD]


def alarm_of(code: str, at_s: float = 0.0) -> Alarm:
    return raised(RULES[code], "alarm-1", "A1", "t-1", {}, "A1|told|t-1", at_s)


def test_acknowledged_first_then_over_is_normal() -> None:
    alarm = acknowledged(alarm_of("face_differs"), P2, "officer-1", 3.0)
    assert alarm.state is State.ACKNOWLEDGED
    assert without_cause(alarm, "A1|told|t-1", 5.0).state is State.NORMAL


def test_over_first_still_waits_for_its_acknowledgement() -> None:
    alarm = without_cause(alarm_of("face_differs"), "A1|told|t-1", 2.0)
    assert alarm.state is State.RETURNED
    assert acknowledged(alarm, P2, "officer-1", 3.0).state is State.NORMAL


def test_what_is_grave_is_acknowledged_when_over_or_by_whoever_took_it_over() -> None:
    alarm = alarm_of("door_forced")
    with pytest.raises(AlarmRefused, match="not gone"):
        acknowledged(alarm, P1, "officer-1", 1.0)
    taken = claimed(alarm, "officer-1")
    assert acknowledged(taken, P1, "officer-1", 1.0).state is State.ACKNOWLEDGED
    with pytest.raises(AlarmRefused):
        acknowledged(taken, P1, "officer-2", 1.0)
    with pytest.raises(AlarmRefused, match="Another officer"):
        claimed(taken, "officer-2")
    assert acknowledged(without_cause(alarm, "A1|told|t-1", 1.0), P1, "officer-2", 2.0).state is State.NORMAL


def test_priority_one_is_never_shelved_and_nothing_for_longer_than_half_an_hour() -> None:
    with pytest.raises(AlarmRefused, match="never"):
        shelved(alarm_of("door_forced"), P1, "officer-1", 60.0, 0.0)
    with pytest.raises(AlarmRefused, match="30 minutes"):
        shelved(alarm_of("face_differs"), P2, "officer-1", 1801.0, 0.0)


def test_a_shelved_alarm_comes_back_by_itself_and_is_heard_again() -> None:
    alarm = shelved(alarm_of("face_differs"), P2, "officer-1", 600.0, 0.0)
    assert after(alarm, P2, 599.0) == (alarm, None)
    back, _ = after(alarm, P2, 600.0)
    assert back.state is State.UNACKNOWLEDGED
    assert after(back, P2, 600.1)[1] is Sound.FIRST


def test_the_sounds_of_the_three_priorities() -> None:
    assert heard("door_forced", P1, 13.0) == [(0, "first"), (4, "again"), (8, "again"), (12, "again")]
    assert heard("face_differs", P2, 70.0) == [(0, "first"), (30, "again")]
    assert heard("clock_invalid", P3, 70.0) == []


def test_a_hold_nobody_acknowledged_sounds_again_after_ten_seconds_and_warns_before_it_lapses() -> None:
    assert heard(HELD, HOLD, 60.0, ends_at_s=60.0) == [(0, "first"), (HOLD_AGAIN_S, "again"), (45, "warning")]


def test_an_acknowledged_hold_warns_all_the_same() -> None:
    alarm = acknowledged(alarm_of(HELD).model_copy(update={"ends_at_s": 60.0}), HOLD, "officer-1", 1.0)
    assert after(alarm, HOLD, 44.9)[1] is None
    warned, sound = after(alarm, HOLD, 45.0)
    assert sound is Sound.WARNING
    assert after(warned, HOLD, 46.0)[1] is None


def heard(code: str, rule: object, for_s: float, ends_at_s: float | None = None) -> list[tuple[float, str]]:
    alarm, found = alarm_of(code).model_copy(update={"ends_at_s": ends_at_s}), []
    for now_s in range(int(for_s)):
        while True:
            alarm, sound = after(alarm, rule, float(now_s))  # type: ignore[arg-type]  # a Rule
            if sound is None:
                break
            found.append((now_s, sound.value))
    return found


@given(st.lists(st.sampled_from(["cause", "over", "ack", "claim", "shelve", "wait"]), max_size=30))
def test_no_order_of_events_loses_an_alarm_that_nobody_acknowledged(events: list[str]) -> None:
    """An alarm becomes normal by an officer, or after one had acknowledged or shelved it; never by itself."""
    alarm, now_s, touched = alarm_of("face_differs"), 0.0, False
    for event in events:
        now_s += 1.0
        before = alarm
        try:
            alarm, touched = _step(alarm, event, now_s, touched)
        except AlarmRefused:
            alarm = before
        if alarm.state is State.NORMAL:
            assert touched
            return
        assert alarm.is_active or alarm.state is State.RETURNED


def _step(alarm: Alarm, event: str, now_s: float, touched: bool) -> tuple[Alarm, bool]:
    match event:
        case "cause":
            return with_cause(alarm, f"A1|told|t-{now_s}", "A1", {}, alarm.transaction, now_s), touched
        case "over":
            return (without_cause(alarm, alarm.causes[0], now_s) if alarm.causes else alarm), touched
        case "ack":
            return acknowledged(alarm, P2, "officer-1", now_s), True
        case "claim":
            return claimed(alarm, "officer-1"), touched
        case "shelve":
            return shelved(alarm, P2, "officer-1", 60.0, now_s), True
        case _:
            return after(alarm, P2, now_s)[0], touched


# --- the board ----------------------------------------------------------------------------------------------


def board_in(folder: Path) -> AlarmBoard:
    return AlarmBoard(Store(folder / "console.sqlite"))


def test_the_same_cause_at_many_lanes_is_one_alarm(tmp_path: Path) -> None:
    board = board_in(tmp_path)
    for lane in ("A1", "A2", "A3"):
        board.cause("watchlist_out", f"{lane}|mode|x", lane, "", {}, 0.0)
    (alarm,) = board.alarms.values()
    assert alarm.lanes == ("A1", "A2", "A3")
    for lane in ("A1", "A2", "A3"):
        board.over("watchlist_out", f"{lane}|mode|x", 1.0)
    board.tick(7.0)
    assert next(iter(board.alarms.values())).state is State.RETURNED


def test_a_cause_that_only_flickers_raises_nothing(tmp_path: Path) -> None:
    board = board_in(tmp_path)
    board.cause("register_out", "A1|mode|x", "A1", "", {}, 0.0)
    board.tick(1.0)
    board.over("register_out", "A1|mode|x", 1.5)
    board.tick(10.0)
    assert not board.alarms


def test_a_flood_shows_which_came_first(tmp_path: Path) -> None:
    board = board_in(tmp_path)
    codes = [code for code, rule in RULES.items() if not rule.on_delay_s][:12]
    for at, code in enumerate(codes):
        board.cause(code, f"A1|told|{code}", "A1", "t", {}, float(at))
    assert [alarm.code for alarm in board.alarms.values() if alarm.first_out] == [codes[0]]


def test_nothing_unacknowledged_or_claimed_is_lost_over_a_restart(tmp_path: Path) -> None:
    board = board_in(tmp_path)
    board.cause("door_forced", "A1|told|t-1|x", "A1", "t-1", {"measured": "open"}, 5.0)
    (alarm,) = board.alarms.values()
    board.claim(alarm, "officer-1")
    board.store.close()
    again = board_in(tmp_path)
    (kept,) = again.alarms.values()
    assert (kept.state, kept.claimed_by, kept.causes) == (State.UNACKNOWLEDGED, "officer-1", ("A1|told|t-1|x",))
    again.cause("face_differs", "A1|told|t-2|x", "A1", "t-2", {}, 6.0)
    assert len(again.alarms) == 2, "a new alarm takes no old one's name"


def test_a_lane_in_maintenance_raises_no_small_alarm_and_every_grave_one(tmp_path: Path) -> None:
    board = board_in(tmp_path)
    board.suppressed = frozenset({"A1"})
    board.cause("clock_invalid", "A1|mode|x", "A1", "", {}, 0.0)
    board.cause("door_forced", "A1|told|x", "A1", "", {}, 0.0)
    assert [alarm.code for alarm in board.alarms.values()] == ["door_forced"]


# --- the table ----------------------------------------------------------------------------------------------


def test_every_alarm_says_what_to_do_and_every_name_is_known() -> None:
    for rule in RULES.values():
        assert rule.procedure, rule.code
        assert rule.priority in (1, 2, 3)
    assert set(OF_REASON) <= {reason.value for reason in Reason}
    assert set(OF_MODE) <= {mode.value for mode in Mode}
    assert set(itertools.chain(OF_REASON.values(), OF_MODE.values())) <= set(RULES)


def test_every_critical_reason_of_the_lane_is_an_alarm_that_sounds() -> None:
    """UNSUPERVISED is the console's own doing; it shows as a closed lane."""
    for reason, meaning in MEANINGS.items():
        if meaning.severity is Severity.CRITICAL and reason is not Reason.UNSUPERVISED:
            assert RULES[OF_REASON[reason.value]].priority <= 2, reason
