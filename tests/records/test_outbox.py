"""The outbox sends everything, in order, until it is acknowledged; an acknowledgement only moves the cursor."""

import random
from pathlib import Path

import pytest

from records.errors import JournalFailed
from records.journal import Journal
from records.outbox import Outbox
from tests.records.conftest import KEY


def fill(journal: Journal, count: int) -> None:
    for number in range(count):
        journal.append("event", "t1", float(number))
    journal.flush()


def test_batches_are_consecutive_and_repeat_until_acknowledged(journal: Journal, path: Path) -> None:
    fill(journal, 25)
    with Outbox(path) as outbox:
        first = outbox.batch(10)
        assert [entry.seq for entry in first.entries] == list(range(1, 11))
        assert outbox.batch(10) == first
        outbox.acknowledge(first.upto)
        assert [entry.seq for entry in outbox.batch(100).entries] == list(range(11, 26))


def test_the_cursor_survives_and_never_goes_back(journal: Journal, path: Path) -> None:
    fill(journal, 5)
    with Outbox(path) as outbox:
        outbox.acknowledge(4)
        outbox.acknowledge(2)
    with Outbox(path) as outbox:
        assert outbox.acknowledged == 4
        outbox.acknowledge(5)
        assert not outbox.batch()


def test_two_consumers_have_places_of_their_own(journal: Journal, path: Path) -> None:
    fill(journal, 3)
    with Outbox(path, "centre") as centre, Outbox(path, "statistics") as statistics:
        centre.acknowledge(3)
        assert statistics.acknowledged == 0


def test_acknowledging_more_than_there_is_is_refused(journal: Journal, path: Path) -> None:
    fill(journal, 3)
    with Outbox(path) as outbox, pytest.raises(JournalFailed, match="does not reach"):
        outbox.acknowledge(4)


def test_what_only_waits_is_not_sent(journal: Journal, path: Path) -> None:
    journal.append("event", "t1", 0.0)
    with Outbox(path) as outbox:
        assert not outbox.batch()


def test_a_journal_that_was_replaced_is_noticed(path: Path) -> None:
    with Journal.open(path, "gate-1", "boot-1", KEY) as journal:
        fill(journal, 3)
    with Outbox(path) as outbox:
        outbox.acknowledge(3)
    path.unlink()
    with Journal.open(path, "gate-1", "boot-2", KEY) as journal:
        fill(journal, 5)
    with Outbox(path) as outbox, pytest.raises(JournalFailed, match="cut or replaced"):
        outbox.batch()


def test_with_lost_acknowledgements_the_centre_gets_all_exactly_once(journal: Journal, path: Path) -> None:
    fill(journal, 500)
    rng, centre = random.Random(5), {}
    with Outbox(path) as outbox:
        while batch := outbox.batch(40):
            centre.update({(entry.gate, entry.boot, entry.seq): entry for entry in batch.entries})
            if rng.random() > 0.3:
                outbox.acknowledge(batch.upto)
    assert [entry.seq for entry in centre.values()] == list(range(1, 501))
