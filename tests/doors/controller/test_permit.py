"""How long a permit lives, and everything that ends it."""

import pytest

from drivers.model import DoorCommand, DoorEventCode
from simulators.door_state import Cleared
from tests.doors.rig import CLOSE, ENTRY, LOCK, SHUT, STOP, Bench, R


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
