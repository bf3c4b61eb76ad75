"""The centre's side of the outbox: every gate's chain, taken once, in order, whole.

An entry is known by (gate, boot, seq). One that comes again is the same entry; one that comes with other content, or
does not follow the last one of its gate, is refused and noted: nothing is ever taken out of order. Signed heads
(records/centre_heads.py) are kept beside the entries and held against them.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from records import centre_heads, centre_retention
from records.centre_heads import HeadState
from records.chain import START, digest
from records.database import to_row
from records.errors import JournalFailed
from records.heads import Head
from records.model import Entry, Fact
from records.outbox import Batch
from records.retention import Limits

APPLICATION_ID = 0x65676E31  # "egn1"
SCHEMA_VERSION = 2
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE entries (
    gate TEXT NOT NULL, boot TEXT NOT NULL, seq INTEGER NOT NULL, crossing TEXT NOT NULL, kind TEXT NOT NULL,
    at_s REAL NOT NULL, facts TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (gate, boot, seq)
) STRICT;
CREATE UNIQUE INDEX entries_of_a_gate ON entries (gate, number);
CREATE INDEX sealed_of_a_gate ON entries (gate, kind);
CREATE TABLE gates (
    gate TEXT PRIMARY KEY, head TEXT NOT NULL, entries INTEGER NOT NULL, heard_at_s REAL NOT NULL, refused TEXT NOT NULL
) STRICT;
{centre_heads.SCHEMA}
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""
_INSERT = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_FALL_BACK = (
    "SELECT count(*) FROM entries WHERE gate = ? AND kind = 'sealed' "
    "AND json_extract(facts, '$.modes') LIKE '%offline_cached%'"
)
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
    """Why its last batch or head was not taken; empty when it was."""
    signed: int = 0
    """Entries that its newest signed head speaks of."""
    head_state: HeadState = HeadState.NONE
    fall_back: int = 0
    """Crossings that were sealed while the register was away (mode offline_cached)."""


class Centre:
    """One SQLite file. Raises JournalFailed when it cannot be written: then nothing was acknowledged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            if self._connection.execute("PRAGMA schema_version").fetchone()[0] == 0:
                self._connection.executescript(_SCHEMA)
            self._require_own()
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
        seen = self._seen(gate)
        try:
            fresh = self._fresh(gate, batch.entries, seen.head)
        except BatchRefused as refused:
            self._commit((), seen, GateSeen(gate, seen.head, seen.entries, at_s, str(refused)))
            raise
        head = fresh[-1].digest if fresh else seen.head
        self._commit(fresh, seen, GateSeen(gate, head, seen.entries + len(fresh), at_s))
        return batch.upto

    def keep_head(self, gate: str, head: Head, line: str, at_s: float) -> None:
        """Keep what this gate has signed (proved already). Raises BatchRefused, which is noted beside the gate."""
        with self._change() as connection:
            seen = self._seen(gate)
            refused = centre_heads.objection(connection, gate, head)
            connection.execute(_HEARD, (gate, seen.head, seen.entries, at_s, refused or seen.refused))
            if not refused:
                centre_heads.keep(connection, gate, head, line)
        if refused:
            raise BatchRefused(refused)

    def gate(self, gate: str) -> GateSeen:
        """Never heard of: no entries, heard at 0."""
        return next((seen for seen in self.gates() if seen.gate == gate), GateSeen(gate))

    def gates(self) -> tuple[GateSeen, ...]:
        return tuple(self._with_head(GateSeen(*row)) for row in self._rows("SELECT * FROM gates ORDER BY gate"))

    def head_line(self, gate: str) -> str:
        """The newest signed head as the gate sent it; empty when there is none."""
        found = centre_heads.kept(self._connection, gate)
        return found.line if found else ""

    def keys_of(self, gate: str) -> list[tuple[str, int, str]]:
        """(boot, seq, digest) of every entry of this gate, in its own order."""
        return self._rows("SELECT boot, seq, digest FROM entries WHERE gate = ? ORDER BY number", gate)

    def prune(self, limits: Limits, now: datetime, signer: Ed25519PrivateKey) -> list[dict[str, Fact]]:
        """Delete what has been kept for long enough, of every gate, whole or not at all; the service may run meanwhile.

        Returns the signed certificates, which are kept in the file, too. The bytes are overwritten.
        """
        certificates = list[dict[str, Fact]]()
        self._connection.execute("PRAGMA secure_delete = ON")
        with self._change() as connection:
            connection.execute(centre_retention.SCHEMA)
            for (gate,) in self._rows("SELECT gate FROM gates ORDER BY gate"):
                certificates += centre_retention.delete(connection, gate, limits, now, signer)
        self._rows("PRAGMA wal_checkpoint(TRUNCATE)")
        return certificates

    def numbers_missing(self, gate: str) -> int:
        """Places in this gate's chain that the centre should have and has not: 0, or its file was changed."""
        query = "SELECT coalesce(max(number), 0) - count(*) FROM entries WHERE gate = ?"
        return int(self._rows(query, gate)[0][0])

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

    def _seen(self, gate: str) -> GateSeen:
        rows = self._rows("SELECT * FROM gates WHERE gate = ?", gate)
        return GateSeen(*rows[0]) if rows else GateSeen(gate)

    def _with_head(self, seen: GateSeen) -> GateSeen:
        fall_back = int(self._rows(_FALL_BACK, seen.gate)[0][0])
        head = centre_heads.kept(self._connection, seen.gate)
        if head is None:
            return replace(seen, fall_back=fall_back)
        state = centre_heads.state(self._connection, seen.gate, head.entries, head.digest)
        return replace(seen, signed=head.entries, head_state=state, fall_back=fall_back)

    def _known(self, entry: Entry) -> str:
        query = "SELECT digest FROM entries WHERE gate = ? AND boot = ? AND seq = ?"
        rows = self._rows(query, entry.gate, entry.boot, entry.seq)
        return str(rows[0][0]) if rows else ""

    def _commit(self, fresh: tuple[Entry, ...], before: GateSeen, seen: GateSeen) -> None:
        with self._change() as connection:
            numbered = enumerate(fresh, before.entries + 1)
            connection.executemany(_INSERT, ((*to_row(entry), number) for number, entry in numbered))
            connection.execute(_HEARD, (seen.gate, seen.head, seen.entries, seen.heard_at_s, seen.refused))

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction of the database: all of it or nothing."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._failed(error) from None
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _require_own(self) -> None:
        about = [
            self._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        ]
        if about != [APPLICATION_ID, SCHEMA_VERSION]:
            self._connection.close()
            raise JournalFailed(f"{self.path} is not a centre's file of version {SCHEMA_VERSION}: name another file.")

    def _rows(self, query: str, *values: object) -> list[Any]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def _failed(self, error: Exception) -> JournalFailed:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        return JournalFailed(f"the centre's file {self.path} refused ({name}): free space on its disk and check it.")
