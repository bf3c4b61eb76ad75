"""The centre takes every entry once and in order, whatever is lost, doubled, cut or crashed on the way."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from records.centre import BatchRefused, Centre
from records.errors import JournalFailed
from records.journal import Journal
from records.outbox import Batch, Outbox
from records.reading import JournalReader
from records.wire import NotABatch, from_wire, to_wire
from tests.records.conftest import KEY

GATE = "gate-1"


def fill(journal: Journal, entries: int) -> None:
    for number in range(entries):
        journal.append("event", f"t{number // 5}", float(number), {"number": number})
    journal.flush()


def all_at(centre: Centre) -> list[tuple[str, int, str]]:
    rows = centre._connection.execute("SELECT boot, seq, digest FROM entries WHERE gate = ? ORDER BY rowid", (GATE,))
    return rows.fetchall()


def all_of(path: Path) -> list[tuple[str, int, str]]:
    with JournalReader(path) as reader:
        return [(entry.boot, entry.seq, entry.digest) for _, entry in reader.walk()]


@pytest.fixture
def batch(journal: Journal, path: Path) -> Batch:
    fill(journal, 20)
    with Outbox(path) as outbox:
        return outbox.batch()


def test_a_batch_is_the_same_after_the_wire(batch: Batch) -> None:
    assert from_wire(to_wire(batch)) == batch


def test_bytes_that_are_no_batch_are_refused(batch: Batch) -> None:
    whole = to_wire(batch)
    bad = [whole[:end] for end in range(0, len(whole), 97)]
    bad += [b"[]", b"{}", b'{"upto":1}', b'{"upto":"1","entries":[]}', b'{"upto":1,"entries":[[1]]}', b"[" * 100_000]
    bad.append(whole.replace(b'\\"number\\":7', b'\\"surname\\":7'))
    for data in bad:
        with pytest.raises(NotABatch):
            from_wire(data)


def test_the_same_batch_twice_is_taken_once(tmp_path: Path, path: Path, batch: Batch) -> None:
    with Centre(tmp_path / "centre.sqlite") as centre:
        for at_s in (1.0, 2.0):
            assert centre.receive(GATE, batch, at_s) == batch.upto
        assert all_at(centre) == all_of(path)
        assert centre.gate(GATE).entries == 20


def missing(batch: Batch) -> Batch:
    return replace(batch, entries=batch.entries[3:])


def gap_inside(batch: Batch) -> Batch:
    return replace(batch, entries=batch.entries[:5] + batch.entries[6:])


def changed(batch: Batch) -> Batch:
    return replace(batch, entries=(replace(batch.entries[0], kind="other"), *batch.entries[1:]))


def foreign(batch: Batch) -> Batch:
    return replace(batch, entries=(replace(batch.entries[0], gate="gate-2"),))


@pytest.mark.parametrize("spoilt", [missing, gap_inside, changed, foreign])
def test_what_does_not_fit_is_refused_whole_and_kept_in_mind(
    tmp_path: Path, batch: Batch, spoilt: Callable[[Batch], Batch]
) -> None:
    with Centre(tmp_path / "centre.sqlite") as centre:
        with pytest.raises(BatchRefused):
            centre.receive(GATE, spoilt(batch), 1.0)
        assert all_at(centre) == []
        assert centre.gate(GATE).refused
        centre.receive(GATE, batch, 2.0)
        assert not centre.gate(GATE).refused


def test_a_chain_written_anew_is_found(tmp_path: Path, batch: Batch) -> None:
    with Centre(tmp_path / "centre.sqlite") as centre:
        centre.receive(GATE, batch, 1.0)
        with Journal.open(tmp_path / "anew.sqlite", GATE, "boot-1", KEY) as other:
            other.append("other", "", 0.0)
            other.flush()
            with Outbox(other.path) as outbox, pytest.raises(BatchRefused, match="written anew"):
                centre.receive(GATE, outbox.batch(), 2.0)


def test_a_gate_that_says_nothing_is_noticed(tmp_path: Path, batch: Batch) -> None:
    with Centre(tmp_path / "centre.sqlite") as centre:
        centre.receive(GATE, batch, 100.0)
        assert centre.silent(150.0, limit_s=60.0) == ()
        assert [seen.gate for seen in centre.silent(161.0, limit_s=60.0)] == [GATE]
        centre.receive(GATE, Batch((), batch.upto), 161.0)
        assert centre.silent(162.0, limit_s=60.0) == ()


def test_a_full_disk_acknowledges_nothing(tmp_path: Path, path: Path, journal: Journal) -> None:
    fill(journal, 400)
    with Outbox(path) as outbox:
        batch = outbox.batch()
    with Centre(tmp_path / "centre.sqlite") as centre:
        (pages,) = centre._connection.execute("PRAGMA page_count").fetchone()
        centre._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(JournalFailed, match="free space"):
            centre.receive(GATE, batch, 1.0)
        assert all_at(centre) == []
        centre._connection.execute("PRAGMA max_page_count = 1073741823")
        centre.receive(GATE, batch, 2.0)
        assert all_at(centre) == all_of(path)


@pytest.mark.parametrize("seed", [1])
def test_nothing_lost_and_nothing_doubled(tmp_path: Path, seed: int) -> None:
    deliver_with_trouble(tmp_path, seed, troubles=150)


@pytest.mark.long
def test_nothing_lost_and_nothing_doubled_over_a_thousand_troubles(tmp_path: Path, long_scale: float) -> None:
    deliver_with_trouble(tmp_path, seed=2, troubles=round(1500 * long_scale))


def deliver_with_trouble(folder: Path, seed: int, troubles: int) -> None:
    """Trouble at every batch but one in five, until so many were met; then the rest is delivered in peace."""
    rng = random.Random(seed)
    path, met = folder / "journal.sqlite", 0
    outbox: Outbox | None = None
    centre = Centre(folder / "centre.sqlite")
    boots = 0
    while True:
        if met < troubles and rng.random() < 0.3:
            boots += 1
            with Journal.open(path, GATE, f"boot-{boots}", KEY) as journal:
                fill(journal, rng.randrange(1, 30))
        if not path.exists():
            continue
        outbox = outbox or Outbox(path)
        batch = outbox.batch(rng.randrange(1, 12))
        if not batch and met >= troubles:
            break
        trouble = rng.choice(("", "lost", "cut", "ack lost", "centre dies", "gate dies")) if met < troubles else ""
        met += bool(trouble)
        data = to_wire(batch)
        if trouble == "lost":
            continue
        if trouble == "cut":
            with pytest.raises(NotABatch):
                from_wire(data[: rng.randrange(len(data))])
            continue
        upto = centre.receive(GATE, from_wire(data), float(met))
        if trouble == "centre dies":
            centre.close()
            centre = Centre(folder / "centre.sqlite")
        if trouble == "gate dies":
            outbox.close()
            outbox = None
        if not trouble:
            outbox.acknowledge(upto)
    outbox.close()
    taken = all_at(centre)
    centre.close()
    assert met >= troubles
    assert len(taken) > troubles
    assert taken == all_of(path)
