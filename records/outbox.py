"""What the centre has still to get: a cursor over the journal, in a small file of its own beside it.

The cursor moves only when the centre acknowledges, and the centre acknowledges only what its own database has
committed. A batch that was sent and not acknowledged is sent again: the centre is idempotent on (gate, boot, seq).
"""

import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from records.chain import START
from records.database import sentence
from records.errors import JournalFailed
from records.model import Entry
from records.reading import JournalReader

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS cursor (consumer TEXT PRIMARY KEY, upto INTEGER NOT NULL, digest TEXT NOT NULL) STRICT"
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive entries; `upto` is what the acknowledgement names."""

    entries: tuple[Entry, ...] = field(repr=False)
    upto: int

    def __bool__(self) -> bool:
        return bool(self.entries)


class Outbox:
    """One consumer's place in one journal. Raises JournalFailed when a file fails or the journal was cut."""

    def __init__(self, journal: Path, consumer: str = "centre") -> None:
        self._reader = JournalReader(journal)
        self._consumer = consumer
        self.path = journal.with_name(f"{journal.name}.outbox")
        self.began_anew = False
        """The cursor was damaged and set aside: everything is sent again, and the centre takes it once."""
        try:
            self._cursor = self._opened()
        except (OSError, sqlite3.Error) as error:
            self._reader.close()
            raise JournalFailed(sentence(self.path, error)) from None

    def close(self) -> None:
        self._cursor.close()
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def acknowledged(self) -> int:
        """The position up to which the centre has everything."""
        return self._place()[0]

    def batch(self, limit: int = 500) -> Batch:
        """The next entries behind the cursor, oldest first; empty when the centre has all."""
        upto, digest = self._place()
        if upto and ((last := self._reader.at(upto)) is None or last.digest != digest):
            raise JournalFailed(f"the journal beside {self.path} was cut or replaced: keep both files for the inquiry.")
        found = self._reader.after(upto, limit)
        return Batch(tuple(entry for _, entry in found), found[-1][0] if found else upto)

    def acknowledge(self, upto: int) -> None:
        """The centre has committed everything up to here. Going back is ignored, going ahead of the journal refused."""
        if upto <= self.acknowledged:
            return
        last = self._reader.at(upto)
        if last is None:
            raise JournalFailed(f"{upto} was acknowledged, but the journal does not reach there: check the centre.")
        row = (self._consumer, upto, last.digest)
        try:
            self._cursor.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?, ?)", row)
        except sqlite3.Error as error:
            raise JournalFailed(sentence(self.path, error)) from None

    def _opened(self) -> sqlite3.Connection:
        try:
            return _connected(self.path)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "") not in ("SQLITE_CORRUPT", "SQLITE_NOTADB"):
                raise
        self.began_anew = True
        self.path.replace(self.path.with_name(f"{self.path.name}.damaged"))
        self.path.with_name(f"{self.path.name}-journal").unlink(missing_ok=True)  # belongs to what was set aside
        return _connected(self.path)

    def _place(self) -> tuple[int, str]:
        try:
            query = "SELECT upto, digest FROM cursor WHERE consumer = ?"
            row = self._cursor.execute(query, (self._consumer,)).fetchone()
        except sqlite3.Error as error:
            raise JournalFailed(sentence(self.path, error)) from None
        return row or (0, START)


def _connected(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(_SCHEMA)
        connection.execute("SELECT upto, digest FROM cursor").fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def acknowledged_by_all(journal: Path) -> int | None:
    """The position up to which every consumer of this journal has everything; None when it has none.

    Raises JournalFailed.
    """
    path = journal.with_name(f"{journal.name}.outbox")
    if not path.exists():
        return None
    try:
        connection = _connected(path)
        try:
            (upto,) = connection.execute("SELECT min(upto) FROM cursor").fetchone()
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise JournalFailed(sentence(path, error)) from None
    return upto or 0
