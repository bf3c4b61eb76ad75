"""kill -9 of the centre and of the gate's poster while they post, lost answers, half-written files, full disks."""

import pytest

from benchmarks.outbox_crashes import crashes

pytestmark = [pytest.mark.wire, pytest.mark.xdist_group("wall_clock")]


def check(troubles: int, seed: int) -> None:
    found = crashes(troubles, seed)
    assert (found["lost"], found["doubled"], found["in_order"]) == (0, 0, True)
    assert found["troubles"] >= troubles
    assert found["centre_killed"]
    assert found["poster_killed"]
    assert found["answers"] > troubles / 2, "nobody was killed in the middle of work"


@pytest.mark.slow
def test_nothing_is_lost_and_nothing_doubled_when_processes_are_killed() -> None:
    check(25, seed=3)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_nothing_is_lost_and_nothing_doubled_over_a_thousand_kills(long_scale: float) -> None:
    check(round(1000 * long_scale), seed=4)
