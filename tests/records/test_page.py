"""A crossing's page: a decision is on the disk before it counts, and there is always a record."""

import pytest

from records.errors import JournalFailed
from records.journal import Journal
from records.page import Page
from tests.records.conftest import SteppingClock


def test_a_decision_is_found_again_from_the_database(journal: Journal, clock: SteppingClock) -> None:
    page = Page(journal, "t1", clock)
    receipt = page.decide(granted=True, score=0.71)
    row = journal.holds_decision("t1", receipt.digest)
    assert row is not None
    assert row.facts == {"granted": True, "score": 0.71}
    assert 0 <= receipt.permit_tag <= 0xFFFF


@pytest.mark.parametrize(("transaction", "digest"), [("t2", None), ("t1", "0" * 64), ("", None)])
def test_no_decision_of_another_crossing_or_with_another_digest(
    journal: Journal, clock: SteppingClock, transaction: str, digest: str | None
) -> None:
    receipt = Page(journal, "t1", clock).decide(granted=True)
    Page(journal, "t2", clock).note("step")
    journal.flush()
    assert journal.holds_decision(transaction, digest or receipt.digest) is None


def test_a_later_decision_replaces_the_earlier(journal: Journal, clock: SteppingClock) -> None:
    page = Page(journal, "t1", clock)
    first = page.decide(granted=False)
    second = page.decide(granted=True)
    assert journal.holds_decision("t1", first.digest) is None
    assert journal.holds_decision("t1", second.digest) is not None


def test_a_voided_decision_holds_no_more(journal: Journal, clock: SteppingClock) -> None:
    page = Page(journal, "t1", clock)
    receipt = page.decide(granted=True)
    page.void("the count broke")
    assert journal.holds_decision("t1", receipt.digest) is None


def test_a_sealed_crossing_holds_no_decision_and_takes_none(journal: Journal, clock: SteppingClock) -> None:
    page = Page(journal, "t1", clock)
    receipt = page.decide(granted=True)
    page.seal("PASSED", "passed")
    assert journal.holds_decision("t1", receipt.digest) is None
    with pytest.raises(JournalFailed, match="sealed"):
        page.decide(granted=True)


def test_the_record_holds_the_whole_page_and_is_made_once(journal: Journal, clock: SteppingClock) -> None:
    page = Page(journal, "t1", clock)
    page.note("step", name="document")
    page.decide(granted=True)
    record = page.seal("PASSED", "passed", machine_s=0.4)
    assert [entry.kind for entry in record.entries] == ["opened", "step", "decided", "sealed"]
    assert record.entries == journal.read("t1")
    assert (record.outcome, record.reason, record.durable, record.failure) == ("PASSED", "passed", True, "")
    assert record.sealed_at_s > record.opened_at_s
    assert page.seal("REFERRED", "other") is record


def test_what_comes_after_the_seal_is_kept_and_is_no_part_of_the_record(journal: Journal, clock: SteppingClock) -> None:
    page = Page(journal, "t1", clock)
    record = page.seal("PASSED", "passed")
    page.note("watchlist_late", state="hit")
    journal.flush()
    assert [entry.kind for entry in journal.read("t1")] == ["opened", "sealed", "watchlist_late"]
    assert len(record.entries) == 2
    assert journal.verify().holds


def test_the_begin_is_told_in_utc(journal: Journal, clock: SteppingClock) -> None:
    page = Page(journal, "t1", clock)
    assert page.entries[0].fact("at") == "2026-05-01T00:00:00+00:00"


def test_facts_are_not_in_the_repr_of_a_record(journal: Journal, clock: SteppingClock) -> None:
    page = Page(journal, "t1", clock)
    page.note("step", name="document")
    assert "document" not in repr(page.seal("PASSED", "passed"))
