"""The register map: what is encoded is what is decoded, and where each bit lies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import door_registers as registers
from drivers.door_registers import Identity
from drivers.model import CommandResult, DoorCommand, DoorEvent, DoorOrder, DoorStatus

word = st.integers(0, 0xFFFF)
long_word = st.integers(0, 0xFFFF_FFFF)
bit = st.booleans()

statuses = st.builds(
    DoorStatus,
    observed_at_s=st.just(3.5),
    **{name: bit for _, name in registers.STATUS_BITS},
    safety=word,
    barriers=st.integers(0, 0xFFF),
    barrier_stuck=bit,
    sensor_healthy=bit,
    persons=st.none() | st.integers(0, 254),
    confidence=st.integers(0, 100),
    entry_permille=word,
    exit_permille=word,
    command_sequence=word,
    command_result=st.sampled_from(CommandResult),
    transaction=long_word,
    permit_ms=word,
    passages_in=word,
    passages_back=word,
    tailgates=word,
    fault=word,
    fault_second=word,
    uptime_s=long_word,
    event_head=word,
    supply_mv=word,
    temperature_dc=word,
    cycles=long_word,
)


@given(statuses, word)
def test_a_status_survives_the_wire(status: DoorStatus, heartbeat: int) -> None:
    block = registers.encode_status(status, heartbeat)
    assert len(block) == registers.STATUS_COUNT
    assert all(0 <= register <= 0xFFFF for register in block)
    assert block[registers.HEARTBEAT_ECHO] == heartbeat
    assert registers.decode_status(block, 3.5) == status


@pytest.mark.parametrize(
    ("name", "position"),
    [
        ("entry_closed", 0), ("entry_open", 1), ("exit_closed", 2), ("exit_open", 3), ("entry_moving", 4),
        ("exit_moving", 5), ("interlock_active", 6), ("permit_live", 7), ("fault_latched", 8), ("emergency", 9),
        ("heartbeat_lost", 10), ("key_switch", 11), ("on_battery", 12), ("out_of_service", 15),
    ],
)  # fmt: skip
def test_each_status_bit_has_its_place(name: str, position: int) -> None:
    status = registers.decode_status([1 << position, *[0] * 23], 0.0)
    assert [field for _, field in registers.STATUS_BITS if getattr(status, field)] == [name]


def test_each_status_register_has_its_place() -> None:
    block = list(range(1000, 1024))
    block[3], block[8] = 95 << 8 | 2, 3
    status = registers.decode_status(block, 0.0)
    assert (status.safety, status.confidence, status.persons) == (1001, 95, 2)
    assert (status.entry_permille, status.exit_permille, status.command_sequence) == (1004, 1005, 1007)
    assert (status.command_result, status.transaction) == (CommandResult.REFUSED_INTERLOCK, 1009 | 1010 << 16)
    assert (status.permit_ms, status.passages_in, status.passages_back, status.tailgates) == (1011, 1012, 1013, 1014)
    assert (status.fault, status.fault_second, status.uptime_s) == (1015, 1016, 1017 | 1018 << 16)
    assert (status.event_head, status.supply_mv, status.temperature_dc) == (1019, 1020, 1021)
    assert status.cycles == 1022 | 1023 << 16


def test_an_unknown_count_is_none() -> None:
    assert registers.decode_status([0, 0, 0, 0x00FF, *[0] * 20], 0.0).persons is None


@pytest.mark.parametrize("block", [[0] * 23, [0] * 25, [0] * 8 + [10] + [0] * 15])
def test_what_is_no_status_is_refused(block: list[int]) -> None:
    with pytest.raises(ValueError, match=r"status has 24|valid CommandResult"):
        registers.decode_status(block, 0.0)


def test_a_command_block_is_as_the_map_says() -> None:
    order = DoorOrder(DoorCommand.OPEN_EXIT, 0x12345678, permit_ds=50, permit_tag=0xBEEF, expected_persons=2)
    block = registers.encode_command(order, heartbeat=7, sequence=9, signals=5)
    assert block == [7, 2, 0xFFFD, 9, 0x5678, 0x1234, 50, 0xBEEF, 5, 2]


def test_no_order_is_the_command_none() -> None:
    assert registers.encode_command(None, 7, 9) == [7, 0, 0xFFFF, 9, 0, 0, 0, 0, 0, 0]


@given(st.builds(Identity, word, word, st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=22)))
def test_an_identity_survives_the_wire(identity: Identity) -> None:
    block = registers.encode_identity(identity)
    assert len(block) == registers.IDENTITY_COUNT
    assert registers.decode_identity(block) == identity


@given(st.integers(1, 0xFFFF), st.integers(0, 16), st.data())
def test_the_event_ring_survives_the_wire(first: int, count: int, data: st.DataObject) -> None:
    sequences = [(first + offset - 1) % 0xFFFF + 1 for offset in range(count)]
    events = tuple(
        DoorEvent(sequence, data.draw(st.integers(1, 0xFFFF)), data.draw(long_word)) for sequence in sequences
    )
    block = registers.encode_events(events)
    assert len(block) == registers.EVENTS_COUNT
    decoded = registers.decode_events(block)
    places = {event.sequence % 16 for event in events}
    assert decoded == tuple(event for event in events if event in decoded)
    assert len(decoded) == len(places)
