"""The centre's side of the outbox: every gate's chain, taken once, in order, whole.

An entry is known by (gate, boot, seq). One that comes again is the same entry; one that comes with other content, or
does not follow the last one of its gate, is refused and noted: nothing is ever taken out of order.
"""

import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from records.chain import START, digest
from records.database import to_row
from records.errors import JournalFailed
from records.model import Entry
from records.outbox import Batch

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    gate TEXT NOT NULL, boot TEXT NOT NULL, seq INTEGER NOT NULL, crossing TEXT NOT NULL, kind TEXT NOT NULL,
    at_s REAL NOT NULL, facts TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (gate, boot, seq)
) STRICT;
CREATE TABLE IF NOT EXISTS gates (
    gate TEXT PRIMARY KEY, head TEXT NOT NULL, entries INTEGER NOT NULL, heard_at_s REAL NOT NULL, refused TEXT NOT NULL
) STRICT;
"""
_INSERT = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_HEARD = (
    "INSERT INTO gates VALUES (?, ?, ?, ?, ?) ON CONFLICT (gate) DO UPDATE SET head = excluded.head, "
    "entries = excluded.entries, heard_at_s = excluded.heard_at_s, refused = excluded.refused"
)


class BatchRefused(Exception):
    """A batch that does not fit the gate's chain as the centre has it. One sentence; an officer's case."""


@dataclass(frozen=True, slots=True)
class GateSeen:
    """What the centre knows of one gate."""

    gate: str
    head: str = field(default=START, repr=False)
    entries: int = 0
    heard_at_s: float = 0.0
    """UTC seconds when it last sent a batch, an empty one included."""
    refused: str = ""
    """Why its last batch was not taken; empty when it was."""


class Centre:
    """One SQLite file. Raises JournalFailed when it cannot be written: then nothing was acknowledged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from None

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def receive(self, gate: str, batch: Batch, at_s: float) -> int:
        """Take a batch whole or not at all; `gate` is who the connection proved to be. Returns what to acknowledge.

        Committed when this returns. Raises BatchRefused, which is kept beside the gate until a batch fits again.
        """
        seen = self.gate(gate)
        try:
            fresh = self._fresh(gate, batch.entries, seen.head)
        except BatchRefused as refused:
            self._commit((), GateSeen(gate, seen.head, seen.entries, at_s, str(refused)))
            raise
        head = fresh[-1].digest if fresh else seen.head
        self._commit(fresh, GateSeen(gate, head, seen.entries + len(fresh), at_s))
        return batch.upto

    def gate(self, gate: str) -> GateSeen:
        """Never heard of: no entries, heard at 0."""
        return next((seen for seen in self.gates() if seen.gate == gate), GateSeen(gate))

    def gates(self) -> tuple[GateSeen, ...]:
        return tuple(GateSeen(*row) for row in self._rows("SELECT * FROM gates ORDER BY gate"))

    def silent(self, now_s: float, limit_s: float) -> tuple[GateSeen, ...]:
        """Gates that have not been heard of for longer than the limit."""
        return tuple(seen for seen in self.gates() if now_s - seen.heard_at_s > limit_s)

    def _fresh(self, gate: str, entries: tuple[Entry, ...], head: str) -> tuple[Entry, ...]:
        """Those that the centre has not got yet, proved to follow one another and the head."""
        fresh: list[Entry] = []
        for entry in entries:
            place = f"entry {entry.seq} of boot {entry.boot} at gate {gate}"
            if entry.gate != gate or digest(entry) != entry.digest:
                raise BatchRefused(f"{place} is not what that gate wrote: look at the gate's journal.")
            known = self._known(entry)
            if known and known != entry.digest:
                raise BatchRefused(f"{place} came before with other content: the gate's chain was written anew.")
            if known:
                continue
            if entry.previous != (fresh[-1].digest if fresh else head):
                raise BatchRefused(f"{place} does not follow what the centre has: entries are missing.")
            fresh.append(entry)
        return tuple(fresh)

    def _known(self, entry: Entry) -> str:
        query = "SELECT digest FROM entries WHERE gate = ? AND boot = ? AND seq = ?"
        rows = self._rows(query, entry.gate, entry.boot, entry.seq)
        return str(rows[0][0]) if rows else ""

    def _commit(self, fresh: tuple[Entry, ...], seen: GateSeen) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(_INSERT, map(to_row, fresh))
            row = (seen.gate, seen.head, seen.entries, seen.heard_at_s, seen.refused)
            self._connection.execute(_HEARD, row)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._failed(error) from None
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _rows(self, query: str, *values: object) -> list[Any]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def _failed(self, error: Exception) -> JournalFailed:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        return JournalFailed(f"the centre's file {self.path} refused ({name}): free space on its disk and check it.")
