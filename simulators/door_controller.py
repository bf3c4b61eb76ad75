"""The door controller's own logic: what a PLC would run, one scan at a time.

Pure, without I/O and without a clock, so that it can be carried over to a PLC or to C, and so that every state it can
reach is explored (simulators/door_exploration.py). It trusts nobody above it. The rules it holds, whatever is asked:

* the exit leaves its lock only for a live permit: of the transaction held, entry closed and locked, as many people
  counted as the permit expects, heard from a host that is alive; one permit lets out that many people and no more
* the entry leaves its lock only while the exit is closed and locked
* fire and emergency release the doors, latched until they are reset with the key; nothing that is asked can stop that
* a host that falls silent, or mains that fail, take the permit away; an occupied chamber opens backwards to the hall
* a leaf closes only while nobody stands in its way, turns back where it meets something, and gives up after retries

A transaction begins with OPEN_ENTRY into an empty chamber and ends with a passage, a break in the count under its
permit, a fault, an emergency, a silent host, or a command for another one. A command is new when its sequence is
1..32767 ahead (modulo 65536) of the last one looked at; the same sequence again is the same command, and any other is
not looked at.
"""

from collections.abc import Sequence

from drivers.model import DoorEventCode
from simulators.door_commands import Order, answer, is_new, parted
from simulators.door_motion import drive_doors, watch_doors
from simulators.door_state import (
    Cleared,
    Inputs,
    Limits,
    State,
    finish,
    good_count,
    is_locked,
    is_silent,
    tell,
    withdraw,
)


def step(state: State, inputs: Inputs, registers: Sequence[int] | None, elapsed_ms: int, limits: Limits) -> State:
    """One scan. `registers` are 100..109 as the host wrote them since the last scan, None when it wrote nothing."""
    order = None if registers is None else parted(registers)
    state = _advance_timers(state, inputs, order, elapsed_ms, limits)
    state = _watch_emergency(state, inputs)
    state = watch_doors(state, inputs, elapsed_ms, limits)
    state = _watch_count(state, inputs, limits)
    state = _watch_permit(state, inputs, limits)
    if order is not None and is_new(state, order):
        state = answer(state, inputs, order, limits)
    state = _retreat(state, inputs, limits)
    return drive_doors(state, inputs, limits)


def _advance_timers(state: State, inputs: Inputs, order: Order | None, elapsed_ms: int, limits: Limits) -> State:
    heartbeat = state.heartbeat if order is None else order.heartbeat
    beats = heartbeat not in (0, 0xFFFF, state.heartbeat)
    silent_ms = 0 if beats else min(state.silent_ms + elapsed_ms, limits.heartbeat_ms + 1)
    lost = silent_ms > limits.heartbeat_ms >= state.silent_ms
    left = inputs.barriers & limits.chamber_barriers != 0 and good_count(inputs, limits) == 0
    return state._replace(
        heartbeat=heartbeat if beats else state.heartbeat,
        silent_ms=silent_ms,
        permit=state.permit and state.permit._replace(left_ms=max(0, state.permit.left_ms - elapsed_ms)),
        barrier_ms=min(state.barrier_ms + elapsed_ms, limits.barrier_stuck_ms + 1) if left else 0,
        uptime_ms=state.uptime_ms + elapsed_ms,
        news=(DoorEventCode.HEARTBEAT_LOST,) if lost else (),
    )


def _watch_emergency(state: State, inputs: Inputs) -> State:
    if state.emergency or not (inputs.fire or inputs.emergency_button):
        return state
    state = finish(state, Cleared.EMERGENCY)
    return tell(state._replace(emergency=True), DoorEventCode.EMERGENCY_ON)


def _watch_count(state: State, inputs: Inputs, limits: Limits) -> State:
    """Tell passages and intruders from a change of the count and from which door is not closed."""
    count = good_count(inputs, limits)
    if count is None:
        return state
    if state.counted is None:
        return state._replace(counted=count)
    change = count - state.counted
    state = state._replace(counted=count)
    entry_locked, exit_locked = is_locked(state.entry, inputs.entry), is_locked(state.exit, inputs.exit)
    if change > 0:
        return _came(state, count, change, not exit_locked)
    if change == 0 or entry_locked is exit_locked:
        return state
    if entry_locked:
        state = state._replace(passages_in=state.passages_in - change & 0xFFFF)
        return _passed(tell(state, DoorEventCode.PASSAGE_IN, -change), -change)
    state = state._replace(passages_back=state.passages_back - change & 0xFFFF)
    return tell(state, DoorEventCode.PASSAGE_BACK, -change)


def _came(state: State, count: int, persons: int, through_exit: bool) -> State:
    """More people than before: one too many, or one from the wrong side."""
    if not through_exit and count <= state.expected:
        return state
    state = tell(state._replace(tailgates=state.tailgates + persons & 0xFFFF), DoorEventCode.TAILGATE, count)
    return finish(state, Cleared.COUNT) if through_exit else state


def _passed(state: State, persons: int) -> State:
    """The permit counts down with every passage; what it never allowed breaks the count, which ends it."""
    if state.permit is None:
        return finish(state, Cleared.PASSED)
    left = state.permit.persons - persons
    return state._replace(permit=state.permit._replace(persons=left, used=True))


def _watch_permit(state: State, inputs: Inputs, limits: Limits) -> State:
    permit = state.permit
    if permit is None:
        return state if inputs.mains and not is_silent(state, limits) else finish(state, Cleared.HOST_SILENT)
    if permit.persons <= 0:
        return finish(state, Cleared.PASSED)
    if is_silent(state, limits):
        return finish(state, Cleared.HOST_SILENT)
    if not inputs.mains:
        return finish(state, Cleared.POWER)
    if good_count(inputs, limits) != permit.persons:
        return finish(state, Cleared.COUNT)
    if not is_locked(state.entry, inputs.entry):
        return finish(state, Cleared.INTERLOCK)
    if permit.left_ms == 0:
        return withdraw(state, Cleared.EXPIRED)
    return state


def _retreat(state: State, inputs: Inputs, limits: Limits) -> State:
    """Without a host, or on the battery: let out backwards whoever is, or may be, inside; otherwise shut."""
    if inputs.mains and not is_silent(state, limits):
        return state
    return state._replace(entry_wanted=good_count(inputs, limits) != 0)
