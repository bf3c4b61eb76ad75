"""A gate's own encrypted copy of the expected travellers' records: one SQLite file that only this gate can read.

Rows are found by a keyed hash of issuing state, document number and birth date; everything else is sealed with (gate,
record, version). What is not in the copy is unknown, never "no visa". Synchronous; may be used from several threads.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from link.travel import PassageClaim, RegisterQuery, UseEnd, UseEnded
from register.copied_visa import CopiedVisa, NotAVisa, from_bytes, to_bytes
from register.failures import RegisterFailed, failure
from register.kept_uses import KeptUse
from register.sealing import GateKey, SealBroken, Sealer
from register.snapshot import NotASync, Synced, synced_from_bytes, synced_to_bytes

APPLICATION_ID = 0x65676331  # "egc1"
BUSY_S = 0.5
_CHECK = b"the copy of this gate"
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE about (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
CREATE TABLE records (
    place INTEGER PRIMARY KEY, record TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, document BLOB, sealed BLOB
) STRICT;
CREATE INDEX records_of_a_document ON records (document);
CREATE TABLE owed (crossing TEXT PRIMARY KEY, record TEXT NOT NULL, passed_at TEXT NOT NULL) STRICT;
CREATE INDEX owed_of_a_record ON owed (record);
PRAGMA application_id = {APPLICATION_ID};
COMMIT;
"""
_DIRECTION = "ALTER TABLE owed ADD COLUMN direction TEXT NOT NULL DEFAULT 'entry'"
"""Copies made before lanes reported exits have no such column."""
_OWE = "INSERT OR IGNORE INTO owed (crossing, record, passed_at, direction) VALUES (?, ?, ?, ?)"
_USES = "CREATE TABLE IF NOT EXISTS uses (crossing TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT"


class OfflineCopy:
    """Raises RegisterFailed: missing, damaged, of another gate, or tampered with."""

    def __init__(self, path: Path, gate: str, key: GateKey) -> None:
        self.path = path
        self._sealer = Sealer(key, gate)
        self._lock = threading.Lock()
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise failure(path, error) from None
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- questions ----------------------------------------------------------------------------------------

    def find(self, issuing_state: str, document_number: str, birth_date: str) -> tuple[CopiedVisa, ...]:
        """The copied visas of this very document; entries owed to the register count as used."""
        mark = self._sealer.mark(issuing_state, document_number, birth_date)
        rows = self._rows(
            "SELECT record, version, sealed, "
            "(SELECT count(*) FROM owed WHERE owed.record = records.record AND owed.direction = 'entry') "
            "FROM records WHERE document = ? ORDER BY record",
            mark,
        )
        found = tuple(self._opened(*row) for row in rows)
        asked = (issuing_state, document_number, birth_date)
        if any((each.visa.issuing_state, each.visa.document_number, each.visa.birth_date) != asked for each in found):
            raise self._tampered()
        return found

    def owed(self) -> tuple[PassageClaim, ...]:
        """Passages that the register has not confirmed, oldest first."""
        rows = self._rows("SELECT crossing, record, passed_at, direction FROM owed ORDER BY passed_at, crossing")
        return tuple(
            PassageClaim(crossing, record, datetime.fromisoformat(at), way) for crossing, record, at, way in rows
        )

    def kept_uses(self) -> tuple[KeptUse, ...]:
        """Ended uses that the hall's ledger has not been told, in the order of their crossings' names."""
        rows = self._rows("SELECT crossing, sealed FROM uses ORDER BY crossing")
        try:
            return tuple(_use_from_bytes(self._sealer.open(sealed, "use", crossing)) for crossing, sealed in rows)
        except (SealBroken, NotAUse):
            raise self._tampered() from None

    def records(self) -> frozenset[str]:
        """The ids of the records that can be found."""
        return frozenset(row[0] for row in self._rows("SELECT record FROM records WHERE sealed IS NOT NULL"))

    def synced(self) -> Synced | None:
        """When the register last confirmed this copy, and with which watchlist; None = never."""
        rows = self._rows("SELECT sealed FROM about WHERE name = 'synced'")
        try:
            return synced_from_bytes(self._sealer.open(rows[0][0], "synced")) if rows else None
        except (SealBroken, NotASync):
            raise self._tampered() from None

    def mark(self, *parts: str) -> bytes:
        """This gate's keyed hash of what the watchlist's snapshot is searched by."""
        return self._sealer.mark(*parts)

    def count(self) -> int:
        """Records that can be found: tombstones do not count."""
        return int(self._rows("SELECT count(*) FROM records WHERE sealed IS NOT NULL")[0][0])

    # --- writes -------------------------------------------------------------------------------------------

    def apply(
        self,
        changed: Iterable[CopiedVisa] = (),
        gone: Iterable[tuple[str, int]] = (),
        synced: Synced | None = None,
    ) -> None:
        """Take a delta whole or not at all. `gone`: (record, version) of tombstones, which no older version lifts."""
        with self._change() as connection:
            connection.executemany(_UPSERT, map(self._row, changed))
            connection.executemany(_UPSERT, ((record, version, None, None) for record, version in gone))
            if synced:
                row = ("synced", self._sealer.seal(synced_to_bytes(synced), "synced"))
                connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", row)

    def owe(self, claim: PassageClaim) -> None:
        """Remember a passage until the register has it; once for one crossing. Durable when this returns."""
        with self._change() as connection:
            row = (claim.transaction, claim.record, claim.passed_at.isoformat(), claim.direction)
            connection.execute(
                "INSERT OR IGNORE INTO owed (crossing, record, passed_at, direction) VALUES (?, ?, ?, ?)", row
            )

    def settle(self, transaction: str) -> None:
        """The register has this passage."""
        with self._change() as connection:
            connection.execute("DELETE FROM owed WHERE crossing = ?", (transaction,))

    def keep_use(self, use: KeptUse) -> None:
        """Until the hall's ledger is told. Durable when this returns."""
        crossing = use.ended.transaction
        with self._change() as connection:
            row = (crossing, self._sealer.seal(_use_to_bytes(use), "use", crossing))
            connection.execute("INSERT OR REPLACE INTO uses VALUES (?, ?)", row)

    def drop_use(self, transaction: str) -> None:
        with self._change() as connection:
            connection.execute("DELETE FROM uses WHERE crossing = ?", (transaction,))

    # --- the file -----------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            if self._connection.execute("PRAGMA schema_version").fetchone()[0] == 0:
                self._connection.executescript(_SCHEMA)
                with self._change() as connection:
                    row = ("gate", self._sealer.seal(_CHECK, "gate"))
                    connection.execute("INSERT OR IGNORE INTO about VALUES (?, ?)", row)
            if self._connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise RegisterFailed(f"{self.path} is not a gate's copy of the register: name another file.")
            self._connection.execute(_USES)
            if "direction" not in {row[1] for row in self._connection.execute("PRAGMA table_info(owed)")}:
                self._connection.execute(_DIRECTION)
        except sqlite3.Error as error:
            raise failure(self.path, error) from None
        self._require_own()

    def _require_own(self) -> None:
        rows = self._rows("SELECT sealed FROM about WHERE name = 'gate'")
        try:
            own = bool(rows) and self._sealer.open(rows[0][0], "gate") == _CHECK
        except SealBroken:
            own = False
        if not own:
            raise RegisterFailed(
                f"the copy {self.path} is of another gate or key: delete it and let this gate fill its own."
            )

    def _row(self, copied: CopiedVisa) -> tuple[str, int, bytes, bytes]:
        visa = copied.visa
        mark = self._sealer.mark(visa.issuing_state, visa.document_number, visa.birth_date)
        return visa.record, copied.version, mark, self._sealer.seal(to_bytes(copied), visa.record, copied.version)

    def _opened(self, record: str, version: int, sealed: bytes, owed: int) -> CopiedVisa:
        try:
            copied = from_bytes(self._sealer.open(sealed, record, version))
        except (SealBroken, NotAVisa):
            raise self._tampered() from None
        return replace(copied, used=copied.used + owed)

    def _tampered(self) -> RegisterFailed:
        return RegisterFailed(
            f"the copy {self.path} was changed by another hand: keep it for the inquiry, fill a new one."
        )

    def _rows(self, query: str, *values: object) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise failure(self.path, error) from None

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction of the database: all of it or nothing."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise failure(self.path, error) from None
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")


_UPSERT = (
    "INSERT INTO records (record, version, document, sealed) VALUES (?, ?, ?, ?) ON CONFLICT (record) DO UPDATE SET "
    "version = excluded.version, document = excluded.document, sealed = excluded.sealed "
    "WHERE excluded.version > records.version"
)


class NotAUse(ValueError):
    """Bytes that say nothing of a use."""


def _use_to_bytes(use: KeptUse) -> bytes:
    ended = {"end": use.ended.end.value, "ended_at": use.ended.ended_at.isoformat()}
    return json.dumps([asdict(use.query), ended], separators=(",", ":")).encode()


def _use_from_bytes(data: bytes) -> KeptUse:
    """Raises NotAUse."""
    try:
        query, ended = json.loads(data)
        asked = RegisterQuery(**query)
        at = datetime.fromisoformat(ended["ended_at"])
        return KeptUse(asked, UseEnded(asked.transaction, UseEnd(ended["end"]), at))
    except (ValueError, TypeError, KeyError):
        raise NotAUse from None
