"""The last hand before the doors.

Whatever the rest of the kiosk believes, a movement that this file does not permit is never asked of the door
controller. Deny is the default: every permission is written out. It reads the evidence itself: the decision from the
journal's file, the person's custody from the controller's own status. Its floors are constants of this file; no site
file can lower them. Below it the door controller enforces its own rules once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from drivers.model import DoorStatus
from records.model import DecisionRow, Fact

MATCH_FLOORS: Mapping[str, float] = {"sface": 0.28}
"""Lowest threshold that a decision may rest on, by algorithm: just below what the committed calibration gives for a
false match rate of FMR_CEILING (a test holds it there). An algorithm without a floor opens nothing."""
FMR_CEILING = 1e-3
CONFIDENCE_FLOOR = 80
STATUS_FRESH_S = 0.3
"""A count older than this is no count; a gap longer than this breaks custody."""
DECISION_FRESH_S = 10.0
MAX_PERSONS = 2

Facts = Mapping[str, Fact]


class Denial(Enum):
    """Why a movement is not permitted."""

    STATUS_STALE = "the doors' status is too old"
    EMERGENCY = "fire or emergency is active"
    FAULT = "the door controller reports a fault"
    HEARTBEAT = "the door controller misses the heartbeat"
    ENTRY_NOT_LOCKED = "the entry door is not closed and locked"
    EXIT_NOT_LOCKED = "the exit door is not closed and locked"
    NOT_EMPTY = "the chamber is not proved empty"
    COUNT = "the count is not the expected one, healthy and sure"
    NOT_CLEARED = "no durable clearance of this transaction"
    NO_DECISION = "no durable decision of this transaction"
    NOT_GRANTED = "the decision does not support a passage"
    DECISION_OLD = "the decision is too old"
    CUSTODY = "a door or the count changed after the face was taken"
    USED = "this transaction's passage was already used"


# --- custody: since when the right number of people has been alone between two locked doors ---


@dataclass(frozen=True, slots=True)
class Custody:
    """`since_s` is None while there is no custody; a break starts it anew."""

    expected: int = 1
    since_s: float | None = None
    last: DoorStatus | None = None

    def kept_from(self, at_s: float) -> bool:
        """True when nothing changed from `at_s` until the newest status."""
        return self.since_s is not None and self.since_s <= at_s


def is_countable(status: DoorStatus, expected: int) -> bool:
    """The counter says `expected`, and can be believed."""
    return (
        status.persons == expected
        and status.sensor_healthy
        and not status.barrier_stuck
        and status.confidence >= CONFIDENCE_FLOOR
    )


def is_enclosed(status: DoorStatus, expected: int) -> bool:
    """Both doors closed and locked around exactly `expected` people, and nothing wrong."""
    healthy = not (status.emergency or status.fault_latched or status.heartbeat_lost)
    return healthy and status.entry_closed and status.exit_closed and is_countable(status, expected)


def is_unbroken(before: DoorStatus, now: DoorStatus) -> bool:
    """No door opened, nobody passed, and the controller did not restart between two statuses."""
    return (
        0.0 <= now.observed_at_s - before.observed_at_s <= STATUS_FRESH_S
        and now.cycles == before.cycles
        and now.uptime_s >= before.uptime_s
        and now.passages_in == before.passages_in
        and now.passages_back == before.passages_back
    )


def keep(custody: Custody, status: DoorStatus) -> Custody:
    """Fold one status into the custody."""
    if not is_enclosed(status, custody.expected):
        return replace(custody, since_s=None, last=status)
    if custody.since_s is None or custody.last is None or not is_unbroken(custody.last, status):
        return replace(custody, since_s=status.observed_at_s, last=status)
    return replace(custody, last=status)


# --- permissions: None is yes ---


def _unfit(status: DoorStatus, now_s: float) -> Denial | None:
    if not 0.0 <= now_s - status.observed_at_s <= STATUS_FRESH_S:
        return Denial.STATUS_STALE
    if status.emergency:
        return Denial.EMERGENCY
    if status.heartbeat_lost:
        return Denial.HEARTBEAT
    return Denial.FAULT if status.fault_latched else None


def denies_entry(status: DoorStatus, now_s: float, clearance: Facts | None) -> Denial | None:
    """The entry opens into a chamber proved empty, for a lifted document that the register answered for."""
    if unfit := _unfit(status, now_s):
        return unfit
    if not status.exit_closed:
        return Denial.EXIT_NOT_LOCKED
    if not is_countable(status, 0):
        return Denial.NOT_EMPTY
    cleared = clearance is not None and clearance.get("register") == "valid" and clearance.get("lifted") is True
    return None if cleared else Denial.NOT_CLEARED


def denies_exit(custody: Custody, status: DoorStatus, now_s: float, decision: DecisionRow | None) -> Denial | None:
    """The exit opens for a durable grant while the person that it was given to is still alone inside."""
    if unfit := _unfit(status, now_s):
        return unfit
    if not status.entry_closed:
        return Denial.ENTRY_NOT_LOCKED
    if not is_countable(status, custody.expected):
        return Denial.COUNT
    if decision is None:
        return Denial.NO_DECISION
    alone = custody.expected == 1 and supports_release(decision.facts)
    by_people = is_officers_pass(decision.facts, custody.expected) or is_onward(decision.facts, custody.expected)
    if not (alone or by_people):
        return Denial.NOT_GRANTED
    if not 0.0 <= now_s - decision.at_s <= DECISION_FRESH_S:
        return Denial.DECISION_OLD
    seen_at_s = decision.facts.get("first_frame_at_s")
    kept = isinstance(seen_at_s, float) and custody.kept_from(seen_at_s)
    return None if kept else Denial.CUSTODY


def denies_way_back(status: DoorStatus, now_s: float) -> Denial | None:
    """The way back to the hall needs a locked exit and nothing else: nobody is shut in for a lost count."""
    if not 0.0 <= now_s - status.observed_at_s <= STATUS_FRESH_S:
        return Denial.STATUS_STALE
    return None if status.exit_closed else Denial.EXIT_NOT_LOCKED


def denies_reset(status: DoorStatus, now_s: float) -> Denial | None:
    """A latched fault is reset only with the chamber proved empty behind a locked exit; the controller asks more."""
    if not 0.0 <= now_s - status.observed_at_s <= STATUS_FRESH_S:
        return Denial.STATUS_STALE
    if not status.exit_closed:
        return Denial.EXIT_NOT_LOCKED
    return None if is_countable(status, 0) else Denial.NOT_EMPTY


def supports_release(decision: Facts) -> bool:
    """The machine's own grant, each of its facts held against this file's floors."""
    floor = MATCH_FLOORS.get(str(decision.get("algorithm")))
    score, threshold, target_fmr = decision.get("score"), decision.get("threshold"), decision.get("target_fmr")
    if floor is None:
        return False
    if not (isinstance(score, float) and isinstance(threshold, float) and isinstance(target_fmr, float)):
        return False
    return (
        decision.get("granted") is True
        and decision.get("register") == "valid"
        and decision.get("watchlist") == "clear"
        and decision.get("attack") in ("passed", "not_supported")
        and 0.0 < target_fmr <= FMR_CEILING
        and threshold >= floor
        and score >= threshold
    )


def is_officers_pass(decision: Facts, expected: int) -> bool:
    """An officer let these people through, by name of his station and with a reason."""
    return (
        decision.get("officer_action") == "pass"
        and bool(decision.get("officer"))
        and bool(decision.get("officer_reason"))
        and decision.get("persons") == expected
        and 1 <= expected <= MAX_PERSONS
    )


def is_onward(decision: Facts, expected: int) -> bool:
    """A supervisor lets out to the state side whoever is inside, by name of the station and with a reason."""
    return (
        decision.get("officer_action") == "release_onward"
        and decision.get("officer_role") == "shift_supervisor"
        and bool(decision.get("officer"))
        and bool(decision.get("officer_reason"))
        and decision.get("persons") == expected
        and 1 <= expected <= MAX_PERSONS
    )
