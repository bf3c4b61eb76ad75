"""The journal keeps what it acknowledged, in order, and shows every touch."""

import re
import sqlite3
import threading
from pathlib import Path

import pytest

from records.errors import JournalFailed
from records.journal import Journal
from records.model import VOIDED, Entry
from records.page import Page
from records.reading import JournalReader
from tests.records.conftest import KEY, SteppingClock


def crossing(journal: Journal, clock: SteppingClock, name: str) -> None:
    page = Page(journal, name, clock)
    page.note("page_read", attempt=1, lights=3, ms=12.5)
    page.decide(granted=True, score=0.71)
    page.note("passed", passages=1)
    page.seal("PASSED", "passed")


def lines(path: Path) -> list[Entry]:
    with JournalReader(path) as reader:
        return [entry for _, entry in reader.walk()]


def touch(path: Path, statement: str) -> None:
    """Change the file as somebody would who can write to it: without its triggers."""
    connection = sqlite3.connect(path)
    connection.executescript(f"DROP TRIGGER no_update; DROP TRIGGER no_delete; {statement}")
    connection.close()


def test_an_appended_entry_is_durable_after_the_flush_and_not_before(journal: Journal) -> None:
    journal.append("started", "", 0.5, {"version": "1"})
    assert journal.waiting == 1
    assert journal.read("") == ()
    journal.flush()
    assert journal.waiting == 0
    (entry,) = journal.read("")
    assert (entry.seq, entry.kind, entry.at_s, entry.facts) == (1, "started", 0.5, (("version", "1"),))


def test_the_same_calls_give_the_same_chain(tmp_path: Path) -> None:
    for name in ("a.sqlite", "b.sqlite"):
        with Journal.open(tmp_path / name, "gate-1", "boot-1", KEY) as journal:
            crossing(journal, SteppingClock(), "t1")
            crossing(journal, SteppingClock(), "t2")
    assert lines(tmp_path / "a.sqlite") == lines(tmp_path / "b.sqlite")


def test_another_key_gives_another_mark_in_the_seal(tmp_path: Path) -> None:
    for name, key in (("a.sqlite", KEY), ("b.sqlite", bytes(32))):
        with Journal.open(tmp_path / name, "gate-1", "boot-1", key) as journal:
            crossing(journal, SteppingClock(), "t1")
    one, other = lines(tmp_path / "a.sqlite"), lines(tmp_path / "b.sqlite")
    assert one[:-1] == other[:-1]
    assert one[-1].fact("mark") != other[-1].fact("mark")


def test_numbers_go_on_within_a_boot_and_start_anew_with_the_next(path: Path) -> None:
    for boot in ("boot-1", "boot-1", "boot-2"):
        with Journal.open(path, "gate-1", boot, KEY) as journal:
            journal.append("started", "", 0.0)
            journal.append("ready", "", 1.0)
    assert [(entry.boot, entry.seq) for entry in lines(path)] == [
        ("boot-1", 1), ("boot-1", 2), ("boot-1", 3), ("boot-1", 4), ("boot-2", 1), ("boot-2", 2),
    ]  # fmt: skip
    with JournalReader(path) as reader:
        assert reader.verify(KEY).holds


def test_verify_counts_and_names_what_was_not_sealed(journal: Journal, clock: SteppingClock) -> None:
    crossing(journal, clock, "t1")
    Page(journal, "t2", clock)
    journal.flush()
    found = journal.verify()
    assert (found.holds, found.entries, found.sealed, found.unsealed) == (True, 6, 1, ("t2",))
    assert found.head == journal.read("t2")[-1].digest
    assert journal.unsealed() == ("t2",)


@pytest.mark.parametrize("statement", ["UPDATE entries SET kind = 'x'", "DELETE FROM entries"])
def test_the_database_itself_refuses_to_change_or_delete(journal: Journal, path: Path, statement: str) -> None:
    journal.append("started", "", 0.0)
    journal.flush()
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append only"):
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE entries SET facts = '{\"attempt\":2}' WHERE position = 2", "entry 2 .* was changed"),
        ("UPDATE entries SET at_s = 99 WHERE position = 3", "entry 3 .* was changed"),
        ("UPDATE entries SET crossing = 't9' WHERE position = 3", "entry 3 .* was changed"),
        ("UPDATE entries SET gate = 'gate-2' WHERE position = 1", "entry 1 .* was changed"),
        ("UPDATE entries SET facts = 'x' WHERE position = 1", "an entry that is not one"),
        ("DELETE FROM entries WHERE position = 2", "entry 3 .* does not follow"),
        ("DELETE FROM entries WHERE position = 1", "entry 2 .* does not follow"),
        ("UPDATE entries SET position = 77 WHERE position = 2", "does not follow"),
    ],
)
def test_every_touch_is_found(path: Path, clock: SteppingClock, statement: str, fault: str) -> None:
    with Journal.open(path, "gate-1", "boot-1", KEY) as journal:
        crossing(journal, clock, "t1")
    touch(path, statement)
    with JournalReader(path) as reader:
        found = reader.verify(KEY)
    assert not found.holds
    assert re.search(fault, found.fault)


def test_a_chain_that_was_written_anew_lacks_the_gates_mark(path: Path, clock: SteppingClock) -> None:
    with Journal.open(path, "gate-1", "boot-1", b"not the key of this gate") as journal:
        crossing(journal, clock, "t1")
    with JournalReader(path) as reader:
        assert reader.verify().holds
        assert "mark of another key" in reader.verify(KEY).fault


def test_two_writers_are_found_out_and_the_first_one_stays_whole(path: Path) -> None:
    with Journal.open(path, "gate-1", "boot-1", KEY) as first, Journal.open(path, "gate-1", "boot-2", KEY) as second:
        first.append("started", "", 0.0)
        first.flush()
        second.append("started", "", 0.0)
        with pytest.raises(JournalFailed, match="another process writes"):
            second.flush()
        second._waiting.clear()
        assert first.verify().holds


def test_a_commit_that_was_reported_as_failed_is_not_written_twice(journal: Journal, path: Path) -> None:
    journal.append("one", "", 0.0)
    journal.append("two", "", 1.0)
    batch = list(journal._waiting)
    journal._write(batch)  # the disk did its work, and the answer was lost
    assert journal.waiting == 2
    journal.append("three", "", 2.0)
    journal.flush()
    assert [entry.kind for entry in lines(path)] == ["one", "two", "three"]
    assert journal.verify().holds


def test_hashes_are_keyed(tmp_path: Path, journal: Journal) -> None:
    with Journal.open(tmp_path / "other.sqlite", "gate-1", "boot-1", bytes(32)) as other:
        assert journal.keyed_hash("X1") == journal.keyed_hash("X1")
        assert journal.keyed_hash("X1") != journal.keyed_hash("X2")
        assert journal.keyed_hash("X1") != other.keyed_hash("X1")


def test_a_short_key_is_refused(path: Path) -> None:
    with pytest.raises(JournalFailed, match="shorter than 16 bytes"):
        Journal.open(path, "gate-1", "boot-1", b"short")


def test_what_waits_is_bounded_but_a_void_always_finds_room(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("records.journal.MAX_WAITING", 3)
    for number in range(3):
        journal.append("event", "t1", float(number))
    with pytest.raises(JournalFailed, match="close the lane"):
        journal.append("event", "t1", 9.0)
    journal.append(VOIDED, "t1", 9.0)
    journal.flush()
    assert len(journal.read("t1")) == 4


def test_threads_may_append_while_another_flushes(journal: Journal) -> None:
    done = threading.Event()

    def flush_all_the_time() -> None:
        while not done.is_set():
            journal.flush()

    def append(name: str) -> None:
        for number in range(200):
            journal.append("event", name, float(number))

    flusher = threading.Thread(target=flush_all_the_time)
    writers = [threading.Thread(target=append, args=(f"t{index}",)) for index in range(4)]
    for thread in (flusher, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    flusher.join()
    journal.flush()
    found = journal.verify()
    assert (found.holds, found.entries) == (True, 800)
    for index in range(4):
        assert [entry.at_s for entry in journal.read(f"t{index}")] == [float(number) for number in range(200)]
