"""Every guard of the door controller, one by one and at its boundaries. Its mutants are killed here."""

import pytest

from drivers.door_registers import DoorFault, encode_command
from drivers.model import CommandResult, DoorCommand, DoorEventCode, DoorOrder
from simulators.door_state import Cleared, Drive, Inputs, Limits, State, boot, is_barrier_stuck
from tests.doors.rig import ENTRY, EXIT, Bench

R = CommandResult
OPEN_ENTRY, OPEN_EXIT, CLOSE = DoorCommand.OPEN_ENTRY, DoorCommand.OPEN_EXIT, DoorCommand.CLOSE_BOTH
RELEASE, RESET = DoorCommand.RELEASE_BACKWARDS, DoorCommand.RESET_FAULT
LOCK, OPEN, SHUT, STOP = Drive.LOCK, Drive.OPEN, Drive.CLOSE, Drive.STOP


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def admitted(bench: Bench) -> Bench:
    """One person is inside for transaction 1, both doors are locked."""
    bench.admit()
    bench.news.clear()
    return bench


@pytest.fixture
def released(admitted: Bench) -> Bench:
    """The exit stands open for that person."""
    admitted.release()
    return admitted


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


class TestEntry:
    def test_opens_into_an_empty_chamber(self, bench: Bench) -> None:
        assert bench.ask(OPEN_ENTRY, 5) is R.ACCEPTED
        assert bench.drives == (OPEN, LOCK)
        assert (bench.state.transaction, bench.state.expected) == (5, 1)
        assert bench.told(DoorEventCode.COMMAND_ACCEPTED) == [OPEN_ENTRY]

    def test_is_done_when_it_stands_open(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        assert bench.state.result is R.ACCEPTED
        bench.leaf(ENTRY, 999)
        bench.scan()
        assert bench.state.result is R.ACCEPTED
        bench.leaf(ENTRY, 1000)
        bench.scan()
        assert bench.state.result is R.DONE

    def test_remembers_how_many_are_expected(self, bench: Bench) -> None:
        assert bench.ask(OPEN_ENTRY, expected_persons=2) is R.ACCEPTED
        assert bench.state.expected == 2

    @pytest.mark.parametrize("expected", [0, 3, 255])
    def test_expects_one_or_two(self, bench: Bench, expected: int) -> None:
        assert bench.ask(OPEN_ENTRY, expected_persons=expected) is R.REFUSED_COUNT
        assert bench.drives == (LOCK, LOCK)

    @pytest.mark.parametrize(
        ("wires", "result"),
        [
            ({"persons": 1}, R.REFUSED_COUNT),
            ({"persons": None}, R.REFUSED_COUNT),
            ({"count_age_ms": 301}, R.REFUSED_COUNT),
            ({"count_age_ms": 300}, R.ACCEPTED),
            ({"mains": False}, R.REFUSED_FAULT),
            ({"fire": True}, R.REFUSED_EMERGENCY),
            ({"emergency_button": True}, R.REFUSED_EMERGENCY),
        ],
    )
    def test_needs(self, bench: Bench, wires: dict[str, object], result: R) -> None:
        bench.set(**wires)
        assert bench.ask(OPEN_ENTRY) is result

    def test_needs_a_transaction(self, bench: Bench) -> None:
        assert bench.ask(OPEN_ENTRY, 0) is R.REFUSED_OTHER_TRANSACTION

    def test_needs_a_transaction_that_has_not_ended(self, released: Bench) -> None:
        released.set(persons=0)
        released.settle()
        assert (released.state.transaction, released.state.finished) == (0, 1)
        assert released.ask(OPEN_ENTRY, 1) is R.REFUSED_OTHER_TRANSACTION
        assert released.ask(OPEN_ENTRY, 2) is R.ACCEPTED

    @pytest.mark.parametrize("permille", [1, None])
    def test_needs_a_closed_exit(self, bench: Bench, permille: int | None) -> None:
        bench.state = bench.state._replace(exit=bench.state.exit._replace(seen_locked=False, failed=True))
        bench.leaf(EXIT, permille)
        assert bench.ask(OPEN_ENTRY) is R.REFUSED_INTERLOCK

    def test_needs_a_locked_exit(self, bench: Bench) -> None:
        bench.state = bench.state._replace(exit=bench.state.exit._replace(drive=STOP))
        assert bench.ask(OPEN_ENTRY) is R.REFUSED_INTERLOCK

    def test_may_be_opened_again_for_the_same_transaction(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY, 5)
        bench.settle()
        assert bench.ask(OPEN_ENTRY, 5) is R.ACCEPTED
        assert (bench.state.transaction, bench.state.finished) == (5, 0)

    def test_another_transaction_ends_the_one_before(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY, 5)
        assert bench.ask(OPEN_ENTRY, 6) is R.ACCEPTED
        assert (bench.state.transaction, bench.state.finished) == (6, 5)

    def test_is_shut_by_close_both(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.settle()
        assert bench.ask(CLOSE) is R.ACCEPTED
        assert bench.drives == (SHUT, LOCK)
        assert bench.state.result is R.ACCEPTED
        bench.settle()
        assert bench.state.result is R.DONE
        assert bench.state.transaction == 1

    def test_stays_as_it_is_on_hold(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.settle()
        assert bench.ask(DoorCommand.HOLD) is R.ACCEPTED
        bench.scan()
        assert bench.drives == (OPEN, LOCK)

    def test_closes_when_the_exit_is_no_longer_known_to_be_locked(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.settle()
        bench.leaf(EXIT, None)
        bench.scan()
        assert bench.drives == (SHUT, LOCK)


class TestExit:
    def test_opens_by_a_permit(self, admitted: Bench) -> None:
        assert admitted.open_exit(permit_tag=0xABCD) is R.ACCEPTED
        assert admitted.drives == (LOCK, OPEN)
        assert admitted.state.permit is not None and admitted.state.permit.left_ms == 5000
        assert admitted.told(DoorEventCode.PERMIT_GRANTED) == [0xCD]
        assert admitted.state.result is R.ACCEPTED
        admitted.settle()
        assert admitted.state.result is R.DONE

    @pytest.mark.parametrize("permit_ds", [1, 150])
    def test_takes_a_permit_of_any_life_up_to_the_limit(self, admitted: Bench, permit_ds: int) -> None:
        assert admitted.open_exit(permit_ds=permit_ds) is R.ACCEPTED

    @pytest.mark.parametrize("permit_ds", [0, 151, 65535])
    def test_refuses_no_permit_and_one_too_long(self, admitted: Bench, permit_ds: int) -> None:
        assert admitted.open_exit(permit_ds=permit_ds) is R.REFUSED_NO_PERMIT
        assert admitted.drives == (LOCK, LOCK)
        assert admitted.told(DoorEventCode.COMMAND_REFUSED) == [OPEN_EXIT << 4 | R.REFUSED_NO_PERMIT]

    @pytest.mark.parametrize("transaction", [0, 2, 0x10001])
    def test_refuses_another_transaction(self, admitted: Bench, transaction: int) -> None:
        assert admitted.open_exit(transaction) is R.REFUSED_OTHER_TRANSACTION

    def test_refuses_transaction_zero_when_none_is_held(self, bench: Bench) -> None:
        bench.set(persons=1)
        assert bench.open_exit(0) is R.REFUSED_OTHER_TRANSACTION

    def test_holds_all_32_bits_of_a_transaction(self, bench: Bench) -> None:
        bench.admit(0xDEAD_BEEF)
        assert bench.open_exit(0xBEEF) is R.REFUSED_OTHER_TRANSACTION
        assert bench.state.transaction == 0xDEAD_BEEF
        assert bench.open_exit(0xDEAD_BEEF) is R.ACCEPTED

    @pytest.mark.parametrize(
        ("wires", "result"),
        [
            ({"persons": 0}, R.REFUSED_COUNT),
            ({"persons": 2}, R.REFUSED_COUNT),
            ({"persons": None}, R.REFUSED_COUNT),
            ({"count_age_ms": 301}, R.REFUSED_COUNT),
            ({"count_age_ms": 300}, R.ACCEPTED),
            ({"mains": False}, R.REFUSED_FAULT),
            ({"fire": True}, R.REFUSED_EMERGENCY),
            ({"emergency_button": True}, R.REFUSED_EMERGENCY),
        ],
    )
    def test_needs(self, admitted: Bench, wires: dict[str, object], result: R) -> None:
        admitted.set(**wires)
        assert admitted.open_exit() is result

    @pytest.mark.parametrize(("persons", "expected"), [(0, 0), (3, 3), (1, 2), (2, 1)])
    def test_expects_exactly_who_is_there(self, bench: Bench, persons: int, expected: int) -> None:
        bench.admit(persons=persons)
        assert bench.open_exit(expected_persons=expected) is R.REFUSED_COUNT

    def test_lets_two_out_when_two_are_expected(self, bench: Bench) -> None:
        bench.admit(persons=2)
        bench.release(persons=2)
        assert bench.state.expected == 2

    def test_needs_a_locked_entry(self, admitted: Bench) -> None:
        admitted.ask(RELEASE)
        assert admitted.open_exit() is R.REFUSED_INTERLOCK

    @pytest.mark.parametrize("permille", [1, None])
    def test_needs_a_closed_entry(self, admitted: Bench, permille: int | None) -> None:
        admitted.state = admitted.state._replace(entry=admitted.state.entry._replace(seen_locked=False, failed=True))
        admitted.leaf(ENTRY, permille)
        assert admitted.open_exit() is R.REFUSED_INTERLOCK

    def test_needs_a_locked_exit_to_begin_with(self, released: Bench) -> None:
        assert released.open_exit() is R.REFUSED_INTERLOCK
        assert released.state.permit is not None

    def test_forgets_a_wish_for_the_entry(self, admitted: Bench) -> None:
        admitted.state = admitted.state._replace(entry_wanted=True, exit=admitted.state.exit._replace(drive=LOCK))
        admitted.state = admitted.state._replace(entry=admitted.state.entry._replace(drive=LOCK))
        admitted.open_exit()
        assert not admitted.state.entry_wanted

    @pytest.mark.parametrize("which", [ENTRY, EXIT])
    def test_is_refused_with_a_fault(self, admitted: Bench, which: int) -> None:
        admitted.state = admitted.state._replace(fault=DoorFault(which + 1))
        assert admitted.open_exit() is R.REFUSED_FAULT

    def test_is_refused_out_of_service(self, admitted: Bench) -> None:
        admitted.state = admitted.state._replace(out_of_service=True)
        assert admitted.open_exit() is R.REFUSED_FAULT


class TestPermit:
    def ended(self, bench: Bench, why: Cleared) -> bool:
        return bench.state.permit is None and bench.told(DoorEventCode.PERMIT_CLEARED) == [why]

    def test_expires(self, admitted: Bench) -> None:
        admitted.open_exit(permit_ds=1)
        admitted.scan(99)
        assert admitted.state.permit is not None and admitted.state.permit.left_ms == 1
        admitted.scan(1)
        assert self.ended(admitted, Cleared.EXPIRED)
        assert admitted.drives == (LOCK, LOCK)

    def test_expires_far_beyond_its_end(self, released: Bench) -> None:
        released.scan(9000)
        assert self.ended(released, Cleared.EXPIRED)

    def test_expired_unused_leaves_the_transaction(self, admitted: Bench) -> None:
        admitted.open_exit(permit_ds=1)
        admitted.scan(200)
        assert admitted.state.transaction == 1
        assert admitted.open_exit() is R.ACCEPTED

    def test_closes_an_open_exit_when_it_expires(self, released: Bench) -> None:
        released.scan(5000)
        assert released.drives == (LOCK, SHUT)

    def test_ends_with_the_passage(self, released: Bench) -> None:
        released.set(persons=0)
        released.scan()
        assert self.ended(released, Cleared.PASSED)
        assert released.drives == (LOCK, SHUT)
        assert (released.state.transaction, released.state.finished) == (0, 1)
        assert released.told(DoorEventCode.PASSAGE_IN) == [1]
        assert released.state.passages_in == 1

    def test_counts_two_passages_down(self, bench: Bench) -> None:
        bench.admit(persons=2)
        bench.release(persons=2)
        bench.set(persons=1)
        bench.scan()
        assert bench.state.permit is not None and (bench.state.permit.persons, bench.state.permit.used) == (1, True)
        bench.set(persons=0)
        bench.scan()
        assert self.ended(bench, Cleared.PASSED)
        assert bench.state.passages_in == 2

    def test_used_by_one_of_two_ends_its_transaction(self, bench: Bench) -> None:
        bench.admit(persons=2)
        bench.release(persons=2)
        bench.set(persons=1)
        bench.scan()
        bench.scan(5000)
        assert self.ended(bench, Cleared.EXPIRED)
        assert (bench.state.transaction, bench.state.finished) == (0, 1)

    @pytest.mark.parametrize("wires", [{"persons": 2}, {"persons": None}, {"count_age_ms": 301}])
    def test_ends_when_the_count_breaks(self, released: Bench, wires: dict[str, object]) -> None:
        released.set(**wires)
        released.scan()
        assert self.ended(released, Cleared.COUNT)
        assert released.state.finished == 1

    def test_ends_when_more_leave_than_it_allows(self, released: Bench) -> None:
        released.state = released.state._replace(counted=3)
        released.set(persons=0)
        released.scan()
        assert self.ended(released, Cleared.PASSED)

    def test_ends_with_the_mains(self, released: Bench) -> None:
        released.set(mains=False)
        released.scan()
        assert self.ended(released, Cleared.POWER)
        assert released.state.finished == 1

    def test_ends_with_the_host(self, released: Bench) -> None:
        released.scan(500, alive=False)
        assert released.state.permit is not None
        released.scan(1, alive=False)
        assert self.ended(released, Cleared.HOST_SILENT)
        assert released.state.finished == 1

    @pytest.mark.parametrize("wires", [{"fire": True}, {"emergency_button": True}])
    def test_ends_in_an_emergency(self, released: Bench, wires: dict[str, object]) -> None:
        released.set(**wires)
        released.scan()
        assert self.ended(released, Cleared.EMERGENCY)

    def test_ends_when_the_entry_is_forced(self, released: Bench) -> None:
        released.leaf(ENTRY, 100)
        released.scan()
        assert self.ended(released, Cleared.FAULT)

    def test_ends_when_the_entry_is_not_locked(self, released: Bench) -> None:
        released.state = released.state._replace(entry=released.state.entry._replace(drive=STOP))
        released.scan()
        assert self.ended(released, Cleared.INTERLOCK)
        assert released.state.finished == 1

    @pytest.mark.parametrize("command", [CLOSE, DoorCommand.HOLD])
    def test_is_withdrawn_by_command(self, released: Bench, command: DoorCommand) -> None:
        assert released.ask(command) is R.ACCEPTED
        assert self.ended(released, Cleared.COMMANDED)
        assert released.drives == (LOCK, SHUT)
        assert released.state.transaction == 1
        assert released.state.result is (R.ACCEPTED if command is CLOSE else R.DONE)

    def test_is_withdrawn_out_of_service(self, released: Bench) -> None:
        assert released.ask(DoorCommand.OUT_OF_SERVICE) is R.ACCEPTED
        assert self.ended(released, Cleared.COMMANDED)
        assert released.state.finished == 1


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


class TestMains:
    def test_lost_lets_out_whoever_is_inside(self, admitted: Bench) -> None:
        admitted.set(mains=False)
        admitted.scan()
        assert admitted.drives == (OPEN, LOCK)
        assert admitted.state.finished == 1

    def test_lost_shuts_when_all_are_out(self, admitted: Bench) -> None:
        admitted.set(mains=False)
        admitted.settle()
        admitted.set(persons=0)
        admitted.settle()
        assert admitted.drives == (LOCK, LOCK)
        assert admitted.state.passages_back == 1

    def test_does_not_obey_close_while_somebody_is_inside(self, admitted: Bench) -> None:
        admitted.set(mains=False)
        admitted.settle()
        admitted.ask(CLOSE)
        assert admitted.drives == (OPEN, LOCK)


class TestRelease:
    def test_opens_the_entry_to_the_hall(self, admitted: Bench) -> None:
        assert admitted.ask(RELEASE) is R.ACCEPTED
        assert admitted.drives == (OPEN, LOCK)
        assert admitted.state.result is R.ACCEPTED
        admitted.settle()
        assert admitted.state.result is R.DONE

    def test_keeps_the_transaction_that_it_names(self, admitted: Bench) -> None:
        admitted.ask(RELEASE, 1)
        assert (admitted.state.transaction, admitted.state.finished) == (1, 0)

    def test_ends_any_other(self, admitted: Bench) -> None:
        assert admitted.ask(RELEASE, 0) is R.ACCEPTED
        assert (admitted.state.transaction, admitted.state.finished) == (0, 1)

    def test_needs_a_locked_exit(self, released: Bench) -> None:
        assert released.ask(RELEASE) is R.REFUSED_INTERLOCK
        assert released.drives == (LOCK, OPEN)

    def test_needs_no_mended_fault_and_no_service(self, admitted: Bench) -> None:
        admitted.state = admitted.state._replace(fault=DoorFault.ENTRY_JAMMED, out_of_service=True)
        assert admitted.ask(RELEASE) is R.ACCEPTED
        assert admitted.drives == (OPEN, LOCK)


class TestEmergency:
    @pytest.mark.parametrize("wire", ["fire", "emergency_button"])
    def test_releases_both_doors_until_reset_with_the_key(self, admitted: Bench, wire: str) -> None:
        admitted.set(**{wire: True})
        admitted.scan()
        assert admitted.drives == (OPEN, OPEN)
        assert (admitted.state.transaction, admitted.state.finished) == (0, 1)
        admitted.set(key_switch=True)
        assert admitted.ask(RESET) is R.REFUSED_EMERGENCY
        admitted.set(**{wire: False, "key_switch": False})
        assert admitted.ask(RESET) is R.REFUSED_EMERGENCY
        admitted.settle()
        assert admitted.drives == (OPEN, OPEN)
        admitted.set(key_switch=True)
        assert admitted.ask(RESET) is R.ACCEPTED
        assert admitted.drives == (SHUT, SHUT)
        assert admitted.told(DoorEventCode.EMERGENCY_ON) == [0]
        assert admitted.told(DoorEventCode.EMERGENCY_OFF) == [0]

    @pytest.mark.parametrize("command", [CLOSE, DoorCommand.HOLD, RELEASE, OPEN_ENTRY, OPEN_EXIT])
    def test_obeys_nobody(self, admitted: Bench, command: DoorCommand) -> None:
        admitted.set(fire=True)
        admitted.scan()
        assert admitted.ask(command, permit_ds=50) is R.REFUSED_EMERGENCY
        assert admitted.drives == (OPEN, OPEN)

    def test_stays_open_without_host_and_mains(self, bench: Bench) -> None:
        bench.set(fire=True, mains=False)
        bench.scan(501, alive=False)
        bench.scan(501, alive=False)
        assert bench.drives == (OPEN, OPEN)

    def test_may_keep_the_exit_locked_by_the_approved_profile(self) -> None:
        bench = Bench(Limits(emergency_opens_exit=False))
        bench.set(fire=True)
        bench.scan()
        assert bench.drives == (OPEN, LOCK)

    def test_opens_what_has_failed(self, admitted: Bench) -> None:
        admitted.state = admitted.state._replace(exit=admitted.state.exit._replace(failed=True))
        admitted.leaf(EXIT, None)
        admitted.set(emergency_button=True)
        admitted.scan()
        assert admitted.drives == (OPEN, OPEN)

    def test_shuts_the_entry_after_a_reset_even_if_it_was_wanted(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.set(fire=True)
        bench.settle()
        bench.set(fire=False, key_switch=True)
        bench.ask(RESET)
        assert not bench.state.entry_wanted


class TestPeople:
    def test_passage_back_is_counted_with_the_exit_locked(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.settle()
        bench.set(persons=2)
        bench.scan()
        bench.set(persons=0)
        bench.scan()
        assert bench.state.passages_back == 2
        assert bench.told(DoorEventCode.PASSAGE_BACK) == [2]
        assert bench.state.passages_in == 0

    def test_nothing_is_counted_when_both_doors_are_locked(self, admitted: Bench) -> None:
        admitted.set(persons=0)
        admitted.scan()
        assert (admitted.state.passages_in, admitted.state.passages_back, admitted.state.counted) == (0, 0, 0)

    def test_nothing_is_counted_when_both_doors_are_open(self, admitted: Bench) -> None:
        admitted.set(fire=True)
        admitted.settle()
        admitted.set(persons=0)
        admitted.scan()
        assert (admitted.state.passages_in, admitted.state.passages_back) == (0, 0)

    def test_an_unknown_count_counts_when_it_comes_back(self, released: Bench) -> None:
        released.set(persons=None)
        released.scan()
        released.set(persons=0)
        released.scan()
        assert released.state.passages_in == 1

    def test_one_too_many_is_a_tailgater(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.settle()
        bench.set(persons=1)
        bench.scan()
        assert bench.state.tailgates == 0
        bench.set(persons=2)
        bench.scan()
        bench.scan()
        assert bench.state.tailgates == 1
        assert bench.told(DoorEventCode.TAILGATE) == [2]
        assert bench.state.transaction == 1

    def test_two_at_once_are_counted_as_two(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.settle()
        bench.set(persons=2)
        bench.scan()
        assert bench.state.tailgates == 2

    def test_who_comes_through_the_exit_is_one_and_ends_the_transaction(self, released: Bench) -> None:
        released.scan(5000)
        released.set(persons=0)
        released.scan()
        released.state = released.state._replace(transaction=9)
        released.set(persons=1)
        released.scan()
        assert released.state.tailgates == 1
        assert (released.state.transaction, released.state.finished) == (0, 9)

    def test_a_late_passage_ends_the_transaction(self, released: Bench) -> None:
        released.wire(EXIT, clear=False)
        released.scan(5000)
        assert released.state.permit is None and released.state.transaction == 1
        released.set(persons=0)
        released.scan()
        assert released.state.passages_in == 1
        assert (released.state.transaction, released.state.finished) == (0, 1)

    @pytest.mark.parametrize("counter", ["passages_in", "tailgates", "passages_back"])
    def test_counters_wrap(self, bench: Bench, counter: str) -> None:
        bench.admit()
        bench.state = bench.state._replace(**{counter: 0xFFFF})
        if counter == "passages_in":
            bench.release()
        else:
            bench.ask(RELEASE)
            bench.settle()
        bench.set(persons=3 if counter == "tailgates" else 0)
        bench.scan()
        assert getattr(bench.state, counter) == (1 if counter == "tailgates" else 0)


class TestLeaves:
    """Written for both doors; the entry is opened for a transaction, the exit by a permit."""

    @pytest.fixture(params=[ENTRY, EXIT])
    def opened(self, request: pytest.FixtureRequest, bench: Bench) -> tuple[Bench, int]:
        if request.param == EXIT:
            bench.admit()
            bench.release()
        else:
            bench.ask(OPEN_ENTRY)
            bench.settle()
        bench.news.clear()
        return bench, request.param

    def drive(self, opened: tuple[Bench, int]) -> Drive:
        return opened[0].drives[opened[1]]

    def test_close_when_clear(self, opened: tuple[Bench, int]) -> None:
        bench, which = opened
        bench.wire(which, clear=False)
        bench.ask(CLOSE)
        assert self.drive(opened) is STOP
        for _ in range(10):
            bench.scan(3000)
        assert self.drive(opened) is STOP
        assert bench.state.fault is DoorFault.NONE
        bench.wire(which, clear=True)
        bench.scan()
        assert self.drive(opened) is SHUT
        bench.wire(which, clear=False, permille=600)
        bench.scan()
        assert self.drive(opened) is STOP

    def test_tell_when_they_lock_and_unlock(self, opened: tuple[Bench, int]) -> None:
        bench, which = opened
        bench.ask(CLOSE)
        bench.settle()
        codes = [code for code, _ in bench.news if code is not DoorEventCode.COMMAND_ACCEPTED]
        assert codes[-1] is (DoorEventCode.ENTRY_LOCKED, DoorEventCode.EXIT_LOCKED)[which]
        assert bench.state.cycles == which + 1

    def test_count_as_a_cycle_when_they_leave_the_lock(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        assert bench.state.cycles == 1
        assert bench.told(DoorEventCode.ENTRY_UNLOCKED) == [0]
        bench.settle()
        assert bench.state.cycles == 1
        bench.set(fire=True)
        bench.scan()
        assert bench.state.cycles == 2
        assert bench.told(DoorEventCode.EXIT_UNLOCKED) == [0]

    def test_turn_back_from_what_they_touch_and_try_again(self, opened: tuple[Bench, int]) -> None:
        bench, which = opened
        bench.ask(CLOSE)
        bench.wire(which, permille=500, edge=True)
        bench.scan()
        assert self.drive(opened) is OPEN
        assert bench.told(DoorEventCode.OBSTRUCTED) == [which]
        bench.wire(which, permille=999, edge=False)
        bench.scan()
        assert self.drive(opened) is OPEN
        bench.leaf(which, 1000)
        bench.scan()
        assert self.drive(opened) is SHUT
        assert (bench.state.entry, bench.state.exit)[which].retries == 1
        bench.leaf(which, 0)
        bench.scan()
        assert self.drive(opened) is LOCK
        assert (bench.state.entry, bench.state.exit)[which].retries == 0

    def test_give_up_open_after_two_retries(self, opened: tuple[Bench, int]) -> None:
        bench, which = opened
        bench.ask(CLOSE)
        for attempt in range(3):
            assert self.drive(opened) is SHUT
            assert bench.state.fault is DoorFault.NONE, attempt
            bench.wire(which, permille=500, edge=True)
            bench.scan()
            bench.wire(which, permille=1000, edge=False)
            bench.scan()
        assert self.drive(opened) is STOP
        assert bench.state.fault is (DoorFault.ENTRY_OBSTRUCTED, DoorFault.EXIT_OBSTRUCTED)[which]
        assert bench.told(DoorEventCode.OBSTRUCTED) == [which] * 3
        assert bench.told(DoorEventCode.FAULT) == [bench.state.fault]
        bench.ask(RESET)
        assert self.drive(opened) is SHUT
        assert (bench.state.entry, bench.state.exit)[which].retries == 0

    def test_do_not_close_on_an_edge(self, opened: tuple[Bench, int]) -> None:
        bench, which = opened
        bench.wire(which, edge=True)
        bench.ask(CLOSE)
        bench.scan()
        bench.scan()
        assert self.drive(opened) is STOP
        assert (bench.state.entry, bench.state.exit)[which].retries == 0

    def test_are_jammed_when_they_do_not_arrive(self, opened: tuple[Bench, int]) -> None:
        bench, which = opened
        bench.ask(CLOSE)
        bench.leaf(which, 400)
        bench.scan(2990)
        bench.scan(10)
        assert bench.state.fault is DoorFault.NONE
        bench.scan(1)
        assert bench.state.fault is (DoorFault.ENTRY_JAMMED, DoorFault.EXIT_JAMMED)[which]
        assert self.drive(opened) is STOP
        assert bench.state.finished == 1

    def test_are_not_jammed_where_they_stand_open(self, opened: tuple[Bench, int]) -> None:
        bench, _ = opened
        for _ in range(2):
            bench.scan(2000)
        assert bench.state.fault is DoorFault.NONE

    def test_jammed_while_opening_is_a_fault_too(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.leaf(ENTRY, 999)
        bench.scan(9000)
        bench.scan(9000)
        assert bench.state.fault is DoorFault.ENTRY_JAMMED
        assert bench.told(DoorEventCode.FAULT) == [DoorFault.ENTRY_JAMMED]
        assert bench.told(DoorEventCode.FORCED) == []
        assert bench.state.entry.moving_ms == 3001

    def test_jammed_while_turning_back_stops_once(self, opened: tuple[Bench, int]) -> None:
        bench, which = opened
        bench.ask(CLOSE)
        bench.wire(which, permille=500, edge=True)
        bench.scan()
        bench.wire(which, edge=False)
        bench.scan(3001)
        assert self.drive(opened) is STOP
        bench.scan(3001)
        assert len(bench.told(DoorEventCode.FAULT)) == 1

    def test_time_of_movement_begins_with_each_movement(self, opened: tuple[Bench, int]) -> None:
        bench, which = opened
        bench.ask(CLOSE)
        bench.leaf(which, 700)
        bench.scan(2000)
        bench.wire(which, clear=False)
        bench.scan()
        bench.wire(which, clear=True)
        bench.scan()
        bench.scan(2000)
        assert bench.state.fault is DoorFault.NONE

    def test_lost_position_is_a_fault_and_stops_a_moving_leaf(self, opened: tuple[Bench, int]) -> None:
        bench, which = opened
        bench.ask(CLOSE)
        bench.leaf(which, None)
        bench.scan()
        assert self.drive(opened) is STOP
        assert bench.state.fault is (DoorFault.ENTRY_POSITION_LOST, DoorFault.EXIT_POSITION_LOST)[which]
        bench.scan()
        assert len(bench.told(DoorEventCode.FAULT)) == 1

    @pytest.mark.parametrize("which", [ENTRY, EXIT])
    def test_lost_position_does_not_draw_the_bolt(self, bench: Bench, which: int) -> None:
        bench.leaf(which, None)
        bench.scan()
        assert bench.drives == (LOCK, LOCK)
        bench.leaf(which, 0)
        bench.scan()
        assert bench.ask(RESET) is R.ACCEPTED
        assert bench.ask(OPEN_ENTRY) is R.ACCEPTED

    @pytest.mark.parametrize("which", [ENTRY, EXIT])
    def test_forced_is_told_once_and_closed_again(self, bench: Bench, which: int) -> None:
        bench.leaf(which, 1)
        bench.scan()
        bench.scan()
        assert bench.told(DoorEventCode.FORCED) == [which]
        assert bench.state.fault is (DoorFault.ENTRY_FORCED, DoorFault.EXIT_FORCED)[which]
        assert bench.drives[which] is SHUT
        bench.leaf(which, 0)
        bench.scan()
        assert bench.drives == (LOCK, LOCK)
        assert (bench.state.entry, bench.state.exit)[which].forced
        bench.leaf(which, 1)
        bench.scan()
        assert bench.told(DoorEventCode.FORCED) == [which]
        bench.leaf(which, 0)
        bench.ask(RESET)
        assert not (bench.state.entry, bench.state.exit)[which].forced

    def test_a_forced_exit_shuts_an_open_entry(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.settle()
        bench.leaf(EXIT, 200)
        bench.scan()
        assert bench.drives == (SHUT, SHUT)
        bench.settle()
        assert bench.drives == (LOCK, LOCK)

    def test_a_forced_entry_leaves_a_wish_for_it(self, bench: Bench) -> None:
        bench.state = bench.state._replace(
            entry_wanted=True, exit=bench.state.exit._replace(drive=STOP, seen_locked=False)
        )
        bench.leaf(EXIT, 10)
        bench.leaf(ENTRY, 10)
        bench.scan()
        assert bench.state.fault is DoorFault.ENTRY_FORCED
        assert bench.state.entry_wanted

    def test_two_faults_are_kept_and_no_more(self, bench: Bench) -> None:
        bench.leaf(ENTRY, 1)
        bench.scan()
        bench.leaf(EXIT, 1)
        bench.scan()
        bench.leaf(EXIT, None)
        bench.scan()
        assert (bench.state.fault, bench.state.fault_second) == (DoorFault.ENTRY_FORCED, DoorFault.EXIT_FORCED)
        bench.leaf(ENTRY, 0)
        bench.leaf(EXIT, 0)
        bench.ask(RESET)
        assert (bench.state.fault, bench.state.fault_second) == (DoorFault.NONE, DoorFault.NONE)

    def test_a_failed_leaf_is_not_closed_until_reset(self, bench: Bench) -> None:
        bench.ask(OPEN_ENTRY)
        bench.leaf(ENTRY, 400)
        bench.scan(3001)
        bench.ask(CLOSE)
        assert bench.drives == (STOP, LOCK)
        assert bench.ask(RESET) is R.ACCEPTED
        assert bench.drives == (SHUT, LOCK)
        assert bench.state.entry.moving_ms == 0
        assert bench.told(DoorEventCode.EMERGENCY_OFF) == []


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


class TestBarriers:
    @pytest.mark.parametrize(("barrier", "counts"), [(0, False), (1, False), (2, True), (9, True), (10, False)])
    def test_left_behind_in_an_empty_chamber(self, bench: Bench, barrier: int, counts: bool) -> None:
        bench.set(barriers=1 << barrier)
        bench.scan(5000)
        assert bench.state.barrier_ms == (5000 if counts else 0)

    def test_is_forgotten_with_a_person_or_when_clear(self, bench: Bench) -> None:
        bench.set(barriers=0x10)
        bench.scan(9000)
        assert bench.state.barrier_ms == 5001
        assert is_barrier_stuck(bench.state, bench.limits)
        assert not is_barrier_stuck(bench.state._replace(barrier_ms=5000), bench.limits)
        bench.set(persons=1)
        bench.scan()
        assert bench.state.barrier_ms == 0
        bench.set(persons=0)
        bench.scan(100)
        bench.set(barriers=0)
        bench.scan()
        assert bench.state.barrier_ms == 0

    def test_uptime_runs(self, bench: Bench) -> None:
        before = bench.state.uptime_ms
        bench.scan(70)
        bench.scan(30, alive=False)
        assert bench.state.uptime_ms == before + 100
