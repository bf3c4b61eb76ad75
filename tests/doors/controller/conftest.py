"""A controller on the bench, and how far a crossing has come at it. The tests of this folder kill its mutants."""

import pytest

from tests.doors.rig import Bench


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
