"""The hall's ledger of documents in use, and the list of lost ones."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from link.travel import LostState, UseEnd, UseState
from register.ledger import KEPT_S, USE_LASTS_S
from register.store import Store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DOCUMENT = ("UTO", "L898902C3")


@pytest.fixture
def store(path: Path | str) -> Iterator[Store]:
    with Store(path, create=True) as opened:
        yield opened


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_one_document_is_in_use_at_one_lane(store: Store) -> None:
    assert store.begin_use("a-1", *DOCUMENT, NOW) == (UseState.FREE, None)
    assert store.begin_use("b-1", *DOCUMENT, after(5)) == (UseState.IN_USE, NOW.timestamp())
    assert store.begin_use("b-2", "UTO", "ANOTHER1", after(5))[0] is UseState.FREE


def test_asked_again_by_the_same_crossing_the_answer_is_the_same(store: Store) -> None:
    store.begin_use("a-1", *DOCUMENT, NOW)
    assert store.begin_use("a-1", *DOCUMENT, after(1))[0] is UseState.FREE


@pytest.mark.parametrize(
    ("end", "state"),
    [(UseEnd.FREE, UseState.FREE), (UseEnd.PASSED, UseState.PASSED), (UseEnd.REFERRED, UseState.REFERRED)],
)
def test_how_a_use_ended_is_told_to_the_next_lane(store: Store, end: UseEnd, state: UseState) -> None:
    store.begin_use("a-1", *DOCUMENT, NOW)
    store.end_use("a-1", end, after(20))
    told, since_s = store.begin_use("b-1", *DOCUMENT, after(60))
    assert told is state
    assert since_s == (None if state is UseState.FREE else after(20).timestamp())


def test_a_use_ends_once(store: Store) -> None:
    store.begin_use("a-1", *DOCUMENT, NOW)
    store.end_use("a-1", UseEnd.REFERRED, after(20))
    store.end_use("a-1", UseEnd.FREE, after(21))
    assert store.begin_use("b-1", *DOCUMENT, after(22))[0] is UseState.REFERRED


def test_a_referral_lasts_until_the_desk_has_cleared_it(store: Store) -> None:
    store.begin_use("a-1", *DOCUMENT, NOW)
    store.end_use("a-1", UseEnd.REFERRED, after(20))
    assert store.begin_use("b-1", *DOCUMENT, after(10 * KEPT_S))[0] is UseState.REFERRED
    assert store.clear_use(*DOCUMENT) == 1
    assert store.begin_use("b-2", *DOCUMENT, after(10 * KEPT_S))[0] is UseState.FREE


def test_a_lane_that_died_does_not_keep_a_document(store: Store) -> None:
    store.begin_use("a-1", *DOCUMENT, NOW)
    assert store.begin_use("b-1", *DOCUMENT, after(USE_LASTS_S - 1))[0] is UseState.IN_USE
    assert store.begin_use("b-1", *DOCUMENT, after(USE_LASTS_S + 1))[0] is UseState.FREE


@pytest.mark.parametrize("state", [LostState.LOST, LostState.STOLEN])
def test_a_reported_document_is_told_until_the_report_is_taken_back(store: Store, state: LostState) -> None:
    assert store.lost_state(*DOCUMENT) is LostState.NOT_REPORTED
    store.report(*DOCUMENT, state, NOW)
    assert store.lost_state(*DOCUMENT) is state
    assert store.lost_state("XXX", DOCUMENT[1]) is LostState.NOT_REPORTED
    store.report(*DOCUMENT, LostState.NOT_REPORTED, NOW)
    assert store.lost_state(*DOCUMENT) is LostState.NOT_REPORTED
