"""Figures of the journal: a durable entry beside a bare SQLite insert, and what many crossings need on the disk."""

import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.lane import SITES, percentile
from cli.simulation import VIRTUAL_START, Simulation, make_visitors
from config.load import load
from records.journal import Journal
from records.model import Fact
from records.outbox import Outbox
from records.reading import JournalReader
from simulators.population import Story

KEY = b"a key of the bench, no secret"
PIECE = 50
HOURS = 72
SECONDS_A_CROSSING = 20.0
"""A lane that is never without a traveller."""


def append(entries: int = 2_000) -> dict[str, Any]:
    """Milliseconds until one entry is on the disk (fsync), and the same for a bare insert of as many bytes."""
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as folder:
        with Journal.open(Path(folder) / "journal.sqlite", "bench-1", "boot-1", KEY) as journal:
            own = _times(entries, lambda number: _durable(journal, number))
        plain = _plain(Path(folder) / "plain.sqlite", entries)
    ratio = round(percentile(own, 50) / percentile(plain, 50), 2)
    return {"entries": entries, "append_ms": _figures(own), "bare_insert_ms": _figures(plain), "ratio": ratio}


def capacity(crossings: int = 50_000) -> dict[str, Any]:
    """So many crossings of a real lane's own shape, none of them taken by a centre yet; and the walk along the chain.

    The lane runs once, on the virtual clock, with the real readers and matchers; what it wrote for one genuine
    traveller is then written anew for each crossing.
    """
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as scratch:
        folder = Path(scratch)
        shape = written_by_a_lane(folder / "lane")
        path = folder / "journal.sqlite"
        began_s = time.perf_counter()
        with Journal.open(path, "bench-1", "boot-1", KEY) as journal:
            for number in range(crossings):
                _crossing(journal, number, shape)
                if number % PIECE == 0:
                    journal.flush()
        wrote_s = time.perf_counter() - began_s
        size_mb = sum(file.stat().st_size for file in folder.glob("journal.sqlite*")) / 1e6
        began_s = time.perf_counter()
        with JournalReader(path) as reader:
            found = reader.verify(KEY)
        took_s = time.perf_counter() - began_s
        with Outbox(path) as outbox:
            waiting = outbox.acknowledged == 0 and bool(outbox.batch(1))
    if not found.holds or found.sealed != crossings or not waiting:
        raise AssertionError("the bench wrote a chain that does not hold")
    return {
        "crossings": crossings,
        "entries_a_crossing": len(shape),
        "file_mb": round(size_mb),
        "kb_a_crossing": round(1000 * size_mb / crossings, 1),
        "hours_at_one_in_20_s": round(crossings * SECONDS_A_CROSSING / 3600),
        "mb_of_72_h": round(size_mb / crossings * HOURS * 3600 / SECONDS_A_CROSSING),
        "wrote_s": round(wrote_s, 1),
        "verified_s": round(took_s, 1),
    }


def written_by_a_lane(folder: Path) -> list[tuple[str, dict[str, Fact]]]:
    """(kind, facts) of every entry that a lane writes for one genuine traveller, its seal last."""
    folder.mkdir()
    site = load(SITES / "virtual.toml").site
    visitors = make_visitors(1, 1, VIRTUAL_START, told=[Story.GENUINE])
    (ended,) = Simulation(site, visitors, folder).on_the_virtual_clock()
    if ended.record.outcome != "PASSED":
        raise AssertionError(f"the bench's lane ended as {ended.record.reason}")
    return [(entry.kind, dict(entry.facts)) for entry in ended.record.entries]


def _durable(journal: Journal, number: int) -> None:
    journal.append("step", f"t{number}", float(number), {"name": "register", "took_ms": number % 900})
    journal.flush()


def _crossing(journal: Journal, number: int, shape: list[tuple[str, dict[str, Fact]]]) -> None:
    name = f"bench-1-boot-1-{number:06d}"
    for step, (kind, facts) in enumerate(shape[:-1]):
        journal.append(kind, name, number + step / 100, facts)
    journal.seal(name, number + 0.5, "PASSED", "passed", shape[-1][1])


def _plain(path: Path, entries: int) -> list[float]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE plain (number INTEGER PRIMARY KEY, text TEXT)")
        return _times(entries, lambda n: connection.execute("INSERT INTO plain VALUES (?, ?)", (n, "x" * 300)))
    finally:
        connection.close()


def _times(times: int, work: Callable[[int], object]) -> list[float]:
    taken_ms = []
    for number in range(times):
        began_s = time.perf_counter()
        work(number)
        taken_ms.append(1000 * (time.perf_counter() - began_s))
    return taken_ms


def _figures(taken_ms: list[float]) -> dict[str, float]:
    return {f"p{share}": round(percentile(taken_ms, share), 3) for share in (50, 95)}
