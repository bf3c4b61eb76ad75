"""What the door controller remembers and what its wires tell it; part of simulators/door_controller.py's pure logic.

Named tuples, not dataclasses: every scan makes several altered copies, and theirs cost a quarter.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from drivers.door_registers import DoorFault
from drivers.model import CommandResult, DoorCommand, DoorEventCode


class Drive(IntEnum):
    """What a door's motor and bolt are told."""

    LOCK = 0
    OPEN = 1
    CLOSE = 2
    STOP = 3


class Cleared(IntEnum):
    """Why a permit ended: the high byte of PERMIT_CLEARED."""

    PASSED = 1
    EXPIRED = 2
    COMMANDED = 3
    COUNT = 4
    INTERLOCK = 5
    FAULT = 6
    HOST_SILENT = 7
    POWER = 8
    EMERGENCY = 9


@dataclass(frozen=True, slots=True)
class Limits:
    heartbeat_ms: int = 500
    permit_ms: int = 15000
    count_age_ms: int = 300
    movement_ms: int = 3000
    """A leaf that has not arrived by then is jammed."""
    retries: int = 2
    """Attempts to close, at low force, after the leaf has met something."""
    barrier_stuck_ms: int = 5000
    chamber_barriers: int = 0x3FC
    """The light barriers that run through the chamber itself, as bits."""
    emergency_opens_exit: bool = True
    """The profile that the site's fire officer approved; without it an emergency releases the entry alone."""


class DoorInputs(NamedTuple):
    """The wires of one door."""

    permille: int | None = 0
    """How far the leaf is open, 0..1000; None when its sensors contradict each other."""
    clear: bool = True
    """Nobody stands on the threshold."""
    edge: bool = False
    """The leaf touches something."""


class Inputs(NamedTuple):
    entry: DoorInputs = DoorInputs()
    exit: DoorInputs = DoorInputs()
    persons: int | None = 0
    count_age_ms: int = 0
    barriers: int = 0
    fire: bool = False
    emergency_button: bool = False
    key_switch: bool = False
    mains: bool = True


class Door(NamedTuple):
    """What the controller remembers of one door."""

    drive: Drive = Drive.LOCK
    moving_ms: int = 0
    retries: int = 0
    reversing: bool = False
    failed: bool = False
    """It is not closed any more until the fault is reset."""
    forced: bool = False
    seen_locked: bool = False
    """It was locked in the scan before: if it is open now, somebody has forced it."""


class Permit(NamedTuple):
    left_ms: int
    persons: int
    """How many may still pass."""
    used: bool = False
    """Somebody has passed by it."""


class State(NamedTuple):
    entry: Door = Door()
    exit: Door = Door()
    entry_wanted: bool = False
    """The entry door shall stand open. The exit has no such wish: its permit alone opens it."""
    permit: Permit | None = None
    transaction: int = 0
    finished: int = 0
    """The last transaction that ended; it cannot begin again."""
    expected: int = 1
    counted: int | None = 0
    """People in the chamber when the count was last good; None before the first good count of this life: whoever is
    inside then was there before, and has come in by no door."""
    heartbeat: int = 0
    silent_ms: int = 65535
    sequence: int = 0
    result: CommandResult = CommandResult.NONE
    command: DoorCommand = DoorCommand.NONE
    emergency: bool = False
    out_of_service: bool = False
    fault: DoorFault = DoorFault.NONE
    fault_second: DoorFault = DoorFault.NONE
    barrier_ms: int = 0
    passages_in: int = 0
    passages_back: int = 0
    tailgates: int = 0
    cycles: int = 0
    uptime_ms: int = 0
    news: tuple[int, ...] = ()
    """Events of this scan alone, as the ring codes them; who runs the controller keeps the ring."""


def boot(finished: int = 0, cycles: int = 0) -> State:
    """The state after power-up. The last finished transaction and the count of openings outlive a restart."""
    return State(counted=None, finished=finished, cycles=cycles, news=(DoorEventCode.BOOT,))


def is_locked(door: Door, inputs: DoorInputs) -> bool:
    """Closed and locked, as far as the controller can know."""
    return door.drive is Drive.LOCK and inputs.permille == 0


def is_moving(door: Door, inputs: DoorInputs) -> bool:
    """Its motor drives it, and it has not arrived."""
    return door.drive is Drive.CLOSE or (door.drive is Drive.OPEN and inputs.permille != 1000)


def is_silent(state: State, limits: Limits) -> bool:
    return state.silent_ms > limits.heartbeat_ms


def good_count(inputs: Inputs, limits: Limits) -> int | None:
    """People in the chamber by a healthy and fresh count, otherwise None."""
    return inputs.persons if inputs.count_age_ms <= limits.count_age_ms else None


def is_unfit(state: State, inputs: Inputs, limits: Limits) -> bool:
    """Nothing may be opened for a crossing."""
    return state.fault is not DoorFault.NONE or state.out_of_service or is_silent(state, limits) or not inputs.mains


def is_barrier_stuck(state: State, limits: Limits) -> bool:
    return state.barrier_ms > limits.barrier_stuck_ms


def withdraw(state: State, why: Cleared) -> State:
    """End the permit. Its transaction goes on, unless somebody has passed by it."""
    if state.permit is None:
        return state
    if state.permit.used:
        return finish(state, why)
    return tell(state._replace(permit=None), DoorEventCode.PERMIT_CLEARED, why)


def finish(state: State, why: Cleared) -> State:
    """End the permit and the transaction with it: it can neither go on nor begin again."""
    if state.permit is not None:
        state = tell(state._replace(permit=None), DoorEventCode.PERMIT_CLEARED, why)
    if state.transaction == 0:
        return state
    return state._replace(transaction=0, finished=state.transaction)


def tell(state: State, code: DoorEventCode, detail: int = 0) -> State:
    return state._replace(news=(*state.news, coded(code, detail)))


def coded(code: DoorEventCode, detail: int) -> int:
    return code | detail << 8
