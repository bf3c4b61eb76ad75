"""Reading the journal back from the database, on a connection that cannot write.

What is found here was committed: nothing that only waits in memory is ever seen. The interlock reads through one.
"""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from records.chain import START, digest, keyed_hash
from records.database import COLUMNS, Row, open_reader, sentence, to_entry
from records.errors import JournalFailed
from records.model import DECIDED, SEALED, VOIDED, DecisionRow, Entry, Verification


class JournalReader:
    """Every question raises JournalFailed when the database does not answer."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = open_reader(path)
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

    def verify(self, key: bytes | None = None) -> Verification:
        """Walk the whole chain. With the gate's key the marks in the seals are checked too."""
        count, sealed, head = 0, 0, START
        try:
            for position, entry in self.walk():
                fault = _break(entry, head, position, count, key)
                if fault:
                    return Verification(count, sealed, (), head, fault)
                count, sealed, head = count + 1, sealed + (entry.kind == SEALED), entry.digest
            return Verification(count, sealed, self.unsealed(), head)
        except JournalFailed as failed:
            return Verification(count, sealed, (), head, str(failed))

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


def _break(entry: Entry, head: str, position: int, count: int, key: bytes | None) -> str:
    place = f"entry {entry.seq} of boot {entry.boot} at gate {entry.gate}"
    if position != count + 1 or entry.previous != head:
        return f"{place} does not follow the entry before it: entries were taken out, added or moved."
    if digest(entry) != entry.digest:
        return f"{place} was changed after it was written."
    if key is not None and entry.kind == SEALED and entry.fact("mark") != keyed_hash(key, entry.previous):
        return f"{place} carries the mark of another key: the chain was written anew."
    return ""
