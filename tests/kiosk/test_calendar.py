"""When the lane's time of day is believed, and what happens when it is not (E39)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.calendar import TOLERANCE, WRITTEN, Calendar
from kiosk.reasons import Reason, Referral

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass
class Hands:
    """A clock that is set by hand."""

    at: datetime = START
    at_s: float = 100.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at_s

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError

    def passes(self, seconds: float) -> None:
        self.at, self.at_s = self.at + timedelta(seconds=seconds), self.at_s + seconds


def test_a_clock_that_runs_is_believed() -> None:
    clock = Hands()
    calendar = Calendar(clock)
    assert calendar.fault() == ""
    clock.passes(80_000.0)
    assert calendar.today() == START.date() + timedelta(days=1)


@pytest.mark.parametrize("jump", [timedelta(hours=1), -timedelta(hours=1), TOLERANCE * 1.01])
def test_a_clock_that_was_set_is_not_believed_until_it_agrees_again(jump: timedelta) -> None:
    clock = Hands()
    calendar = Calendar(clock)
    calendar.fault()
    clock.at += jump
    with pytest.raises(Referral) as refused:
        calendar.today()
    assert refused.value.reason is Reason.CLOCK_INVALID
    clock.at -= jump
    assert calendar.fault() == ""


def test_a_time_servers_small_steps_are_believed() -> None:
    clock = Hands()
    calendar = Calendar(clock)
    calendar.fault()
    clock.at += TOLERANCE * 0.99
    assert calendar.fault() == ""


@pytest.mark.parametrize("at", [WRITTEN - timedelta(days=1), datetime(2080, 1, 1, tzinfo=UTC)])
def test_a_year_that_cannot_be_is_not_believed(at: datetime) -> None:
    assert "year" in Calendar(Hands(at)).fault()


def test_what_was_believed_before_a_restart_is_not_undercut() -> None:
    assert "earlier" in Calendar(Hands(), not_before=START + timedelta(days=1)).fault()
    assert Calendar(Hands(), not_before=START).fault() == ""


def test_who_looked_at_the_clock_makes_it_believed() -> None:
    clock = Hands()
    calendar = Calendar(clock, not_before=START + timedelta(days=1))
    assert calendar.fault()
    calendar.trust()
    assert calendar.fault() == ""
