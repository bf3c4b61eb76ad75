"""The append-only journal of a gate.

`append` gives an entry its place in the chain at once and costs microseconds; `flush` writes all that waits in one
SQLite transaction with fsync (WAL, synchronous=FULL). The page (records/page.py) flushes a decision, a void and a seal
before it acknowledges them; for everything else the lane calls `flush` at least once a second. When the disk refuses,
what waits stays in order in memory and the next flush writes it. Nothing in here asks a clock or draws a random number:
the same calls give the same chain.
"""

import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from records.chain import START, keyed_hash, linked
from records.database import COLUMNS, open_writer, sentence, to_row
from records.errors import JournalFailed
from records.facts import checked
from records.model import SEALED, VOIDED, DecisionReceipt, DecisionRow, Entry, Fact, Verification
from records.reading import JournalReader

MAX_WAITING = 10_000
MIN_KEY_BYTES = 16
_INSERT = f"INSERT INTO entries ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  (COLUMNS is ours)


class Journal:
    """Made by `Journal.open`. One writer a file; may be used from several threads."""

    def __init__(self, path: Path, gate: str, boot: str, key: bytes) -> None:
        if len(key) < MIN_KEY_BYTES:
            raise JournalFailed(f"the key of the journal {path} is shorter than {MIN_KEY_BYTES} bytes: make a new one.")
        self.path, self.gate, self.boot = path, gate, boot
        self._key = key
        self._writer = open_writer(path)
        try:
            self.reader = JournalReader(path)
            self._written, self._next_seq = self._resume()
        except JournalFailed:
            self._writer.close()
            raise
        self._head = self._written
        self._waiting: list[Entry] = []
        self._state = threading.Lock()  # guards head, number and waiting entries; never held during I/O
        self._writing = threading.Lock()  # one flush at a time

    @classmethod
    def open(cls, path: Path, gate: str, boot_id: str, key: bytes) -> Self:
        """Open or create. `boot_id` names this start of the gate; `key` is the gate's own, at least 16 bytes."""
        return cls(path, gate, boot_id, key)

    def close(self) -> None:
        """Write what waits and let go of the file. Raises JournalFailed when something could not be written."""
        try:
            self.flush()
        finally:
            self.reader.close()
            self._writer.close()  # the last to go folds the write-ahead file into the journal

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- writing ------------------------------------------------------------------------------------------

    def append(self, kind: str, transaction: str, at_s: float, facts: Mapping[str, Fact] | None = None) -> Entry:
        """Put one entry at the end of the chain. It is durable after the next `flush`."""
        plain = checked(facts or {})
        with self._state:
            if len(self._waiting) >= MAX_WAITING and kind != VOIDED:
                raise JournalFailed(f"the journal {self.path} could not be written for too long: close the lane.")
            return self._place(kind, transaction, at_s, plain)

    def seal(
        self, transaction: str, at_s: float, outcome: str, reason: str, facts: Mapping[str, Fact] | None = None
    ) -> Entry:
        """End a crossing, with a mark that only the holder of the gate's key can make. Placed; call `flush`."""
        with self._state:
            mark = keyed_hash(self._key, self._head)
            plain = checked({**(facts or {}), "outcome": outcome, "reason": reason, "mark": mark})
            return self._place(SEALED, transaction, at_s, plain)

    def flush(self) -> None:
        """Make everything that was appended so far durable. Blocks for the disk; raises JournalFailed."""
        with self._writing:
            with self._state:
                batch = list(self._waiting)
            if not batch:
                return
            self._write(batch)
            with self._state:
                del self._waiting[: len(batch)]
                self._written = batch[-1].digest

    @property
    def waiting(self) -> int:
        """Entries that are not durable yet."""
        return len(self._waiting)

    def keyed_hash(self, value: str) -> str:
        """How a document number may appear in the journal: the same number, the same hash, at this gate only."""
        return keyed_hash(self._key, value)

    def receipt(self, decision: Entry) -> DecisionReceipt:
        """For a decision that has been flushed; Page.decide is the one that gives it out."""
        tag = int(keyed_hash(self._key, decision.digest)[-4:], 16)
        return DecisionReceipt(decision.transaction, decision.digest, tag)

    # --- reading back -------------------------------------------------------------------------------------

    def read(self, transaction: str) -> tuple[Entry, ...]:
        return self.reader.read(transaction)

    def holds_decision(self, transaction: str, digest: str) -> DecisionRow | None:
        return self.reader.holds_decision(transaction, digest)

    def unsealed(self) -> tuple[str, ...]:
        return self.reader.unsealed()

    def verify(self) -> Verification:
        return self.reader.verify(self._key)

    # --- the chain ----------------------------------------------------------------------------------------

    def _place(self, kind: str, transaction: str, at_s: float, facts: tuple[tuple[str, Fact], ...]) -> Entry:
        entry = Entry(self.gate, self.boot, self._next_seq, transaction, kind, float(at_s), facts, "", "")
        entry = linked(entry, self._head)
        self._waiting.append(entry)
        self._head, self._next_seq = entry.digest, entry.seq + 1
        return entry

    def _write(self, batch: list[Entry]) -> None:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                self._writer.executemany(_INSERT, map(to_row, self._unwritten(batch)))
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise JournalFailed(sentence(self.path, error)) from None

    def _unwritten(self, batch: list[Entry]) -> list[Entry]:
        """The batch without what a commit wrote although it reported a failure (a disk may answer so)."""
        last = self._writer.execute("SELECT digest FROM entries ORDER BY position DESC LIMIT 1").fetchone()
        head = last[0] if last else START
        if head == self._written:
            return batch
        for index, entry in enumerate(batch):
            if entry.digest == head:
                return batch[index + 1 :]
        raise JournalFailed(f"another process writes to the journal {self.path}: stop it, one gate has one journal.")

    def _resume(self) -> tuple[str, int]:
        try:
            head = self._writer.execute("SELECT digest FROM entries ORDER BY position DESC LIMIT 1").fetchone()
            query = "SELECT max(seq) FROM entries WHERE gate = ? AND boot = ?"
            (seq,) = self._writer.execute(query, (self.gate, self.boot)).fetchone()
        except sqlite3.Error as error:
            raise JournalFailed(sentence(self.path, error)) from None
        return (head[0] if head else START), (seq or 0) + 1
