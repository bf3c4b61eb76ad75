"""The simulated doors in their world: leaves, sensors, faults, registers."""

from collections.abc import Callable

import pytest

from drivers import door_registers as registers
from drivers.door_registers import UNKNOWN_POSITION, DoorFault, SafetyBit, encode_command
from drivers.model import CommandResult, DoorCommand, DoorEventCode, DoorOrder, DoorStatus
from simulators.door_plant import DoorPlant, IllegalAddress
from simulators.world import CHAMBER_MM, Person, Thing, World


class Lane:
    """A plant with a host that beats while time is let pass."""

    def __init__(self) -> None:
        self.world = World()
        self.plant = DoorPlant(self.world)
        self.now_s = 0.0
        self.heartbeat = 0
        self.wait(0.1)

    def wait(self, seconds: float, alive: bool = True) -> DoorStatus:
        for _ in range(round(seconds / 0.05)):
            self.now_s += 0.05
            if alive:
                self.send(encode_command(None, self.beat(), 0))
            else:
                self.plant.tick(self.now_s)
        return self.plant.status(self.now_s)

    def until(self, holds: Callable[[DoorStatus], bool]) -> DoorStatus:
        for _ in range(200):
            status = self.wait(0.05)
            if holds(status):
                return status
        raise AssertionError("it never came so")

    def ask(self, command: DoorCommand, transaction: int = 1, permit_ds: int = 0) -> CommandResult:
        order = DoorOrder(command, transaction, permit_ds)
        answer = self.send(encode_command(order, self.beat(), self.plant.state.sequence + 1))
        return CommandResult(answer[registers.COMMAND_RESULT])

    def send(self, block: list[int]) -> list[int]:
        return self.plant.exchange(block, 0, 24, self.now_s)

    def beat(self) -> int:
        self.heartbeat += 1
        return self.heartbeat

    def admit(self) -> Person:
        person = Person("visitor", "nobody")
        self.world.persons.append(person)
        assert self.ask(DoorCommand.OPEN_ENTRY) is CommandResult.ACCEPTED
        self.until(lambda status: status.entry_open)
        assert self.world.move(person, CHAMBER_MM / 2)
        self.ask(DoorCommand.CLOSE_BOTH)
        self.until(lambda status: status.entry_closed)
        return person


@pytest.fixture
def lane() -> Lane:
    return Lane()


def test_a_leaf_needs_its_time(lane: Lane) -> None:
    lane.ask(DoorCommand.OPEN_ENTRY)
    status = lane.wait(0.4)
    assert (status.entry_permille, lane.world.entry_permille) == (500, 500)
    assert status.entry_moving and not status.entry_open and not status.entry_closed
    assert status.interlock_active
    status = lane.wait(0.45)
    assert status.entry_open and not status.entry_moving


def test_a_person_stops_a_leaf_before_it_touches(lane: Lane) -> None:
    person = lane.admit()
    lane.ask(DoorCommand.OPEN_EXIT, permit_ds=20)
    lane.until(lambda status: status.exit_open)
    lane.world.move(person, CHAMBER_MM)
    status = lane.wait(3.0)
    assert not status.permit_live
    assert status.exit_permille == 1000
    assert status.fault == 0
    lane.world.move(person, CHAMBER_MM + 1000)
    lane.until(lambda status: status.exit_closed)


def test_a_thing_too_low_for_the_beams_turns_the_leaf_back(lane: Lane) -> None:
    lane.ask(DoorCommand.OPEN_ENTRY)
    lane.until(lambda status: status.entry_open)
    lane.world.things.append(Thing("flat box", 0.0, height_mm=100))
    lane.ask(DoorCommand.CLOSE_BOTH)
    lane.until(lambda status: bool(status.safety & SafetyBit.ENTRY_EDGE))
    status = lane.until(lambda status: status.fault_latched)
    assert status.fault == DoorFault.ENTRY_OBSTRUCTED
    status = lane.wait(2.0)
    assert status.entry_open and not status.entry_moving
    lane.world.things.clear()
    lane.ask(DoorCommand.RESET_FAULT)
    lane.until(lambda status: status.entry_closed)


@pytest.mark.parametrize(("door", "fault"), [("entry", DoorFault.ENTRY_FORCED), ("exit", DoorFault.EXIT_FORCED)])
def test_a_forced_door_is_told(lane: Lane, door: str, fault: DoorFault) -> None:
    getattr(lane.plant.faults, door).forced = True
    status = lane.wait(0.2)
    assert status.fault == fault
    assert status.safety & (SafetyBit.ENTRY_FORCED if door == "entry" else SafetyBit.EXIT_FORCED)
    getattr(lane.plant.faults, door).forced = False
    status = lane.until(lambda status: status.entry_closed and status.exit_closed)
    assert status.fault_latched


def test_a_jammed_leaf_is_told(lane: Lane) -> None:
    lane.plant.faults.entry.jammed = True
    lane.ask(DoorCommand.OPEN_ENTRY)
    assert lane.wait(4.0).fault == DoorFault.ENTRY_JAMMED


def test_a_lost_position_is_told(lane: Lane) -> None:
    lane.plant.faults.exit.position_lost = True
    status = lane.wait(0.1)
    assert status.exit_permille == UNKNOWN_POSITION
    assert status.fault == DoorFault.EXIT_POSITION_LOST
    assert not status.exit_closed and not status.exit_open


def test_a_frozen_counter_is_not_believed(lane: Lane) -> None:
    lane.admit()
    lane.plant.faults.sensor_frozen = True
    status = lane.wait(0.2)
    assert status.persons == 1
    status = lane.wait(0.5)
    assert status.persons is None and not status.sensor_healthy
    assert lane.ask(DoorCommand.OPEN_EXIT, permit_ds=50) is CommandResult.REFUSED_COUNT


def test_a_bag_left_behind_is_a_stuck_barrier(lane: Lane) -> None:
    lane.world.things.append(Thing("bag", CHAMBER_MM / 2))
    assert not lane.wait(4.0).barrier_stuck
    assert lane.wait(2.0).barrier_stuck


def test_it_lives_through_a_long_pause_in_small_steps(lane: Lane) -> None:
    person = lane.admit()
    lane.now_s += 30.0
    lane.plant.tick(lane.now_s)
    status = lane.plant.status(lane.now_s)
    assert status.heartbeat_lost and status.entry_open and status.exit_closed
    assert lane.world.move(person, -1000.0)
    lane.now_s += 30.0
    lane.plant.tick(lane.now_s)
    assert lane.plant.status(lane.now_s).entry_closed


def test_the_ring_keeps_the_last_sixteen_events(lane: Lane) -> None:
    for _ in range(5):
        lane.ask(DoorCommand.OPEN_ENTRY)
        lane.until(lambda status: status.entry_open)
        lane.ask(DoorCommand.CLOSE_BOTH)
        status = lane.until(lambda status: status.entry_closed)
    events = registers.decode_events(lane.plant.exchange(None, 400, 64, lane.now_s))
    assert len(events) == 16
    assert [event.sequence for event in events] == list(range(status.event_head - 15, status.event_head + 1))
    assert events[-1].code == DoorEventCode.ENTRY_LOCKED
    assert events[-1].at_ms // 1000 == status.uptime_s
    assert status.cycles == 5


def test_a_restart_forgets_all_but_the_last_transaction_and_the_cycles(lane: Lane) -> None:
    lane.admit()
    lane.plant.restart()
    status = lane.plant.status(lane.now_s)
    assert (status.uptime_s, status.transaction, status.command_sequence, status.cycles) == (0, 0, 0, 1)
    (boot,) = registers.decode_events(lane.plant.exchange(None, 400, 64, lane.now_s))
    assert boot.code == DoorEventCode.BOOT
    assert lane.plant.state.finished == 1


@pytest.mark.parametrize(("read_from", "count"), [(0, 24), (23, 1), (300, 24), (400, 64), (463, 1)])
def test_gives_any_part_of_a_block(lane: Lane, read_from: int, count: int) -> None:
    assert len(lane.plant.exchange(None, read_from, count, lane.now_s)) == count


@pytest.mark.parametrize(("read_from", "count"), [(24, 1), (0, 25), (99, 2), (324, 1), (399, 2), (464, 1), (200, 1)])
def test_has_no_other_registers(lane: Lane, read_from: int, count: int) -> None:
    with pytest.raises(IllegalAddress, match="not in the map"):
        lane.plant.exchange(None, read_from, count, lane.now_s)


def test_takes_the_command_block_as_a_whole(lane: Lane) -> None:
    with pytest.raises(IllegalAddress, match="command block"):
        lane.plant.exchange([1] * 9, 0, 24, lane.now_s)
