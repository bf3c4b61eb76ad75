"""What the host may ask of the door controller, and when it is refused; part of its pure logic."""

from collections.abc import Sequence
from typing import NamedTuple

from drivers.door_registers import DoorFault
from drivers.model import CommandResult, DoorCommand, DoorEventCode
from simulators.door_state import (
    Cleared,
    Door,
    Inputs,
    Limits,
    Permit,
    State,
    finish,
    good_count,
    is_locked,
    is_unfit,
    tell,
    withdraw,
)


class Order(NamedTuple):
    """The command registers of one exchange, parted."""

    heartbeat: int
    command: int
    complement: int
    sequence: int
    transaction: int
    permit_ms: int
    permit_tag: int
    expected: int


def parted(registers: Sequence[int]) -> Order:
    heartbeat, command, complement, sequence, low, high, permit_ds, tag, _signals, expected = registers
    return Order(heartbeat, command, complement, sequence, low | high << 16, permit_ds * 100, tag, expected)


def is_new(state: State, order: Order) -> bool:
    return order.command != DoorCommand.NONE and 0 < (order.sequence - state.sequence & 0xFFFF) < 0x8000


def answer(state: State, inputs: Inputs, order: Order, limits: Limits) -> State:
    state = state._replace(sequence=order.sequence)
    result = _refusal(state, inputs, order, limits)
    if result is not None:
        detail = (order.command & 0xF) << 4 | result
        return tell(state._replace(result=result, command=DoorCommand.NONE), DoorEventCode.COMMAND_REFUSED, detail)
    command = DoorCommand(order.command)
    state = state._replace(result=CommandResult.ACCEPTED, command=command)
    return _obey(tell(state, DoorEventCode.COMMAND_ACCEPTED, command), command, order)


def _refusal(state: State, inputs: Inputs, order: Order, limits: Limits) -> CommandResult | None:
    """Why not, or None when nothing speaks against it. What is not known is refused."""
    if order.command ^ order.complement != 0xFFFF or order.command > max(DoorCommand):
        return CommandResult.BAD_COMPLEMENT
    match DoorCommand(order.command):
        case DoorCommand.OPEN_ENTRY:
            return _refusal_of_entry(state, inputs, order, limits)
        case DoorCommand.OPEN_EXIT:
            return _refusal_of_exit(state, inputs, order, limits)
        case DoorCommand.RELEASE_BACKWARDS:
            return _refusal_of_release(state, inputs)
        case DoorCommand.CLOSE_BOTH | DoorCommand.HOLD:
            return CommandResult.REFUSED_EMERGENCY if state.emergency else None
        case DoorCommand.RESET_FAULT:
            return _refusal_of_reset(state, inputs)
    return None


def _refusal_of_entry(state: State, inputs: Inputs, order: Order, limits: Limits) -> CommandResult | None:
    if state.emergency:
        return CommandResult.REFUSED_EMERGENCY
    if is_unfit(state, inputs, limits):
        return CommandResult.REFUSED_FAULT
    if order.transaction in (0, state.finished):
        return CommandResult.REFUSED_OTHER_TRANSACTION
    if not is_locked(state.exit, inputs.exit):
        return CommandResult.REFUSED_INTERLOCK
    if order.expected not in (1, 2) or good_count(inputs, limits) != 0:
        return CommandResult.REFUSED_COUNT
    return None


def _refusal_of_exit(state: State, inputs: Inputs, order: Order, limits: Limits) -> CommandResult | None:
    if state.emergency:
        return CommandResult.REFUSED_EMERGENCY
    if is_unfit(state, inputs, limits):
        return CommandResult.REFUSED_FAULT
    if order.transaction == 0 or order.transaction != state.transaction:
        return CommandResult.REFUSED_OTHER_TRANSACTION
    if order.permit_ms == 0 or order.permit_ms > limits.permit_ms:
        return CommandResult.REFUSED_NO_PERMIT
    if not is_locked(state.entry, inputs.entry) or not is_locked(state.exit, inputs.exit):
        return CommandResult.REFUSED_INTERLOCK
    if order.expected not in (1, 2) or good_count(inputs, limits) != order.expected:
        return CommandResult.REFUSED_COUNT
    return None


def _refusal_of_release(state: State, inputs: Inputs) -> CommandResult | None:
    if state.emergency:
        return CommandResult.REFUSED_EMERGENCY
    if not is_locked(state.exit, inputs.exit):
        return CommandResult.REFUSED_INTERLOCK
    return None


def _refusal_of_reset(state: State, inputs: Inputs) -> CommandResult | None:
    if state.emergency and (not inputs.key_switch or inputs.fire or inputs.emergency_button):
        return CommandResult.REFUSED_EMERGENCY
    return None


def _obey(state: State, command: DoorCommand, order: Order) -> State:
    match command:
        case DoorCommand.OPEN_ENTRY:
            return _begin(state, order)
        case DoorCommand.OPEN_EXIT:
            permit = Permit(order.permit_ms, order.expected)
            state = state._replace(permit=permit, expected=order.expected, entry_wanted=False)
            return tell(state, DoorEventCode.PERMIT_GRANTED, order.permit_tag & 0xFF)
        case DoorCommand.CLOSE_BOTH:
            return withdraw(state, Cleared.COMMANDED)._replace(entry_wanted=False)
        case DoorCommand.HOLD:
            return withdraw(state, Cleared.COMMANDED)
        case DoorCommand.RELEASE_BACKWARDS:
            return _release_backwards(state, order)
        case DoorCommand.RESET_FAULT:
            return _reset(state)
        case DoorCommand.OUT_OF_SERVICE:
            return finish(state, Cleared.COMMANDED)._replace(entry_wanted=False, out_of_service=True)
    return state


def _release_backwards(state: State, order: Order) -> State:
    """Open to the hall. A transaction that is named goes on, so that one of two may step out; any other has ended."""
    if order.transaction != state.transaction:
        state = finish(state, Cleared.COMMANDED)
    return state._replace(entry_wanted=True)


def _begin(state: State, order: Order) -> State:
    """Let somebody in for a transaction; another one that was held has ended."""
    if state.transaction != order.transaction:
        state = finish(state, Cleared.COMMANDED)
    return state._replace(transaction=order.transaction, expected=order.expected, entry_wanted=True)


def _reset(state: State) -> State:
    if state.emergency:
        state = tell(state, DoorEventCode.EMERGENCY_OFF)
    return state._replace(
        entry=_rested(state.entry),
        exit=_rested(state.exit),
        entry_wanted=False,
        emergency=False,
        out_of_service=False,
        fault=DoorFault.NONE,
        fault_second=DoorFault.NONE,
    )


def _rested(door: Door) -> Door:
    return door._replace(retries=0, reversing=False, failed=False, forced=False)
