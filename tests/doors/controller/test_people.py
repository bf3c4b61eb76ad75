"""Who came in and went out, and what lies there: counted from the sensor and the barriers."""

import pytest

from drivers.model import DoorEventCode
from simulators.door_state import is_barrier_stuck
from tests.doors.rig import EXIT, OPEN_ENTRY, RELEASE, Bench


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
