"""Every guard of the two orders that let somebody through, one by one and at its boundaries."""

import pytest

from drivers.door_registers import DoorFault
from drivers.model import DoorCommand, DoorEventCode
from tests.doors.rig import CLOSE, ENTRY, EXIT, LOCK, OPEN, OPEN_ENTRY, OPEN_EXIT, RELEASE, SHUT, STOP, Bench, R


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
