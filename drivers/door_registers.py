"""Register map, version 1, of a two-door controller: what driver and controller agree on, and nothing else.

Addresses are Modbus protocol addresses (from 0), all values unsigned 16 bit. The outer door of the map is the entry
door, the inner one the exit. One FC23 exchange a cycle writes 100..109 and reads 0..23; the controller carries out the
write before it answers the read, so HB_ECHO of an answer is the heartbeat that was written with the question.

* 0..23     status, read only
* 100..109  command, written
* 300..323  identity, read only
* 400..463  event ring, read only: 16 entries of sequence, code, milliseconds since start (low, high)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag

from drivers.model import CommandResult, DoorEvent, DoorOrder, DoorStatus

MAP_VERSION = 1

STATUS, STATUS_COUNT = 0, 24
COMMAND, COMMAND_COUNT = 100, 10
IDENTITY, IDENTITY_COUNT = 300, 24
EVENTS, EVENTS_COUNT = 400, 64
EVENT_WORDS = 4

HEARTBEAT_ECHO = 6
COMMAND_SEQUENCE_ACK = 7
COMMAND_RESULT = 8
UPTIME = 17

UNKNOWN_COUNT = 0xFF
UNKNOWN_POSITION = 0xFFFF
"""ENTRY_POS and EXIT_POS when the controller does not know where the leaf stands."""
BARRIERS = 0x0FFF
HEARTBEAT_MAX = 0xFFFE
"""Heartbeats run from 1 to here; 0 and 0xFFFF are reserved."""


class StatusBit(IntFlag):
    """Register 0."""

    ENTRY_CLOSED = 1 << 0
    ENTRY_OPEN = 1 << 1
    EXIT_CLOSED = 1 << 2
    EXIT_OPEN = 1 << 3
    ENTRY_MOVING = 1 << 4
    EXIT_MOVING = 1 << 5
    INTERLOCK_ACTIVE = 1 << 6
    PERMIT_LIVE = 1 << 7
    FAULT_LATCHED = 1 << 8
    EMERGENCY = 1 << 9
    HEARTBEAT_LOST = 1 << 10
    KEY_SWITCH = 1 << 11
    ON_BATTERY = 1 << 12
    BUS_ERROR = 1 << 13
    SELF_TEST = 1 << 14
    OUT_OF_SERVICE = 1 << 15


class SafetyBit(IntFlag):
    """Register 1."""

    ENTRY_EDGE = 1 << 0
    EXIT_EDGE = 1 << 1
    ENTRY_OVER_CURRENT = 1 << 2
    EXIT_OVER_CURRENT = 1 << 3
    EMERGENCY_BUTTON = 1 << 4
    BREAK_GLASS = 1 << 5
    FIRE_INPUT_HEALTHY = 1 << 6
    TAMPER = 1 << 7
    ENTRY_FORCED = 1 << 8
    EXIT_FORCED = 1 << 9
    RELAY_A = 1 << 10
    RELAY_B = 1 << 11
    RELAYS_DISAGREE = 1 << 12


class PresenceBit(IntFlag):
    """Register 2, above the twelve light barriers."""

    BARRIER_STUCK = 1 << 12
    SENSOR_HEALTHY = 1 << 13
    OBJECT_SEEN = 1 << 14
    """Ours: version 1 of the map leaves the bit free, so a controller without it never says so."""


class DoorFault(IntEnum):
    """Registers 15 and 16."""

    NONE = 0
    ENTRY_JAMMED = 1
    EXIT_JAMMED = 2
    ENTRY_POSITION_LOST = 3
    EXIT_POSITION_LOST = 4
    ENTRY_OBSTRUCTED = 5
    EXIT_OBSTRUCTED = 6
    ENTRY_FORCED = 7
    EXIT_FORCED = 8


STATUS_BITS = (
    (int(StatusBit.ENTRY_CLOSED), "entry_closed"),
    (int(StatusBit.ENTRY_OPEN), "entry_open"),
    (int(StatusBit.EXIT_CLOSED), "exit_closed"),
    (int(StatusBit.EXIT_OPEN), "exit_open"),
    (int(StatusBit.ENTRY_MOVING), "entry_moving"),
    (int(StatusBit.EXIT_MOVING), "exit_moving"),
    (int(StatusBit.INTERLOCK_ACTIVE), "interlock_active"),
    (int(StatusBit.PERMIT_LIVE), "permit_live"),
    (int(StatusBit.FAULT_LATCHED), "fault_latched"),
    (int(StatusBit.EMERGENCY), "emergency"),
    (int(StatusBit.HEARTBEAT_LOST), "heartbeat_lost"),
    (int(StatusBit.KEY_SWITCH), "key_switch"),
    (int(StatusBit.ON_BATTERY), "on_battery"),
    (int(StatusBit.OUT_OF_SERVICE), "out_of_service"),
)
"""Which bit of register 0 is which field of DoorStatus; plain numbers, since this table is used at every cycle."""

_BARRIER_STUCK = int(PresenceBit.BARRIER_STUCK)
_SENSOR_HEALTHY = int(PresenceBit.SENSOR_HEALTHY)
_OBJECT_SEEN = int(PresenceBit.OBJECT_SEEN)


@dataclass(frozen=True, slots=True)
class Identity:
    map_version: int
    firmware: int
    """Major in the high byte, minor in the low one."""
    serial: str
    """At most 22 ASCII characters."""


def encode_command(order: DoorOrder | None, heartbeat: int, sequence: int, signals: int = 0) -> list[int]:
    """Registers 100..109. Without an order the command is NONE, which a controller does not look at."""
    if order is None:
        return [heartbeat, 0, 0xFFFF, sequence, 0, 0, 0, 0, signals, 0]
    return [
        heartbeat,
        order.command,
        0xFFFF ^ order.command,
        sequence,
        *_words(order.transaction),
        order.permit_ds,
        order.permit_tag,
        signals,
        order.expected_persons,
    ]


def encode_status(status: DoorStatus, heartbeat_echo: int) -> list[int]:
    """Registers 0..23 as a controller fills them."""
    bits = 0
    for bit, name in STATUS_BITS:
        if getattr(status, name):
            bits |= bit
    presence = status.barriers & BARRIERS
    presence |= _BARRIER_STUCK * status.barrier_stuck | _SENSOR_HEALTHY * status.sensor_healthy
    presence |= _OBJECT_SEEN * status.object_seen
    persons = UNKNOWN_COUNT if status.persons is None else status.persons
    return [
        bits,
        status.safety,
        presence,
        status.confidence << 8 | persons,
        status.entry_permille,
        status.exit_permille,
        heartbeat_echo,
        status.command_sequence,
        int(status.command_result),
        *_words(status.transaction),
        status.permit_ms,
        status.passages_in,
        status.passages_back,
        status.tailgates,
        status.fault,
        status.fault_second,
        *_words(status.uptime_s),
        status.event_head,
        status.supply_mv,
        status.temperature_dc,
        *_words(status.cycles),
    ]


def decode_status(registers: Sequence[int], observed_at_s: float) -> DoorStatus:
    """Registers 0..23 as the kiosk understands them. Raises ValueError for a result that the map does not have."""
    if len(registers) != STATUS_COUNT:
        raise ValueError(f"the status has {STATUS_COUNT} registers, not {len(registers)}")
    bits, presence, count = registers[0], registers[2], registers[3]
    persons = count & 0xFF
    return DoorStatus(
        observed_at_s=observed_at_s,
        **{name: bits & bit != 0 for bit, name in STATUS_BITS},
        safety=registers[1],
        barriers=presence & BARRIERS,
        barrier_stuck=presence & _BARRIER_STUCK != 0,
        sensor_healthy=presence & _SENSOR_HEALTHY != 0,
        persons=None if persons == UNKNOWN_COUNT else persons,
        confidence=count >> 8,
        entry_permille=registers[4],
        exit_permille=registers[5],
        command_sequence=registers[COMMAND_SEQUENCE_ACK],
        command_result=CommandResult(registers[COMMAND_RESULT]),
        transaction=_number(registers, 9),
        permit_ms=registers[11],
        passages_in=registers[12],
        passages_back=registers[13],
        tailgates=registers[14],
        fault=registers[15],
        fault_second=registers[16],
        uptime_s=_number(registers, UPTIME),
        event_head=registers[19],
        supply_mv=registers[20],
        temperature_dc=registers[21],
        cycles=_number(registers, 22),
        object_seen=presence & _OBJECT_SEEN != 0,
    )


def encode_identity(identity: Identity) -> list[int]:
    """Registers 300..323: map version, firmware, then two characters a register."""
    padded = identity.serial.encode("ascii").ljust(2 * (IDENTITY_COUNT - 2), b"\0")
    pairs = zip(padded[::2], padded[1::2], strict=True)
    return [identity.map_version, identity.firmware, *(high << 8 | low for high, low in pairs)]


def decode_identity(registers: Sequence[int]) -> Identity:
    """Raises ValueError when the serial number is not text."""
    text = b"".join(register.to_bytes(2, "big") for register in registers[2:])
    return Identity(registers[0], registers[1], text.rstrip(b"\0").decode("ascii"))


def encode_events(events: Sequence[DoorEvent]) -> list[int]:
    """Registers 400..463: each event in the place that its sequence gives it; places never used are zero."""
    ring = [0] * EVENTS_COUNT
    for event in events:
        place = event.sequence * EVENT_WORDS % EVENTS_COUNT
        ring[place : place + EVENT_WORDS] = [event.sequence, event.code, *_words(event.at_ms)]
    return ring


def decode_events(registers: Sequence[int]) -> tuple[DoorEvent, ...]:
    """The ring's entries, oldest first, also where their sequence has wrapped."""
    entries = [
        DoorEvent(registers[place], registers[place + 1], _number(registers, place + 2))
        for place in range(0, EVENTS_COUNT, EVENT_WORDS)
        if registers[place + 1]
    ]
    wrapped = any(entry.sequence >= 0xC000 for entry in entries)
    return tuple(sorted(entries, key=lambda entry: (wrapped and entry.sequence < 0x4000, entry.sequence)))


def _words(number: int) -> tuple[int, int]:
    """A 32 bit number, low word first."""
    return number & 0xFFFF, number >> 16 & 0xFFFF


def _number(registers: Sequence[int], address: int) -> int:
    return registers[address] | registers[address + 1] << 16
