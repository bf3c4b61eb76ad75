"""A lane out of the state: whoever entered leaves without an entry that is left, and every exit is recorded once."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from link.travel import PassageClaim
from register.store import Store
from register.tables import passages, visas
from simulators.population import Story
from tests.kiosk.toy import START, ToyRun, cross, toy_site

OUT = toy_site().model_copy(update={"direction": "exit"})


def told(folder: Path) -> list[tuple[str, bool]]:
    with Store(folder / "register.db") as store, store.database.reading() as connection:
        rows = connection.execute(select(passages).order_by(passages.c.passed_at)).all()
        return [(row.direction, row.consumed) for row in rows]


def entered(run: ToyRun, at: datetime, entries: int | None = 1, stay_days: int | None = 90) -> None:
    """The one visa of the register has been used to enter."""
    with Store(run.folder / "register.db") as store:
        (found,) = store.visas()
        with store.database.writing() as connection:
            connection.execute(update(visas).values(entries=entries, stay_days=stay_days))
        store.consume_entry(PassageClaim("before", found.visa.record, at), "another-lane")


@pytest.mark.parametrize("entries", [1, None])
def test_who_has_entered_leaves_and_the_exit_is_recorded(tmp_path: Path, entries: int | None) -> None:
    run = ToyRun(tmp_path, OUT, prepare=lambda run: entered(run, START - timedelta(days=10), entries))
    cross(run, Story.GENUINE)
    assert (run.record.outcome, run.record.reason) == ("PASSED", "passed")
    kinds = [entry.kind for entry in run.record.entries]
    assert "exit_recorded" in kinds
    assert "entry_consumed" not in kinds
    assert told(tmp_path) == [("entry", True), ("exit", False)]
    with Store(tmp_path / "register.db") as store:
        (stay,) = store.stays(store.visas()[0].visa.record)
    assert (stay.entry, stay.exit) == ((START - timedelta(days=10)).date(), START.date())


def test_with_the_same_visa_nobody_enters_again(tmp_path: Path) -> None:
    run = ToyRun(tmp_path, prepare=lambda run: entered(run, START - timedelta(days=10)))
    cross(run, Story.GENUINE)
    assert (run.record.outcome, run.record.reason) == ("REFERRED", "visa_used_up")
    assert told(tmp_path) == [("entry", True)]


@pytest.mark.parametrize(("days", "reason"), [(89, "passed"), (90, "visa_used_up")])
def test_who_stayed_too_long_leaves_by_an_officer(tmp_path: Path, days: int, reason: str) -> None:
    """Of 90 days the day of entry is the first, and that of leaving may be the ninetieth."""
    run = ToyRun(tmp_path, OUT, prepare=lambda run: entered(run, START - timedelta(days=days)))
    cross(run, Story.GENUINE)
    assert run.record.reason == reason


def test_a_cancelled_visa_is_looked_at_by_an_officer_on_the_way_out_too(tmp_path: Path) -> None:
    def cancelled(run: ToyRun) -> None:
        with Store(run.folder / "register.db") as store:
            store.cancel(store.visas()[0].visa.record)

    cross(run := ToyRun(tmp_path, OUT, prepare=cancelled), Story.GENUINE)
    assert run.record.reason == "visa_cancelled"
