"""Nobody is shut in: mains lost, released backwards, fire and emergency."""

import pytest

from drivers.door_registers import DoorFault
from drivers.model import DoorCommand, DoorEventCode
from simulators.door_state import Limits
from tests.doors.rig import CLOSE, EXIT, LOCK, OPEN, OPEN_ENTRY, OPEN_EXIT, RELEASE, RESET, SHUT, Bench, R


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
