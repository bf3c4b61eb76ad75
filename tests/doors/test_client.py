"""The register client: its heartbeat, its sequences and what it believes, over a transport that can do anything."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise

import pytest

from drivers.door_registers import COMMAND_SEQUENCE_ACK, HEARTBEAT_MAX, IDENTITY, STATUS_COUNT
from drivers.doors_registers import RegisterDoors
from drivers.errors import DeviceError, DeviceGarbled, DeviceTimeout, DeviceUnavailable
from drivers.model import CommandResult, DoorCommand, DoorOrder, Health
from drivers.protocols import Doors
from simulators.door_plant import DoorPlant
from simulators.doors_inprocess import InProcessDoors
from simulators.virtual_time import run_virtual
from simulators.world import World

LAMPS = DoorOrder(DoorCommand.LAMP_TEST, 0)


class Recorder:
    """A transport to a plant that keeps what was written, and fails as it is told."""

    def __init__(self) -> None:
        self.plant = DoorPlant(World())
        self.written: list[list[int]] = []
        self.failures: list[DeviceError] = []
        self.deaf = False
        self.connections = 0

    async def connect(self) -> None:
        self._fail()
        self.connections += 1

    async def exchange(self, values: Sequence[int], read_from: int, read_count: int) -> list[int]:
        self._fail()
        block = list(values)
        if block:
            self.written.append(list(values))
        if self.deaf:
            block[1:4] = [0, 0xFFFF, 0]
        return self.plant.exchange(block or None, read_from, read_count, asyncio.get_running_loop().time())

    def disconnect(self) -> None:
        """Nothing is held."""

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


def with_client(work: Callable[[RegisterDoors, Recorder], Awaitable[None]], hz: float = 20.0) -> None:
    async def run() -> None:
        line = Recorder()
        doors = RegisterDoors(line, cycle_hz=hz)
        assigned: Doors = doors
        await assigned.open()
        try:
            await work(doors, line)
        finally:
            await doors.close()

    run_virtual(run())


def test_beats_at_its_rate_and_never_twice_the_same() -> None:
    async def work(doors: RegisterDoors, line: Recorder) -> None:
        await asyncio.sleep(10.0)
        beats = [block[0] for block in line.written]
        assert len(beats) == pytest.approx(200, abs=2)
        assert all(earlier != later for earlier, later in pairwise(beats))
        assert doors.statistics.late == 0

    with_client(work)


def test_heartbeats_leave_out_the_reserved_values() -> None:
    async def work(doors: RegisterDoors, line: Recorder) -> None:
        doors._heartbeat = HEARTBEAT_MAX - 2
        line.written.clear()
        await asyncio.sleep(0.3)
        assert [block[0] for block in line.written[:4]] == [HEARTBEAT_MAX - 1, HEARTBEAT_MAX, 1, 2]

    with_client(work)


def test_takes_a_command_back_once_it_is_acknowledged() -> None:
    async def work(doors: RegisterDoors, line: Recorder) -> None:
        assert await doors.command(LAMPS) is CommandResult.ACCEPTED
        line.written.clear()
        await asyncio.sleep(0.5)
        assert {block[1] for block in line.written} == {DoorCommand.NONE}

    with_client(work)


def test_numbers_its_commands_on_across_the_wrap() -> None:
    async def work(doors: RegisterDoors, line: Recorder) -> None:
        line.plant.state = line.plant.state._replace(sequence=0xFFFE)
        doors._sequence = 0xFFFE
        await asyncio.sleep(0.1)
        for expected in (0xFFFF, 0, 1):
            assert await doors.command(LAMPS) is CommandResult.ACCEPTED
            assert (await doors.status()).command_sequence == expected

    with_client(work)


def test_continues_from_what_a_controller_has_seen() -> None:
    async def run() -> None:
        line = Recorder()
        line.plant.state = line.plant.state._replace(sequence=5000)
        doors = RegisterDoors(line, cycle_hz=20)
        await doors.open()
        await doors.command(LAMPS)
        assert (await doors.status()).command_sequence == 5001
        await doors.close()

    run_virtual(run())


@pytest.mark.parametrize("sequence", [12, 40_000])
def test_goes_on_after_a_restart_of_the_controller(sequence: int) -> None:
    async def work(doors: RegisterDoors, line: Recorder) -> None:
        line.plant.state = line.plant.state._replace(sequence=sequence)
        doors._sequence = sequence
        await asyncio.sleep(0.1)
        line.plant.restart()
        await asyncio.sleep(0.1)
        assert await doors.command(LAMPS) is CommandResult.ACCEPTED

    with_client(work)


def test_a_command_that_is_not_acknowledged_is_taken_back_and_its_number_is_not_used_again() -> None:
    async def work(doors: RegisterDoors, line: Recorder) -> None:
        line.deaf = True
        with pytest.raises(DeviceTimeout, match="did not acknowledge"):
            await doors.command(DoorOrder(DoorCommand.OPEN_ENTRY, 1))
        lost = line.written[-1][3]
        line.written.clear()
        line.deaf = False
        await asyncio.sleep(0.2)
        assert {block[1] for block in line.written} == {DoorCommand.NONE}
        await doors.command(LAMPS)
        assert line.plant.state.sequence == lost + 1
        assert line.plant.state.cycles == 0

    with_client(work)


def test_commands_wait_for_one_another() -> None:
    async def work(doors: RegisterDoors, line: Recorder) -> None:
        results = await asyncio.gather(*(doors.command(LAMPS) for _ in range(5)))
        assert results == [CommandResult.ACCEPTED] * 5
        assert line.plant.state.sequence == 5

    with_client(work)


def test_one_lost_answer_is_no_failure() -> None:
    async def work(doors: RegisterDoors, line: Recorder) -> None:
        line.failures = [DeviceTimeout("doors", "lost."), DeviceGarbled("doors", "broken.")]
        assert await doors.events()
        line.failures = [DeviceTimeout("doors", "lost.")]
        await asyncio.sleep(0.2)
        assert (await doors.status()).entry_closed
        assert doors.statistics.failed == 1

    with_client(work)


def test_status_is_refused_when_it_is_old_and_says_why() -> None:
    async def work(doors: RegisterDoors, line: Recorder) -> None:
        line.failures = [DeviceGarbled("doors", "nonsense.") for _ in range(8)]
        await asyncio.sleep(0.35)
        with pytest.raises(DeviceGarbled, match="nonsense"):
            await doors.status()
        with pytest.raises(DeviceGarbled, match="nonsense"):
            await doors.command(LAMPS)
        assert await doors.health() is Health.FAILED
        await asyncio.sleep(0.3)
        assert await doors.health() is Health.READY

    with_client(work)


def test_connects_anew_when_the_port_is_gone() -> None:
    async def work(doors: RegisterDoors, line: Recorder) -> None:
        gone = DeviceUnavailable("doors", "gone.")
        line.failures = [gone, gone, gone]
        await asyncio.sleep(0.6)
        with pytest.raises(DeviceUnavailable, match="gone"):
            await doors.status()
        await asyncio.sleep(1.0)
        assert (await doors.status()).entry_closed
        assert line.connections == 2

    with_client(work)


def test_an_order_out_of_the_maps_bounds_is_refused_by_the_controller() -> None:
    async def work(doors: RegisterDoors, _line: Recorder) -> None:
        order = DoorOrder(DoorCommand.OPEN_EXIT, 0xFFFF_FFFF, permit_ds=0xFFFF)
        assert await doors.command(order) is CommandResult.REFUSED_OTHER_TRANSACTION

    with_client(work)


def test_health_is_degraded_by_what_a_person_must_see_to() -> None:
    async def work(doors: RegisterDoors, line: Recorder) -> None:
        world = line.plant.world
        for wire, wrong, right in (("mains", False, True), ("sensor_healthy", False, True)):
            setattr(world, wire, wrong)
            await asyncio.sleep(0.2)
            assert await doors.health() is Health.DEGRADED, wire
            setattr(world, wire, right)
            await asyncio.sleep(0.2)
            assert await doors.health() is Health.READY
        await doors.command(DoorOrder(DoorCommand.OUT_OF_SERVICE, 0))
        assert await doors.health() is Health.DEGRADED

    with_client(work)


def test_counts_a_cycle_that_began_late() -> None:
    async def run() -> None:
        doors = InProcessDoors(DoorPlant(World()), cycle_hz=50)
        await doors.open()
        await asyncio.sleep(0.1)
        before = doors.statistics.late
        time.sleep(0.2)  # noqa: ASYNC251  (the point: somebody blocks the loop)
        await asyncio.sleep(0.1)
        assert doors.statistics.late == before + 1
        assert doors.statistics.worst_s >= 0.1
        await doors.close()

    asyncio.run(run())


def test_identity_and_status_blocks_are_told_apart_by_the_reader() -> None:
    async def work(_doors: RegisterDoors, line: Recorder) -> None:
        identity = await line.exchange((), IDENTITY, 24)
        status = await line.exchange((), 0, STATUS_COUNT)
        assert identity[0] == 1 and status[COMMAND_SEQUENCE_ACK] == 0

    with_client(work)
