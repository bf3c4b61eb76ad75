"""The doors of one simulated lane: controller, two leaves, the lane's sensors, and the registers they show."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from drivers import door_registers as registers
from drivers.door_registers import Identity, SafetyBit
from drivers.model import DoorEvent, DoorStatus
from simulators.door_controller import step
from simulators.door_leaf import Leaf, LeafFaults
from simulators.door_state import (
    Drive,
    Inputs,
    Limits,
    State,
    boot,
    good_count,
    is_barrier_stuck,
    is_locked,
    is_moving,
    is_silent,
)
from simulators.presence import Presence
from simulators.sensing import Sensed, Sensors, is_blocked
from simulators.world import CHAMBER_MM, World

SCAN_MS = 100
"""The longest step that the controller takes at once; longer pauses are made of several."""
IDENTITY = Identity(registers.MAP_VERSION, 0x0100, "SIMULATED")
SUPPLY_MV, BATTERY_MV, TEMPERATURE_DC = 24000, 22800, 245


class IllegalAddress(Exception):
    """The map has no such registers (Modbus exception 2)."""


@dataclass(slots=True)
class DoorFaults:
    """What a scenario can break at the doors."""

    entry: LeafFaults = field(default_factory=LeafFaults)
    exit: LeafFaults = field(default_factory=LeafFaults)
    sensor_frozen: bool = False
    """The overhead counter has stopped sending: its last count grows old."""


class DoorPlant:
    """Two doors that live in a world. Time is handed in; nothing happens between two calls."""

    def __init__(
        self, world: World, limits: Limits | None = None, faults: DoorFaults | None = None, travel_s: float = 0.8
    ) -> None:
        self.world = world
        self.limits = limits or Limits()
        self.faults = faults or DoorFaults()
        self.state = boot()
        self._travel_ms = travel_s * 1000
        self._entry, self._exit = Leaf(), Leaf()
        self.sensors = Sensors(world)
        self.sensors.refresh()
        self._sensed = self.sensors.sense(0)
        self._count_age_ms = 0
        self._inputs = Inputs()
        self._now_ms: int | None = None
        self._events: deque[DoorEvent] = deque(maxlen=registers.EVENTS_COUNT // registers.EVENT_WORDS)
        self._event_head = 0
        self._record_news()

    def power_on(self, entry_permille: float, exit_permille: float, finished: int, cycles: int) -> None:
        """Begin with leaves that stand somewhere and what an earlier controller has kept for good."""
        self._entry.permille, self._exit.permille = entry_permille, exit_permille
        self.world.entry_permille, self.world.exit_permille = round(entry_permille), round(exit_permille)
        self.state = boot(finished=finished, cycles=cycles)

    def restart(self) -> None:
        """Power off and on: leaves stay where they are, what the controller remembered is gone."""
        self.state = boot(finished=self.state.transaction or self.state.finished, cycles=self.state.cycles)
        self._events.clear()
        self._event_head = 0
        self._record_news()

    def tick(self, now_s: float) -> None:
        """Let the doors live until `now_s`."""
        self._live(now_s, None)

    def since_ms(self, now_s: float) -> float:
        """How long ago it lived last, in whole milliseconds; for ever before it was first ticked or asked."""
        return math.inf if self._now_ms is None else round(now_s * 1000) - self._now_ms

    def exchange(self, command: Sequence[int] | None, read_from: int, read_count: int, now_s: float) -> list[int]:
        """One FC23 (or a read alone): the command registers 100..109 are taken in, then registers are read.

        Raises IllegalAddress for registers that the map does not have.
        """
        if command is not None and len(command) != registers.COMMAND_COUNT:
            raise IllegalAddress(f"the command block is {registers.COMMAND_COUNT} registers from {registers.COMMAND}")
        self._live(now_s, command)
        for start, count, read in (
            (registers.STATUS, registers.STATUS_COUNT, self._status_registers),
            (registers.EVENTS, registers.EVENTS_COUNT, lambda: registers.encode_events(tuple(self._events))),
            (registers.IDENTITY, registers.IDENTITY_COUNT, lambda: registers.encode_identity(IDENTITY)),
        ):
            if start <= read_from and read_from + read_count <= start + count:
                return read()[read_from - start : read_from - start + read_count]
        raise IllegalAddress(f"registers {read_from} to {read_from + read_count - 1} are not in the map")

    def status(self, now_s: float) -> DoorStatus:
        """The status as it would be read now, for tests and views that need no wire."""
        return registers.decode_status(self._status_registers(), now_s)

    def _live(self, now_s: float, command: Sequence[int] | None) -> None:
        now_ms = round(now_s * 1000)
        left_ms = now_ms - (now_ms if self._now_ms is None else self._now_ms)
        self._now_ms = now_ms
        while left_ms > SCAN_MS:
            self._scan(SCAN_MS, None)
            left_ms -= SCAN_MS
        if left_ms > 0 or command is not None:
            self._scan(left_ms, command)

    def _scan(self, elapsed_ms: int, command: Sequence[int] | None) -> None:
        world, faults = self.world, self.faults
        share = elapsed_ms / self._travel_ms
        state = self.state
        self.sensors.overhead_frozen = faults.sensor_frozen
        self.sensors.refresh()
        solids = self.sensors.solids
        for leaf, door, plane_mm, broken in (
            (self._entry, state.entry, 0.0, faults.entry),
            (self._exit, state.exit, CHAMBER_MM, faults.exit),
        ):
            if door.drive is not Drive.LOCK or broken.forced:
                leaf.move(door.drive, door.retries > 0, is_blocked(solids, plane_mm), broken, share)
        world.entry_permille, world.exit_permille = round(self._entry.permille), round(self._exit.permille)
        self._inputs = self._sense(elapsed_ms)
        self.state = step(state, self._inputs, command, elapsed_ms, self.limits)
        self._record_news()

    def _sense(self, elapsed_ms: int) -> Inputs:
        world, faults = self.world, self.faults
        self._sensed = sensed = self.sensors.sense(elapsed_ms)
        self._count_age_ms = self._count_age_ms + elapsed_ms if faults.sensor_frozen else 0
        return Inputs(
            entry=self._entry.wires(sensed.entry_clear, faults.entry),
            exit=self._exit.wires(sensed.exit_clear, faults.exit),
            persons=sensed.presence.count,
            count_age_ms=self._count_age_ms,
            barriers=sensed.barriers,
            fire=world.fire,
            emergency_button=world.emergency_button,
            key_switch=world.key_switch,
            mains=world.mains,
        )

    @property
    def presence(self) -> Presence:
        """What the people sensors said in the last scan, for views."""
        return self._sensed.presence

    def _record_news(self) -> None:
        for code in self.state.news:
            self._event_head = self._event_head % 0xFFFF + 1
            self._events.append(DoorEvent(self._event_head, code, self.state.uptime_ms))

    def _status_registers(self) -> list[int]:
        status = _status(self.state, self._inputs, self._sensed, self.limits, self._event_head)
        if self.world.cabinet_open:
            status = replace(status, safety=status.safety | SafetyBit.TAMPER.value)
        return registers.encode_status(status, self.state.heartbeat)


def _status(state: State, inputs: Inputs, sensed: Sensed, limits: Limits, event_head: int) -> DoorStatus:
    """The controller's state and wires in the words of the register map."""
    persons = good_count(inputs, limits)
    return DoorStatus(
        observed_at_s=0.0,
        **_doors(state, inputs),
        permit_live=state.permit is not None,
        fault_latched=state.fault != 0,
        emergency=state.emergency,
        heartbeat_lost=is_silent(state, limits),
        key_switch=inputs.key_switch,
        on_battery=not inputs.mains,
        out_of_service=state.out_of_service,
        safety=_safety(state, inputs),
        barriers=inputs.barriers,
        barrier_stuck=is_barrier_stuck(state, limits),
        sensor_healthy=persons is not None,
        persons=persons,
        confidence=sensed.presence.confidence if persons is not None else 0,
        object_seen=sensed.presence.things > 0,
        entry_permille=_position(inputs.entry.permille),
        exit_permille=_position(inputs.exit.permille),
        command_sequence=state.sequence,
        command_result=state.result,
        transaction=state.transaction,
        permit_ms=state.permit.left_ms if state.permit else 0,
        passages_in=state.passages_in,
        passages_back=state.passages_back,
        tailgates=state.tailgates,
        fault=int(state.fault),
        fault_second=int(state.fault_second),
        uptime_s=state.uptime_ms // 1000,
        event_head=event_head,
        supply_mv=SUPPLY_MV if inputs.mains else BATTERY_MV,
        temperature_dc=TEMPERATURE_DC,
        cycles=state.cycles,
    )


def _doors(state: State, inputs: Inputs) -> dict[str, bool]:
    """Of both doors, closed and locked, open, moving; and whether each bars the other."""
    entry_locked, exit_locked = is_locked(state.entry, inputs.entry), is_locked(state.exit, inputs.exit)
    return {
        "entry_closed": entry_locked,
        "entry_open": inputs.entry.permille == 1000,
        "exit_closed": exit_locked,
        "exit_open": inputs.exit.permille == 1000,
        "entry_moving": is_moving(state.entry, inputs.entry),
        "exit_moving": is_moving(state.exit, inputs.exit),
        "interlock_active": not state.emergency and not (entry_locked and exit_locked),
    }


def _position(permille: int | None) -> int:
    return registers.UNKNOWN_POSITION if permille is None else permille


def _safety(state: State, inputs: Inputs) -> int:
    bits = 0
    for bit, is_set in (
        (SafetyBit.ENTRY_EDGE, inputs.entry.edge),
        (SafetyBit.EXIT_EDGE, inputs.exit.edge),
        (SafetyBit.EMERGENCY_BUTTON, inputs.emergency_button),
        (SafetyBit.FIRE_INPUT_HEALTHY, not inputs.fire),
        (SafetyBit.ENTRY_FORCED, state.entry.forced),
        (SafetyBit.EXIT_FORCED, state.exit.forced),
        (SafetyBit.RELAY_A, not state.emergency),
        (SafetyBit.RELAY_B, not state.emergency),
    ):
        if is_set:
            bits |= bit.value
    return bits
