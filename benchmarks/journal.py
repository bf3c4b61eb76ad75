"""Figures of the journal: a durable entry beside a bare SQLite insert, and what many crossings need on the disk."""

import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.lane import percentile
from records.journal import Journal
from records.reading import JournalReader

KEY = b"a key of the bench, no secret"
ENTRIES_OF_A_CROSSING = 24
"""What the demo's lane writes for a genuine traveller, rounded up."""
PIECE = 50


def append(entries: int = 2_000) -> dict[str, Any]:
    """Milliseconds until one entry is on the disk (fsync), and the same for a bare insert of as many bytes."""
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as folder:
        with Journal.open(Path(folder) / "journal.sqlite", "bench-1", "boot-1", KEY) as journal:
            own = _times(entries, lambda number: _durable(journal, number))
        plain = _plain(Path(folder) / "plain.sqlite", entries)
    ratio = round(percentile(own, 50) / percentile(plain, 50), 2)
    return {"entries": entries, "append_ms": _figures(own), "bare_insert_ms": _figures(plain), "ratio": ratio}


def capacity(crossings: int = 50_000) -> dict[str, Any]:
    """Megabytes of so many simulated crossings, and seconds to verify their whole chain."""
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as folder:
        path = Path(folder) / "journal.sqlite"
        with Journal.open(path, "bench-1", "boot-1", KEY) as journal:
            for number in range(crossings):
                _crossing(journal, number)
                if number % PIECE == 0:
                    journal.flush()
        size_mb = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        began_s = time.perf_counter()
        with JournalReader(path) as reader:
            found = reader.verify(KEY)
        took_s = time.perf_counter() - began_s
    if not found.holds or found.sealed != crossings:
        raise AssertionError("the bench wrote a chain that does not hold")
    return {"crossings": crossings, "file_mb": round(size_mb), "verified_s": round(took_s, 1)}


def _durable(journal: Journal, number: int) -> None:
    journal.append("step", f"t{number}", float(number), {"name": "register", "took_ms": number % 900})
    journal.flush()


def _crossing(journal: Journal, number: int) -> None:
    name = f"bench-1-boot-1-{number:06d}"
    for step in range(ENTRIES_OF_A_CROSSING - 1):
        journal.append("step", name, number + step / 100, {"name": "register", "took_ms": number % 900, "step": step})
    journal.seal(name, number + 0.5, "PASSED", "passed", {"total_ms": 15_000, "machine_ms": 900, "modes": "normal"})


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
