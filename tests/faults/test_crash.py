"""Lane, door controller and image worker die in the middle of a crossing; the whole run is `egate bench crash`."""

import random

import pytest

from benchmarks.crash import Blow, blows, opened_wrongly, places, strike
from benchmarks.crash_kills import Round, kill
from benchmarks.crash_lane import Dies
from benchmarks.plain import PlainMeasure
from records.model import DECIDED, Entry
from simulators.scenario_watch import Seen


def require_whole(blow: Blow) -> tuple[str, ...]:
    found = strike(blow, PlainMeasure())
    assert found.struck
    assert (found.wrong, found.lost, found.doubled, found.opened_wrongly) == ([], 0, 0, 0)
    return found.endings


@pytest.mark.slow
def test_at_every_write_of_the_journal() -> None:
    counted = places(PlainMeasure())
    assert counted["write"] >= 5
    assert counted["written"] == counted["write"]
    plan = [blow for blow in blows(0, counted, 1) if blow.victim == "lane"]
    assert len(plan) == 2 * counted["write"]
    endings = {require_whole(blow)[0] for blow in plan}
    assert "INTERRUPTED controller_restarted" in endings
    assert "PASSAGE_UNKNOWN passage_unsettled" in endings


@pytest.mark.slow
@pytest.mark.parametrize("number", range(6))
def test_at_random_moments(number: int) -> None:
    counted = places(PlainMeasure())
    require_whole(random.Random(number).choice(blows(30, counted, number)[-30:]))


@pytest.mark.slow
def test_a_door_controller_that_restarts_before_the_exit_order_shuts_nobody_in() -> None:
    """Its refusal is no open question; the traveller gets the way back (he did not, once)."""
    endings = require_whole(Blow("controller", "moment", at_s=3.2313537292970547))
    assert endings[0] == "INTERRUPTED doors_failed"
    assert set(endings[1:]) == {"PASSED passed"}


def test_a_door_controller_that_restarts_while_somebody_walks_out_takes_him_for_no_intruder() -> None:
    """It told a tailgater, and the lane waited for an officer for nothing."""
    endings = require_whole(Blow("controller", "moment", at_s=5.194777036422201))
    assert set(endings) == {"PASSED passed"}


@pytest.mark.slow
@pytest.mark.wire
@pytest.mark.timeout(300)
def test_what_is_really_killed_loses_nothing() -> None:
    told = kill([Round("lane", Dies(4, is_after=True)), Round("controller"), Round("lane"), Round("worker")], seed=2)
    killed = told["killed_lanes"], told["killed_door_controllers"], told["killed_image_workers"]
    assert killed == (2, 1, 1) and told["of_these_at_a_write"] == 1
    assert told["acknowledged_writes"] > 0
    assert (told["records_lost"], told["records_doubled"], told["doors_wrongly_opened"]) == (0, 0, 0)
    assert (told["chain"], told["never_sealed"], told["never_back"]) == ("whole", 0, 0)


def test_an_opening_without_its_own_grant_is_found_out() -> None:
    grant = Entry("g", "b", 1, "t", DECIDED, 1.0, (("granted", True),), "", "")
    opens, shuts = (Seen(at_s, "door", f"exit {does}") for at_s, does in ((2.0, "opens"), (3.0, "shut")))
    assert opened_wrongly([grant], [opens, shuts]) == 0
    assert opened_wrongly([grant], [opens, shuts, opens]) == 1
    assert opened_wrongly([grant], [Seen(1.5, "door", "entry opens"), opens]) == 1
    assert opened_wrongly([], [opens]) == 1
