"""The console's own memory on the disk: what must outlive a restart. One SQLite file, one writer, small documents.

Pictures, names and passport numbers never come here. Every `put` is on the disk when it returns.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, id TEXT NOT NULL, is_open INTEGER NOT NULL, at TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS documents_open ON documents (kind, is_open, at);
CREATE TABLE IF NOT EXISTS crossings (
    id TEXT PRIMARY KEY, lane TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
    officer TEXT NOT NULL, document_hash TEXT NOT NULL, total_ms INTEGER NOT NULL, content TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS crossings_at ON crossings (at, id);
CREATE TABLE IF NOT EXISTS heard (lane TEXT NOT NULL, boot TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (lane, boot)) WITHOUT ROWID;
"""
VERSION = 1


class StoreFailed(Exception):
    """One sentence: what is wrong with the file."""


class Store:
    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=FULL")
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            if version not in (0, VERSION):
                raise StoreFailed(f"{path} is of another version ({version}): use the program that made it.")
            self._database.executescript(f"{SCHEMA} PRAGMA user_version={VERSION};")
            (self._seen_version,) = self._database.execute("PRAGMA data_version").fetchone()
        except (OSError, sqlite3.Error) as error:
            raise StoreFailed(f"{path} cannot be opened ({error}): check the folder and its disk.") from None

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- documents -------------------------------------------------------------------------------------------

    def put(self, kind: str, key: str, content: BaseModel, *, is_open: bool = True, at: str = "") -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?)",
            (kind, key, int(is_open), at, content.model_dump_json()),
        )

    def get(self, kind: str, key: str, model: type[M]) -> M | None:
        row = self._one("SELECT content FROM documents WHERE kind = ? AND id = ?", kind, key)
        return model.model_validate_json(row[0]) if row else None

    def each(self, kind: str, model: type[M], *, only_open: bool = False, limit: int = 10_000) -> list[M]:
        """Newest first."""
        where = "AND is_open = 1 " if only_open else ""
        query = f"SELECT content FROM documents WHERE kind = ? {where}ORDER BY at DESC, id LIMIT ?"  # noqa: S608  (ours)
        return [model.model_validate_json(row[0]) for row in self._database.execute(query, (kind, limit))]

    def was_written_by_another(self) -> bool:
        """Whether another process has written since the last look: a command line beside the console."""
        (version,) = self._database.execute("PRAGMA data_version").fetchone()
        before, self._seen_version = self._seen_version, version
        return bool(before != version)

    def drop(self, kind: str, key: str) -> None:
        self._database.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, key))

    # --- crossings -------------------------------------------------------------------------------------------

    def add_crossing(self, lane: str, crossing: dict[str, Any]) -> bool:
        """False when it was known: a lane tells again what it is not sure of."""
        row = (
            crossing["transaction"],
            lane,
            crossing["began_at"],
            crossing["outcome"],
            crossing["reason"],
            crossing["officer"],
            crossing["document_hash"],
            crossing["total_ms"],
            json.dumps(crossing),
        )
        done = self._database.execute("INSERT OR IGNORE INTO crossings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return done.rowcount == 1

    def crossing(self, transaction: str) -> dict[str, Any] | None:
        row = self._one("SELECT lane, content FROM crossings WHERE id = ?", transaction)
        return {**json.loads(row[1]), "lane": row[0]} if row else None

    def crossings(
        self, where: Sequence[tuple[str, str]] = (), limit: int = 100, before: tuple[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """Newest first. `where`: conditions of this module's own caller, each with its value."""
        clauses = [clause for clause, _ in where]
        values: list[object] = [value for _, value in where]
        if before:
            clauses.append("(at, id) < (?, ?)")
            values.extend(before)
        filtered = f"WHERE {' AND '.join(clauses)}" if clauses else ""
        query = f"SELECT lane, content FROM crossings {filtered} ORDER BY at DESC, id DESC LIMIT ?"  # noqa: S608  (ours)
        found: Iterator[Any] = iter(self._database.execute(query, (*values, limit)))
        return [{**json.loads(content), "lane": lane} for lane, content in found]

    # --- notices of lanes ------------------------------------------------------------------------------------

    def heard(self, lane: str, boot: str) -> int:
        row = self._one("SELECT number FROM heard WHERE lane = ? AND boot = ?", lane, boot)
        return int(row[0]) if row else 0

    def hear(self, lane: str, boot: str, number: int) -> None:
        self._database.execute("INSERT OR REPLACE INTO heard VALUES (?, ?, ?)", (lane, boot, number))

    def _one(self, query: str, *values: object) -> Any:
        return self._database.execute(query, values).fetchone()
