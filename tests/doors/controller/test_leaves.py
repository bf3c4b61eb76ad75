"""How a leaf is driven, and everything that a leaf can do wrong."""

import pytest

from drivers.door_registers import DoorFault
from drivers.model import DoorEventCode
from simulators.door_state import Drive
from tests.doors.rig import CLOSE, ENTRY, EXIT, LOCK, OPEN, OPEN_ENTRY, RESET, SHUT, STOP, Bench, R


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
