"""What the controller takes from its host: from its first scan on, command by command, beat by beat."""

import pytest

from drivers.door_registers import DoorFault, encode_command
from drivers.model import DoorCommand, DoorEventCode, DoorOrder
from simulators.door_state import Cleared, Drive, Inputs, Limits, State, boot
from tests.doors.rig import EXIT, LOCK, OPEN, OPEN_ENTRY, OPEN_EXIT, RESET, SHUT, STOP, Bench, R


class TestBoot:
    def test_knows_nothing_but_what_is_retained(self) -> None:
        state = boot(finished=7, cycles=9)
        assert (state.finished, state.cycles, state.news) == (7, 9, (DoorEventCode.BOOT,))
        assert state._replace(finished=0, cycles=0, news=(), counted=0) == State()

    def test_whoever_is_there_when_it_wakes_has_come_in_by_no_door(self) -> None:
        bench = Bench(persons=2, exit=Bench().inputs.exit._replace(permille=1000))
        assert (bench.state.counted, bench.state.tailgates) == (2, 0)
        bench.set(persons=3)
        bench.scan()
        assert bench.state.tailgates == 1

    def test_the_first_count_that_is_good_is_nobodys_coming(self) -> None:
        bench = Bench(persons=None, exit=Bench().inputs.exit._replace(permille=1000))
        bench.set(persons=1)
        bench.scan()
        assert (bench.state.counted, bench.state.tailgates) == (1, 0)
        bench.set(persons=0)
        bench.scan()
        assert bench.state.passages_in == 1

    def test_locks_closed_doors_and_waits(self) -> None:
        bench = Bench()
        assert bench.drives == (LOCK, LOCK)
        assert bench.state.fault is DoorFault.NONE
        assert bench.state.entry.seen_locked and bench.state.exit.seen_locked

    def test_closes_open_doors_without_crying_force(self) -> None:
        bench = Bench(entry=Bench().inputs.entry._replace(permille=300))
        assert bench.drives == (SHUT, LOCK)
        assert bench.state.fault is DoorFault.NONE

    def test_is_silent_until_the_first_heartbeat(self) -> None:
        bench = Bench()
        bench.state = boot()
        bench.scan(alive=False)
        assert bench.open_exit() is R.REFUSED_OTHER_TRANSACTION
        assert DoorEventCode.HEARTBEAT_LOST not in [code for code, _ in bench.news]

    def test_lets_out_whoever_is_inside(self) -> None:
        bench = Bench()
        bench.state = boot()
        bench.set(persons=1)
        bench.scan(alive=False)
        assert bench.drives == (OPEN, LOCK)

    def test_a_silent_host_changes_no_finished_transaction(self) -> None:
        bench = Bench()
        bench.state = boot(finished=7)
        bench.scan(alive=False)
        bench.scan(alive=False)
        assert (bench.state.transaction, bench.state.finished) == (0, 7)

    def test_begins_with_these_values(self) -> None:
        door = (Drive.LOCK, 0, 0, False, False, False, False)
        nothing = (False, None, 0, 0, 1, 0, 0, 65535, 0, R.NONE, DoorCommand.NONE, False, False)
        assert State() == (door, door, *nothing, DoorFault.NONE, DoorFault.NONE, 0, 0, 0, 0, 0, 0, ())
        assert Inputs() == ((0, True, False), (0, True, False), 0, 0, 0, False, False, False, True)

    def test_has_these_limits(self) -> None:
        assert Limits() == Limits(500, 15000, 300, 3000, 2, 5000, 0b11_1111_1100, True)

    def test_uses_these_codes_on_the_wire(self) -> None:
        assert [why.name for why in sorted(Cleared)] == [
            "PASSED",
            "EXPIRED",
            "COMMANDED",
            "COUNT",
            "INTERLOCK",
            "FAULT",
            "HOST_SILENT",
            "POWER",
            "EMERGENCY",
        ]
        assert [int(why) for why in sorted(Cleared)] == list(range(1, 10))
        assert [int(drive) for drive in (LOCK, OPEN, SHUT, STOP)] == [0, 1, 2, 3]


class TestSequence:
    @pytest.mark.parametrize("ahead", [1, 2, 0x7FFF])
    def test_looks_at_what_is_ahead(self, bench: Bench, ahead: int) -> None:
        bench.state = bench.state._replace(sequence=0xFFF0)
        assert bench.ask(OPEN_ENTRY, sequence=0xFFF0 + ahead) is R.ACCEPTED
        assert bench.state.sequence == 0xFFF0 + ahead & 0xFFFF

    @pytest.mark.parametrize("ahead", [0, -1, -100, 0x8000, 0x8001])
    def test_does_not_look_at_the_same_or_an_old_one(self, bench: Bench, ahead: int) -> None:
        bench.state = bench.state._replace(sequence=200)
        bench.ask(OPEN_ENTRY, sequence=200 + ahead)
        assert bench.drives == (LOCK, LOCK)
        assert (bench.state.sequence, bench.state.result) == (200, R.NONE)

    def test_a_repeated_command_is_the_same_command(self, admitted: Bench) -> None:
        registers = encode_command(DoorOrder(OPEN_EXIT, 1, 10), admitted.beat(), admitted.state.sequence + 1)
        admitted.send(registers)
        assert admitted.state.permit is not None
        for _ in range(20):
            admitted.send([admitted.beat(), *registers[1:]], 100)
        assert admitted.state.permit is None
        assert admitted.drives == (LOCK, LOCK)
        assert admitted.told(DoorEventCode.PERMIT_GRANTED) == [0]

    def test_none_is_no_command(self, bench: Bench) -> None:
        bench.send(encode_command(None, bench.beat(), bench.state.sequence + 5))
        assert (bench.state.sequence, bench.state.result) == (0, R.NONE)

    def test_a_wrong_complement_is_refused(self, admitted: Bench) -> None:
        registers = encode_command(DoorOrder(OPEN_EXIT, 1, 50), admitted.beat(), admitted.state.sequence + 1)
        registers[2] ^= 0x0100
        admitted.send(registers)
        assert admitted.state.result is R.BAD_COMPLEMENT
        assert admitted.drives == (LOCK, LOCK)
        assert admitted.told(DoorEventCode.COMMAND_REFUSED) == [OPEN_EXIT << 4 | R.BAD_COMPLEMENT]

    @pytest.mark.parametrize("command", [9, 0x4002, 0xFFFF])
    def test_an_unknown_command_is_refused(self, admitted: Bench, command: int) -> None:
        registers = encode_command(DoorOrder(OPEN_EXIT, 1, 50), admitted.beat(), admitted.state.sequence + 1)
        admitted.send([registers[0], command, 0xFFFF ^ command, *registers[3:]])
        assert admitted.state.result is R.BAD_COMPLEMENT
        assert admitted.told(DoorEventCode.COMMAND_REFUSED) == [(command & 0xF) << 4 | R.BAD_COMPLEMENT]

    def test_a_refusal_is_not_done_later(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.open_exit()
        bench.settle()
        assert bench.state.result is R.REFUSED_COUNT or bench.state.result is R.REFUSED_INTERLOCK
        assert bench.state.command is DoorCommand.NONE

    def test_a_lamp_test_moves_nothing(self, bench: Bench) -> None:
        before = bench.state
        assert bench.ask(DoorCommand.LAMP_TEST) is R.ACCEPTED
        assert bench.state.result is R.DONE
        assert (bench.state.entry, bench.state.exit, bench.state.transaction) == (before.entry, before.exit, 0)


class TestHeartbeat:
    def test_is_lost_after_the_limit(self, bench: Bench) -> None:
        bench.scan(500, alive=False)
        assert bench.told(DoorEventCode.HEARTBEAT_LOST) == []
        bench.scan(1, alive=False)
        bench.scan(1, alive=False)
        assert bench.told(DoorEventCode.HEARTBEAT_LOST) == [0]

    def test_comes_back_with_the_next_beat(self, bench: Bench) -> None:
        bench.scan(2000, alive=False)
        assert bench.state.silent_ms == 501
        bench.scan()
        assert bench.state.silent_ms == 0
        bench.scan(501, alive=False)
        assert bench.told(DoorEventCode.HEARTBEAT_LOST) == [0, 0]

    @pytest.mark.parametrize("heartbeat", [0, 0xFFFF])
    def test_does_not_take_reserved_values(self, bench: Bench, heartbeat: int) -> None:
        bench.send(encode_command(None, heartbeat, 0), 100)
        assert (bench.state.silent_ms, bench.state.heartbeat) == (100, 1)

    @pytest.mark.parametrize("heartbeat", [1, 0xFFFE])
    def test_takes_the_values_beside_them(self, bench: Bench, heartbeat: int) -> None:
        bench.state = bench.state._replace(heartbeat=77)
        bench.send(encode_command(None, heartbeat, 0), 100)
        assert (bench.state.silent_ms, bench.state.heartbeat) == (0, heartbeat)

    def test_does_not_take_the_same_value_twice(self, admitted: Bench) -> None:
        beat = admitted.heartbeat
        admitted.send(encode_command(None, beat, admitted.state.sequence), 501)
        registers = encode_command(DoorOrder(OPEN_EXIT, 1, 50), beat, admitted.state.sequence + 1)
        admitted.send(registers)
        assert admitted.state.result is R.REFUSED_FAULT
        admitted.send(encode_command(DoorOrder(OPEN_ENTRY, 2), beat, admitted.state.sequence + 1))
        assert admitted.state.result is R.REFUSED_FAULT

    def test_lost_lets_out_whoever_is_inside(self, admitted: Bench) -> None:
        admitted.scan(501, alive=False)
        assert admitted.drives == (OPEN, LOCK)
        assert (admitted.state.transaction, admitted.state.finished) == (0, 1)

    @pytest.mark.parametrize("wires", [{"persons": None}, {"count_age_ms": 301}])
    def test_lost_lets_out_whoever_may_be_inside(self, bench: Bench, wires: dict[str, object]) -> None:
        bench.set(**wires)
        bench.scan(501, alive=False)
        assert bench.drives == (OPEN, LOCK)

    def test_lost_shuts_an_empty_chamber(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.settle()
        bench.scan(501, alive=False)
        assert bench.drives == (SHUT, LOCK)

    def test_lost_shuts_the_exit_before_it_opens_the_entry(self, released: Bench) -> None:
        released.scan(501, alive=False)
        assert released.drives == (LOCK, SHUT)
        released.leaf(EXIT, 0)
        released.scan(alive=False)
        assert released.drives == (OPEN, LOCK)


class TestService:
    def test_out_of_service_opens_nothing_until_reset(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.settle()
        assert bench.ask(DoorCommand.OUT_OF_SERVICE) is R.ACCEPTED
        assert bench.state.result is R.ACCEPTED
        bench.settle()
        assert bench.state.result is R.DONE
        assert bench.drives == (LOCK, LOCK)
        assert bench.ask(OPEN_ENTRY, 3) is R.REFUSED_FAULT
        assert bench.ask(RESET) is R.ACCEPTED
        assert bench.ask(OPEN_ENTRY, 3) is R.ACCEPTED
