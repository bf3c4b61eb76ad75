"""What may never be seen of the door controller, written apart from it. Each rule looks at one scan.

The letters are those of the safety invariants S1-S8 in docs/safety.md, as far as they are the controller's: that the
decision was positive (S1) and durable (S8) is the kiosk's part; S5's count of people and S6 are searched for in
simulators/door_exploration.py.
"""

from collections.abc import Callable

from drivers.model import DoorCommand, DoorEventCode
from simulators.door_scene import HELD, LIMITS, Disturbance, Scan, Scene
from simulators.door_state import Drive

BROKEN_COUNTS = (Disturbance.COUNT_UNKNOWN, Disturbance.COUNT_OLD)
ALARMS = (Disturbance.FIRE, Disturbance.BUTTON)


def exit_opens_only_by_permit(scan: Scan) -> bool:
    """S1. The exit is driven open for a permit, in an emergency, or away from what it met; no other way."""
    state = scan.state
    return state.exit.drive is not Drive.OPEN or state.permit is not None or state.emergency or state.exit.reversing


def exit_unlocks_only_by_permit(scan: Scan) -> bool:
    """S1. It leaves its lock for a permit or in an emergency, and by force."""
    if scan.before.state.exit.drive is not Drive.LOCK or scan.state.exit.drive is Drive.LOCK:
        return True
    return scan.state.permit is not None or scan.state.emergency or scan.inputs.exit.permille != 0


def permit_is_granted_lawfully(scan: Scan) -> bool:
    """S1, S3. A new permit has every ground that it needs, looked up in the world and not in the controller."""
    if not _granted(scan):
        return True
    order, before = scan.order.order, scan.before
    return (
        order is not None
        and order.command is DoorCommand.OPEN_EXIT
        and scan.order.is_new
        and scan.order.is_true
        and order.transaction == before.state.transaction == HELD
        and 0 < order.permit_ds * 100 <= LIMITS.permit_ms
        and order.expected_persons in (1, 2)
        and order.expected_persons == before.persons
        and _is_sound(before)
        and _is_shut(before, scan)
        and (scan.order.beats or before.state.silent_ms < LIMITS.heartbeat_ms)
    )


def never_both_doors(scan: Scan) -> bool:
    """S2. Both doors are off their locks together only in an emergency or until both were locked again after one."""
    entry, exit_ = scan.state.entry.drive, scan.state.exit.drive
    return Drive.LOCK in (entry, exit_) or scan.after.recovering


def never_both_leaves(scan: Scan) -> bool:
    """S2, of the leaves themselves."""
    return not (scan.after.entry_permille and scan.after.exit_permille) or scan.after.recovering


def entry_unlocks_only_before_a_locked_exit(scan: Scan) -> bool:
    """S2. The entry leaves its lock only when the exit is closed and locked, in an emergency, or by force."""
    if scan.before.state.entry.drive is not Drive.LOCK or scan.state.entry.drive is Drive.LOCK:
        return True
    exit_locked = scan.state.exit.drive is Drive.LOCK and scan.inputs.exit.permille == 0
    return exit_locked or scan.state.emergency or scan.inputs.entry.permille != 0


def permit_lives_by_its_count(scan: Scan) -> bool:
    """S3. As many people as the permit still lets pass, by a good count, behind a locked entry, with nothing wrong."""
    permit, state, inputs = scan.state.permit, scan.state, scan.inputs
    if permit is None:
        return True
    return (
        inputs.persons == permit.persons > 0
        and inputs.count_age_ms <= LIMITS.count_age_ms
        and inputs.mains
        and 0 < permit.left_ms <= LIMITS.permit_ms
        and state.entry.drive is Drive.LOCK
        and inputs.entry.permille == 0
        and not (state.fault or state.emergency or state.out_of_service)
    )


def alarm_releases_both(scan: Scan) -> bool:
    """S4. From the scan in which it is noticed both doors are driven open."""
    alarmed = scan.inputs.fire or scan.inputs.emergency_button
    if not (alarmed or scan.state.emergency):
        return True
    return scan.state.emergency and (scan.state.entry.drive, scan.state.exit.drive) == (Drive.OPEN, Drive.OPEN)


def alarm_stays_until_the_key(scan: Scan) -> bool:
    """S4. It ends by a reset with the key, when its cause is gone."""
    if not scan.before.state.emergency or scan.state.emergency:
        return True
    order = scan.order.order
    is_reset = order is not None and order.command is DoorCommand.RESET_FAULT and scan.order.is_new
    return is_reset and scan.order.is_true and scan.inputs.key_switch and scan.before.disturbance not in ALARMS


def finished_transaction_stays_finished(scan: Scan) -> bool:
    """S5. The transaction held is never the one that ended last, and one that has passed under a permit has ended."""
    state = scan.state
    if state.transaction and state.transaction == state.finished:
        return False
    passed = any(code & 0xFF == DoorEventCode.PASSAGE_IN for code in state.news)
    return not passed or state.permit is not None or state.transaction == 0


def silence_withdraws_the_permit(scan: Scan) -> bool:
    """S7. A host that is not heard has no permit and no transaction, whatever else it writes."""
    if scan.state.silent_ms <= LIMITS.heartbeat_ms:
        return scan.order.beats or scan.state.silent_ms > scan.before.state.silent_ms
    return scan.state.permit is None and scan.state.transaction == 0


def silence_lets_out_backwards(scan: Scan) -> bool:
    """S6, S7. Without a host or on the battery an occupied chamber opens to the hall as soon as the exit is locked."""
    inputs, state = scan.inputs, scan.state
    retreats = state.silent_ms > LIMITS.heartbeat_ms or not inputs.mains
    exit_locked = state.exit.drive is Drive.LOCK and inputs.exit.permille == 0
    if not retreats or state.emergency or not exit_locked:
        return True
    is_empty = scan.before.persons == 0 and scan.before.disturbance not in BROKEN_COUNTS
    return (
        (state.entry.drive is not Drive.OPEN or state.entry.reversing) if is_empty else state.entry.drive is Drive.OPEN
    )


def leaf_closes_only_into_the_clear(scan: Scan) -> bool:
    """Safety of the person: no leaf is driven shut while somebody stands there or it touches something."""
    return all(
        door.drive is not Drive.CLOSE or (wires.clear and not wires.edge)
        for door, wires in ((scan.state.entry, scan.inputs.entry), (scan.state.exit, scan.inputs.exit))
    )


def leaf_gives_up(scan: Scan) -> bool:
    """Safety of the person: no leaf tries to close again after its retries."""
    return all(
        door.drive is not Drive.CLOSE or door.retries <= LIMITS.retries for door in (scan.state.entry, scan.state.exit)
    )


RULES: tuple[Callable[[Scan], bool], ...] = (
    exit_opens_only_by_permit,
    exit_unlocks_only_by_permit,
    permit_is_granted_lawfully,
    never_both_doors,
    never_both_leaves,
    entry_unlocks_only_before_a_locked_exit,
    permit_lives_by_its_count,
    alarm_releases_both,
    alarm_stays_until_the_key,
    finished_transaction_stays_finished,
    silence_withdraws_the_permit,
    silence_lets_out_backwards,
    leaf_closes_only_into_the_clear,
    leaf_gives_up,
)


def broken_rule(scan: Scan) -> str | None:
    """The first rule that this scan breaks."""
    return next((rule.__name__ for rule in RULES if not rule(scan)), None)


def _granted(scan: Scan) -> bool:
    return any(code & 0xFF == DoorEventCode.PERMIT_GRANTED for code in scan.state.news)


def _is_sound(scene: Scene) -> bool:
    wrong = (Disturbance.MAINS_OFF, *BROKEN_COUNTS, *ALARMS)
    return not (scene.state.fault or scene.state.emergency or scene.state.out_of_service or scene.disturbance in wrong)


def _is_shut(before: Scene, scan: Scan) -> bool:
    both = before.state.entry.drive is before.state.exit.drive is Drive.LOCK
    return both and scan.inputs.entry.permille == 0 and scan.inputs.exit.permille == 0
