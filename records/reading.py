"""Reading the journal back from the database, on a connection that cannot write.

What is found here was committed: nothing that only waits in memory is ever seen. The interlock reads through one.
"""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

from records.chain import START, digest, keyed_hash
from records.database import COLUMNS, Row, open_reader, sentence, to_entry
from records.errors import JournalFailed
from records.model import DECIDED, DELETED, RETENTION, SEALED, VOIDED, DecisionRow, Entry, Fact, Verification

Place = tuple[int, str, int, str]
"""Position, boot, seq and digest of an entry: what a deletion leaves of it."""


class JournalReader:
    """Every question raises JournalFailed when the database does not answer."""

    def __init__(self, path: Path, connection: sqlite3.Connection | None = None) -> None:
        """`connection`: of somebody who has the file alone, and closes it himself."""
        self.path = path
        self._connection = connection or open_reader(path)
        self._lock = threading.Lock()

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, transaction: str) -> tuple[Entry, ...]:
        """All entries of one crossing, oldest first."""
        return self._entries("WHERE crossing = ?", transaction)

    def after(self, position: int, limit: int) -> tuple[tuple[int, Entry], ...]:
        """Up to `limit` entries behind a position in the chain, each with its own position."""
        query = f"SELECT position, {COLUMNS} FROM entries WHERE position > ? ORDER BY position LIMIT ?"  # noqa: S608  (COLUMNS is ours)
        return tuple((row[0], self._entry(row[1:])) for row in self._rows(query, position, limit))

    def at(self, position: int) -> Entry | None:
        return next(iter(self._entries("WHERE position = ?", position)), None)

    def latest(self, kind: str) -> Entry | None:
        """The newest entry of this kind that belongs to no crossing."""
        return next(
            iter(
                self._entries(
                    "WHERE crossing = '' AND kind = ? AND position = "
                    "(SELECT max(position) FROM entries WHERE crossing = '' AND kind = ?)",
                    kind,
                    kind,
                )
            ),
            None,
        )

    def holds_decision(self, transaction: str, claimed: str) -> DecisionRow | None:
        """The decision of this transaction with this digest, when it stands: recomputed, not voided, not sealed."""
        decision: Entry | None = None
        for entry in self.read(transaction):
            if entry.kind == DECIDED:
                decision = entry
            elif entry.kind in (VOIDED, SEALED):
                decision = None
        if decision is None or not decision.digest == claimed == digest(decision):
            return None
        return DecisionRow(transaction, claimed, decision.at_s, dict(decision.facts))

    def unsealed(self) -> tuple[str, ...]:
        """Crossings that were begun and never sealed: after a crash they are settled first."""
        query = (
            "SELECT DISTINCT crossing FROM entries AS begun WHERE crossing <> '' AND NOT EXISTS "
            "(SELECT 1 FROM entries WHERE crossing = begun.crossing AND kind = ?) ORDER BY crossing"
        )
        return tuple(row[0] for row in self._rows(query, SEALED))

    def crossings_of(self, mark: str) -> tuple[str, ...]:
        """The crossings of the document with this mark (`Page.mark`), oldest first."""
        query = (
            "SELECT crossing FROM entries WHERE kind = 'document' AND json_extract(facts, '$.mark') = ? "
            "ORDER BY position"
        )
        return tuple(row[0] for row in self._rows(query, mark))

    def verify(self, key: bytes | None = None) -> Verification:
        """Walk the whole chain. With the gate's key the marks in seals and certificates are checked too."""
        count, sealed, head, deletions = 0, 0, START, Deletions()
        try:
            for position, entry in self.walk():
                fault = _break(entry, head, position, count, key)
                if fault:
                    return Verification(count, sealed, (), head, fault=fault)
                deletions.see(position, entry)
                count, sealed, head = count + 1, sealed + (entry.kind == SEALED), entry.digest
            certificates = tuple(deletions.certificates)
            return Verification(
                count, sealed, self.unsealed(), head, deletions.deleted, certificates, deletions.fault()
            )
        except JournalFailed as failed:
            return Verification(count, sealed, (), head, fault=str(failed))

    def place_at(self, position: int) -> "Place":
        """What is left of a deleted entry, and what of any other entry would be. Raises JournalFailed."""
        rows = self._rows("SELECT position, boot, seq, digest FROM entries WHERE position = ?", position)
        if not rows:
            raise JournalFailed(f"the journal {self.path} has no entry {position}: keep it for the inquiry.")
        return tuple(rows[0])

    def walk(self) -> Iterator[tuple[int, Entry]]:
        """Every entry in the chain's order with its position, read in pieces."""
        position = -1
        while piece := self.after(position, 1000):
            yield from piece
            position = piece[-1][0]

    def _entries(self, where: str, *values: object) -> tuple[Entry, ...]:
        query = f"SELECT {COLUMNS} FROM entries {where} ORDER BY position"  # noqa: S608  (both are ours)
        return tuple(self._entry(row) for row in self._rows(query, *values))

    def _entry(self, row: Row) -> Entry:
        try:
            return to_entry(row)
        except (ValueError, AttributeError):  # the facts are no JSON, or no JSON object
            raise JournalFailed(
                f"the journal {self.path} holds an entry that is not one: keep it for the inquiry."
            ) from None

    def _rows(self, query: str, *values: object) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise JournalFailed(sentence(self.path, error)) from None


class Deletions:
    """What was deleted, run for run, and the certificates that account for it (records/deletion.py)."""

    def __init__(self) -> None:
        self.certificates: list[Entry] = []
        self._stubs: dict[Fact, list[Place]] = {}

    @property
    def deleted(self) -> int:
        return sum(map(len, self._stubs.values()))

    def see(self, position: int, entry: Entry) -> None:
        if entry.kind == DELETED:
            self._stubs.setdefault(entry.fact("run"), []).append((position, entry.boot, entry.seq, entry.digest))
        elif entry.kind == RETENTION:
            self.certificates.append(entry)

    def fault(self) -> str:
        """Why the certificates do not account for what is gone, one sentence; empty when they do."""
        certified = {entry.fact("run"): entry for entry in self.certificates}
        for run, stubs in self._stubs.items():
            certificate = certified.get(run)
            if certificate is None or certificate.fact("stubs") != stubs_digest(stubs):
                return f"{len(stubs)} entries were taken out and no certificate of deletion accounts for them."
        for run, certificate in certified.items():
            if len(self._stubs.get(run, ())) != certificate.fact("entries"):
                return f"the certificate of deletion {run} speaks of other entries than were deleted."
        return ""


def stubs_digest(stubs: Iterable[Place]) -> str:
    """SHA-256 over the places that deleted entries have left, in the chain's order."""
    whole = hashlib.sha256()
    for place in stubs:
        whole.update(f"{json.dumps(place)}\n".encode())
    return whole.hexdigest()


def _break(entry: Entry, head: str, position: int, count: int, key: bytes | None) -> str:
    place = f"entry {entry.seq} of boot {entry.boot} at gate {entry.gate}"
    if position != count + 1 or entry.previous != head:
        return f"{place} does not follow the entry before it: entries were taken out, added or moved."
    if entry.kind != DELETED and digest(entry) != entry.digest:
        return f"{place} was changed after it was written."
    if key is not None and entry.kind in (SEALED, RETENTION) and entry.fact("mark") != keyed_hash(key, entry.previous):
        return f"{place} carries the mark of another key: the chain was written anew."
    return ""
