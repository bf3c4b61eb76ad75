"""The small world in which the door controller is explored: people who do anything, a host that sends anything.

Coarse limits: a scan is 100 ms, a leaf needs two scans for its way. Between scans people come and go through whatever
stands open, stand in doorways, and one disturbance at a time comes and goes. In each scan the host is silent, beats, or
sends any command with any binding, old and skipped sequences, wrong complements and a stuck heartbeat included.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from drivers.door_registers import DoorFault, encode_command
from drivers.model import CommandResult, DoorCommand, DoorOrder
from simulators.door_state import DoorInputs, Drive, Inputs, Limits, State

SCAN_MS = 100
LIMITS = Limits(heartbeat_ms=100, permit_ms=200, count_age_ms=100, movement_ms=300, retries=1)
HALF, OPEN = 500, 1000

HELD, FINISHED, OTHER = 1, 2, 3
"""Transactions by what they mean to the controller; what it holds is renamed so after every scan."""

Step = Callable[[State, Inputs, Sequence[int] | None, int, Limits], State]


class Disturbance(IntEnum):
    NONE = 0
    FIRE = 1
    BUTTON = 2
    MAINS_OFF = 3
    COUNT_UNKNOWN = 4
    COUNT_OLD = 5
    ENTRY_OBSTRUCTED = 6
    EXIT_OBSTRUCTED = 7
    ENTRY_JAMMED = 8
    EXIT_JAMMED = 9
    ENTRY_POSITION_LOST = 10
    EXIT_POSITION_LOST = 11
    ENTRY_FORCED = 12
    EXIT_FORCED = 13


class Scene(NamedTuple):
    """Controller, leaves, people and what is wrong just now."""

    state: State
    entry_permille: int = 0
    exit_permille: int = 0
    entry_edge: bool = False
    exit_edge: bool = False
    persons: int = 0
    entry_blocked: bool = False
    exit_blocked: bool = False
    disturbance: Disturbance = Disturbance.NONE
    key_switch: bool = False
    allowed: int = 0
    """How many more may leave by permits already given. Kept by the exploration, not by the controller."""
    excused: bool = False
    """An emergency or force has opened the exit since it was last locked."""
    recovering: bool = False
    """An emergency or force has opened a door, and not both have been locked again since."""


class Scan(NamedTuple):
    """One transition of the controller, as the rules look at it."""

    before: Scene
    after: Scene
    inputs: Inputs
    state: State
    """As the controller left it, before it was made canonical."""
    order: "Sent"


@dataclass(frozen=True, slots=True)
class Sent:
    """What the host did in a scan."""

    words: str
    registers: tuple[int, ...] | None
    beats: bool = False
    is_new: bool = False
    """Its sequence is one that the controller has to look at."""
    order: DoorOrder | None = None
    is_true: bool = True
    """The complement agrees."""


# --- the host -----------------------------------------------------------------------------------------------


def host_choices() -> tuple[Sent, ...]:
    """All that a host may do in one scan. The controller's last sequence is 0 and its heartbeat 1 (canonical)."""
    return (
        Sent("silence", None),
        Sent("stuck heartbeat", tuple(encode_command(None, 1, 0))),
        Sent("reserved heartbeat", tuple(encode_command(None, 0xFFFF, 0))),
        Sent("heartbeat", tuple(encode_command(None, 2, 0)), beats=True),
        *(_sent(order) for order in _orders()),
        *(_sent(order, sequence=sequence) for order in _openings() for sequence in (0, 0xFFFF, 0x8000)),
        *(_sent(order, sequence=0x7FFF) for order in _openings()),
        *(_sent(order, complement=0x7FFF) for order in _openings()),
        *(_sent(order, heartbeat=1) for order in (*_openings(), DoorOrder(DoorCommand.RELEASE_BACKWARDS, HELD))),
    )


def plain_choices() -> tuple[Sent, ...]:
    """A host that is well made, or silent: every command once, with the bindings that matter."""
    openings = (
        DoorOrder(DoorCommand.OPEN_ENTRY, HELD),
        DoorOrder(DoorCommand.OPEN_EXIT, HELD, permit_ds=2),
        DoorOrder(DoorCommand.OPEN_EXIT, HELD, permit_ds=1, expected_persons=2),
    )
    others = (
        DoorCommand.CLOSE_BOTH,
        DoorCommand.RELEASE_BACKWARDS,
        DoorCommand.RESET_FAULT,
        DoorCommand.OUT_OF_SERVICE,
    )
    return (
        Sent("silence", None),
        Sent("heartbeat", tuple(encode_command(None, 2, 0)), beats=True),
        *(_sent(order) for order in openings),
        *(_sent(DoorOrder(command, HELD)) for command in others),
    )


def _orders() -> Iterator[DoorOrder]:
    for transaction in (0, HELD, FINISHED, OTHER):
        yield DoorOrder(DoorCommand.OPEN_ENTRY, transaction)
        yield DoorOrder(DoorCommand.OPEN_EXIT, transaction, permit_ds=2)
    yield DoorOrder(DoorCommand.OPEN_ENTRY, HELD, expected_persons=2)
    yield DoorOrder(DoorCommand.OPEN_ENTRY, HELD, expected_persons=0)
    for permit_ds, expected in ((0, 1), (1, 1), (3, 1), (2, 0), (2, 2), (1, 2), (2, 3)):
        yield DoorOrder(DoorCommand.OPEN_EXIT, HELD, permit_ds, expected_persons=expected)
    for command in (DoorCommand.CLOSE_BOTH, DoorCommand.HOLD, DoorCommand.RESET_FAULT, DoorCommand.OUT_OF_SERVICE):
        yield DoorOrder(command, HELD)
    yield DoorOrder(DoorCommand.LAMP_TEST, HELD)
    yield DoorOrder(DoorCommand.RELEASE_BACKWARDS, HELD)
    yield DoorOrder(DoorCommand.RELEASE_BACKWARDS, OTHER)


def _openings() -> tuple[DoorOrder, DoorOrder]:
    return DoorOrder(DoorCommand.OPEN_ENTRY, HELD), DoorOrder(DoorCommand.OPEN_EXIT, HELD, permit_ds=2)


def _sent(order: DoorOrder, heartbeat: int = 2, sequence: int = 1, complement: int = 0xFFFF) -> Sent:
    registers = encode_command(order, heartbeat, sequence)
    registers[2] ^= 0xFFFF ^ complement
    words = f"{order.command.name} txn {order.transaction} permit {order.permit_ds} expect {order.expected_persons}"
    words += f" seq {sequence:+d}" if sequence != 1 else ""
    words += " complement wrong" if complement != 0xFFFF else ""
    words += " heartbeat stuck" if heartbeat != 2 else ""
    is_new = 0 < sequence < 0x8000
    return Sent(words, tuple(registers), heartbeat == 2, is_new, order, complement == 0xFFFF)


# --- people and disturbances --------------------------------------------------------------------------------


def world_moves(scene: Scene, disturbances: tuple[Disturbance, ...]) -> Iterator[tuple[str, Scene]]:
    """What may happen between two scans. Nobody passes a leaf that is not half open."""
    if scene.entry_permille >= HALF:
        if scene.persons < 2:
            yield "one comes in", scene._replace(persons=scene.persons + 1)
        if scene.persons:
            yield "one steps back", scene._replace(persons=scene.persons - 1)
    if scene.exit_permille >= HALF:
        if scene.persons < 2:
            yield "one comes from behind", scene._replace(persons=scene.persons + 1, allowed=scene.allowed + 1)
        if scene.persons:
            yield "one passes", scene._replace(persons=scene.persons - 1, allowed=scene.allowed - 1)
    yield "entry threshold", scene._replace(entry_blocked=not scene.entry_blocked)
    yield "exit threshold", scene._replace(exit_blocked=not scene.exit_blocked)
    if scene.state.emergency or scene.key_switch:
        yield "key", scene._replace(key_switch=not scene.key_switch)
    if scene.disturbance is not Disturbance.NONE:
        yield "all well again", scene._replace(disturbance=Disturbance.NONE)
    else:
        for disturbance in disturbances:
            yield disturbance.name, scene._replace(disturbance=disturbance)


def _moved(permille: int, drive: Drive, blocked: bool, jammed: bool, forced: bool) -> tuple[int, bool]:
    """Where the leaf is a scan later, and whether it touches something."""
    if forced:
        return min(OPEN, permille + HALF), False
    if jammed or drive not in (Drive.OPEN, Drive.CLOSE):
        return permille, False
    if drive is Drive.OPEN:
        return min(OPEN, permille + HALF), False
    if blocked and permille <= HALF:
        return permille, True
    return max(0, permille - HALF), blocked


# --- one scan -----------------------------------------------------------------------------------------------


def scans(scene: Scene, hosts: tuple[Sent, ...], step: Step) -> Iterator[Scan]:
    """The next scan of `scene` for each thing that the host may do in it."""
    moved = _move_leaves(scene)
    inputs = _inputs(moved)
    is_forced = scene.disturbance in (Disturbance.ENTRY_FORCED, Disturbance.EXIT_FORCED)
    for sent in hosts:
        state = step(scene.state, inputs, sent.registers, SCAN_MS, LIMITS)
        yield Scan(scene, _after(scene, moved, state, is_forced), inputs, state, sent)


def _after(scene: Scene, moved: Scene, state: State, is_forced: bool) -> Scene:
    exit_locked = state.exit.drive is Drive.LOCK and moved.exit_permille == 0
    both_locked = exit_locked and state.entry.drive is Drive.LOCK and moved.entry_permille == 0
    unruly = state.emergency or is_forced
    excused = unruly or (scene.excused and not exit_locked)
    allowed = state.permit.persons if state.permit and not scene.state.permit else moved.allowed
    if excused or (exit_locked and state.permit is None):
        allowed = 0
    return moved._replace(
        state=canonical(state),
        allowed=allowed,
        excused=excused,
        recovering=unruly or (scene.recovering and not both_locked),
    )


def _move_leaves(scene: Scene) -> Scene:
    what = scene.disturbance
    entry, entry_edge = _moved(
        scene.entry_permille,
        scene.state.entry.drive,
        scene.entry_blocked or what is Disturbance.ENTRY_OBSTRUCTED,
        what is Disturbance.ENTRY_JAMMED,
        what is Disturbance.ENTRY_FORCED,
    )
    exit_, exit_edge = _moved(
        scene.exit_permille,
        scene.state.exit.drive,
        scene.exit_blocked or what is Disturbance.EXIT_OBSTRUCTED,
        what is Disturbance.EXIT_JAMMED,
        what is Disturbance.EXIT_FORCED,
    )
    return scene._replace(entry_permille=entry, exit_permille=exit_, entry_edge=entry_edge, exit_edge=exit_edge)


def _inputs(scene: Scene) -> Inputs:
    what = scene.disturbance
    return Inputs(
        entry=DoorInputs(
            None if what is Disturbance.ENTRY_POSITION_LOST else scene.entry_permille,
            not scene.entry_blocked,
            scene.entry_edge,
        ),
        exit=DoorInputs(
            None if what is Disturbance.EXIT_POSITION_LOST else scene.exit_permille,
            not scene.exit_blocked,
            scene.exit_edge,
        ),
        persons=None if what is Disturbance.COUNT_UNKNOWN else scene.persons,
        count_age_ms=LIMITS.count_age_ms + 1 if what is Disturbance.COUNT_OLD else 0,
        fire=what is Disturbance.FIRE,
        emergency_button=what is Disturbance.BUTTON,
        key_switch=scene.key_switch,
        mains=what is not Disturbance.MAINS_OFF,
    )


def canonical(state: State) -> State:
    """The same state for all that follows: counters at zero, transactions, heartbeat and sequence renamed."""
    return State(
        entry=state.entry,
        exit=state.exit,
        entry_wanted=state.entry_wanted,
        permit=state.permit,
        transaction=HELD if state.transaction else 0,
        finished=FINISHED if state.finished else 0,
        expected=1,
        counted=state.counted,
        heartbeat=1,
        silent_ms=state.silent_ms,
        emergency=state.emergency,
        out_of_service=state.out_of_service,
        fault=DoorFault.ENTRY_JAMMED if state.fault else DoorFault.NONE,
        result=CommandResult.NONE,
    )
