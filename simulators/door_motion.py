"""How the door controller moves its leaves and what it makes of their wires; part of its pure logic."""

from drivers.door_registers import DoorFault
from drivers.model import CommandResult, DoorCommand, DoorEventCode
from simulators.door_state import (
    Cleared,
    Door,
    DoorInputs,
    Drive,
    Inputs,
    Limits,
    State,
    coded,
    finish,
    is_locked,
    is_moving,
    tell,
)


def watch_doors(state: State, inputs: Inputs, elapsed_ms: int, limits: Limits) -> State:
    entry, entry_faults = _watched(state.entry, inputs.entry, elapsed_ms, limits)
    exit_, exit_faults = _watched(state.exit, inputs.exit, elapsed_ms, limits)
    turned = [
        coded(DoorEventCode.OBSTRUCTED, which)
        for which, (now, before) in enumerate(((entry, state.entry), (exit_, state.exit)))
        if now.retries > before.retries
    ]
    state = state._replace(entry=entry, exit=exit_, news=(*state.news, *turned))
    for fault in entry_faults:
        state = _latch(state, fault)
    for fault in exit_faults:
        state = _latch(state, DoorFault(fault + 1))
    return state


def _watched(door: Door, inputs: DoorInputs, elapsed_ms: int, limits: Limits) -> tuple[Door, tuple[DoorFault, ...]]:
    """The door as its wires tell, and new faults by the entry door's names."""
    faults = []
    if door.seen_locked and inputs.permille and not door.forced:
        door = door._replace(forced=True)
        faults.append(DoorFault.ENTRY_FORCED)
    if inputs.permille is None and not door.failed:
        door = door._replace(failed=True)
        faults.append(DoorFault.ENTRY_POSITION_LOST)
    if is_moving(door, inputs):
        door = door._replace(moving_ms=min(door.moving_ms + elapsed_ms, limits.movement_ms + 1))
        if door.moving_ms > limits.movement_ms and not door.failed:
            faults.append(DoorFault.ENTRY_JAMMED)
        if door.moving_ms > limits.movement_ms:
            door = door._replace(failed=True, reversing=False)
    if door.drive is Drive.CLOSE and inputs.edge:
        door = door._replace(reversing=True, retries=door.retries + 1)
        if door.retries > limits.retries:
            door = door._replace(failed=True)
            faults.append(DoorFault.ENTRY_OBSTRUCTED)
    return door, tuple(faults)


def _latch(state: State, fault: DoorFault) -> State:
    if state.fault is DoorFault.NONE:
        state = state._replace(fault=fault)
    elif state.fault_second is DoorFault.NONE:
        state = state._replace(fault_second=fault)
    if fault in (DoorFault.ENTRY_FORCED, DoorFault.EXIT_FORCED):
        state = tell(state, DoorEventCode.FORCED, fault - DoorFault.ENTRY_FORCED)
    if fault is DoorFault.EXIT_FORCED:
        state = state._replace(entry_wanted=False)
    return finish(tell(state, DoorEventCode.FAULT, fault), Cleared.FAULT)


def drive_doors(state: State, inputs: Inputs, limits: Limits) -> State:
    """Exit first: the entry may leave its lock only when the exit keeps its own in this very scan."""
    exit_wanted = state.permit is not None or (state.emergency and limits.emergency_opens_exit)
    exit_ = _driven(state.exit, inputs.exit, exit_wanted)
    entry_wanted = state.emergency or (state.entry_wanted and is_locked(exit_, inputs.exit))
    entry = _driven(state.entry, inputs.entry, entry_wanted)
    news = (*_bolt_news(state.entry, entry, 0), *_bolt_news(state.exit, exit_, 1))
    left_locks = _leaves_lock(state.entry, entry) + _leaves_lock(state.exit, exit_)
    state = state._replace(entry=entry, exit=exit_, cycles=state.cycles + left_locks, news=(*state.news, *news))
    if state.result is CommandResult.ACCEPTED and _is_done(state, inputs):
        state = state._replace(result=CommandResult.DONE)
    return state


def _driven(door: Door, inputs: DoorInputs, wanted_open: bool) -> Door:
    if inputs.permille == 1000:
        door = door._replace(reversing=False)
    drive = _drive(door, inputs, wanted_open)
    if drive is Drive.LOCK:
        return Door(failed=door.failed, forced=door.forced, seen_locked=True)
    if drive is door.drive:
        return door
    return door._replace(drive=drive, moving_ms=0, seen_locked=False)


def _drive(door: Door, inputs: DoorInputs, wanted_open: bool) -> Drive:
    if wanted_open:
        return Drive.OPEN
    if inputs.permille == 0:
        return Drive.LOCK
    if inputs.permille is None:
        return Drive.LOCK if door.drive is Drive.LOCK else Drive.STOP
    if door.reversing:
        return Drive.OPEN
    if door.failed or inputs.edge or not inputs.clear:
        return Drive.STOP
    return Drive.CLOSE


def _leaves_lock(before: Door, now: Door) -> bool:
    return before.drive is Drive.LOCK and now.drive is not Drive.LOCK


def _bolt_news(before: Door, now: Door, which: int) -> tuple[int, ...]:
    """ENTRY_UNLOCKED or ENTRY_LOCKED; the exit's codes lie two higher."""
    if (before.drive is Drive.LOCK) is (now.drive is Drive.LOCK):
        return ()
    code = DoorEventCode.ENTRY_LOCKED if now.drive is Drive.LOCK else DoorEventCode.ENTRY_UNLOCKED
    return (code + 2 * which,)


def _is_done(state: State, inputs: Inputs) -> bool:
    match state.command:
        case DoorCommand.OPEN_ENTRY | DoorCommand.RELEASE_BACKWARDS:
            return inputs.entry.permille == 1000
        case DoorCommand.OPEN_EXIT:
            return inputs.exit.permille == 1000
        case DoorCommand.CLOSE_BOTH | DoorCommand.OUT_OF_SERVICE:
            return is_locked(state.entry, inputs.entry) and is_locked(state.exit, inputs.exit)
    return True
