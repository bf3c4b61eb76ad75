"""A disk that fails: one sentence, nothing half-written, no decision, and everything is written once it works again."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from records.errors import JournalFailed
from records.journal import Journal
from records.page import Page
from records.reading import JournalReader
from tests.records.conftest import KEY, SteppingClock

Failing = Callable[[Journal], AbstractContextManager[None]]


@contextmanager
def full(journal: Journal) -> Iterator[None]:
    """No page more fits into the file, as on a full disk."""
    (pages,) = journal._writer.execute("PRAGMA page_count").fetchone()
    journal._writer.execute(f"PRAGMA max_page_count = {pages}")
    filler = "x" * 250
    for number in range(20):
        journal.append("filler", "", 0.0, {f"f{part}": filler for part in range(number)})
    yield
    journal._writer.execute("PRAGMA max_page_count = 1073741823")


@contextmanager
def read_only(journal: Journal) -> Iterator[None]:
    journal._writer.execute("PRAGMA query_only = ON")
    yield
    journal._writer.execute("PRAGMA query_only = OFF")


@contextmanager
def locked(journal: Journal) -> Iterator[None]:
    other = sqlite3.connect(journal.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


FAILURES = pytest.mark.parametrize(
    ("failing", "sentence"),
    [(full, "no room left: free space"), (read_only, "cannot be written"), (locked, "locked by another process")],
)


@FAILURES
def test_a_decision_that_is_not_on_the_disk_is_void_for_ever(
    journal: Journal, clock: SteppingClock, failing: Failing, sentence: str
) -> None:
    page = Page(journal, "t1", clock)
    with failing(journal):
        with pytest.raises(JournalFailed, match=sentence):
            page.decide(granted=True)
        decided = next(entry for entry in page.entries if entry.kind == "decided")
        assert journal.holds_decision("t1", decided.digest) is None
    journal.flush()
    assert [entry.kind for entry in journal.read("t1")] == ["opened", "decided", "voided"]
    assert journal.holds_decision("t1", decided.digest) is None
    assert journal.verify().holds


@FAILURES
def test_a_seal_always_gives_a_record_and_says_that_it_is_not_durable(
    journal: Journal, clock: SteppingClock, failing: Failing, sentence: str
) -> None:
    page = Page(journal, "t1", clock)
    with failing(journal):
        record = page.seal("REFERRED", "record_not_durable")
    assert not record.durable
    assert sentence in record.failure
    journal.flush()
    assert journal.read("t1") == record.entries
    assert journal.verify().holds


def test_a_missing_folder_has_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(JournalFailed, match="create its folder"):
        Journal.open(tmp_path / "absent" / "journal.sqlite", "gate-1", "boot-1", KEY)


def test_a_file_that_is_no_database_has_one_sentence(path: Path) -> None:
    path.write_bytes(b"not a database, and long enough to be looked at" * 50)
    with pytest.raises(JournalFailed, match="is not a journal"):
        Journal.open(path, "gate-1", "boot-1", KEY)


def test_a_database_of_something_else_has_one_sentence(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(JournalFailed, match="is not a journal"):
        Journal.open(path, "gate-1", "boot-1", KEY)


def test_a_journal_of_another_version_has_one_sentence(path: Path) -> None:
    Journal.open(path, "gate-1", "boot-1", KEY).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 7")
    connection.close()
    with pytest.raises(JournalFailed, match="version 7"):
        Journal.open(path, "gate-1", "boot-1", KEY)


def test_a_damaged_file_is_found_by_verify(path: Path, clock: SteppingClock) -> None:
    with Journal.open(path, "gate-1", "boot-1", KEY) as journal:
        for number in range(200):
            journal.append("event", "t1", float(number), {"text": "x" * 100})
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    path.write_bytes(bytes(content))
    with JournalReader(path) as reader:
        assert not reader.verify(KEY).holds


def test_the_file_is_for_its_owner_only(journal: Journal) -> None:
    assert journal.path.stat().st_mode & 0o077 == 0
