"""The journal's SQLite file: its schema, its connections, and what its failures mean."""

import json
import os
import sqlite3
from pathlib import Path

from records.errors import JournalFailed
from records.model import Entry

APPLICATION_ID = 0x65676A31  # "egj1"
SCHEMA_VERSION = 1
BUSY_S = 0.25

MAKE_TRIGGERS = (
    "CREATE TRIGGER no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END",
    "CREATE TRIGGER no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END",
)
DROP_TRIGGERS = ("DROP TRIGGER IF EXISTS no_update", "DROP TRIGGER IF EXISTS no_delete")
SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE entries (
    position INTEGER PRIMARY KEY,
    gate TEXT NOT NULL, boot TEXT NOT NULL, seq INTEGER NOT NULL,
    crossing TEXT NOT NULL, kind TEXT NOT NULL, at_s REAL NOT NULL, facts TEXT NOT NULL,
    previous TEXT NOT NULL, digest TEXT NOT NULL,
    UNIQUE (gate, boot, seq)
) STRICT;
CREATE INDEX entries_of_a_crossing ON entries (crossing, kind);
{";".join(MAKE_TRIGGERS)};
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""
COLUMNS = "gate, boot, seq, crossing, kind, at_s, facts, previous, digest"
Row = tuple[str, str, int, str, str, float, str, str, str]


def open_writer(path: Path) -> sqlite3.Connection:
    """The connection that appends; makes the file, for the owner's eyes only, when there is none."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise JournalFailed(sentence(path, error)) from None
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        if connection.execute("PRAGMA schema_version").fetchone()[0] == 0:
            connection.executescript(SCHEMA)
        _require_journal(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise JournalFailed(sentence(path, error)) from None
    except JournalFailed:
        connection.close()
        raise
    return connection


def open_alone(path: Path) -> sqlite3.Connection:
    """A writing connection to an existing journal that nobody else has open. Raises JournalFailed."""
    if not path.is_file():
        raise JournalFailed(f"there is no journal {path}: check the path.")
    try:
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    except sqlite3.Error as error:
        raise JournalFailed(sentence(path, error)) from None
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA synchronous = FULL")
        _require_journal(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise JournalFailed(sentence(path, error)) from None
    except JournalFailed:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection of its own that can only read, and so sees only what was committed."""
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise JournalFailed(sentence(path, error)) from None
    try:
        _require_journal(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise JournalFailed(sentence(path, error)) from None
    except JournalFailed:
        connection.close()
        raise
    return connection


def _require_journal(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        raise JournalFailed(f"{path} is not a journal of a gate: name another file in the site's [journal] section.")
    if version != SCHEMA_VERSION:
        raise JournalFailed(
            f"{path} is a journal of version {version}, this program writes version {SCHEMA_VERSION}: "
            "name a new file in the site's [journal] section and keep this one."
        )


def to_row(entry: Entry) -> Row:
    facts = json.dumps(dict(entry.facts), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return (
        entry.gate,
        entry.boot,
        entry.seq,
        entry.transaction,
        entry.kind,
        entry.at_s,
        facts,
        entry.previous,
        entry.digest,
    )


def to_entry(row: Row) -> Entry:
    gate, boot, seq, transaction, kind, at_s, facts, previous, digest = row
    return Entry(gate, boot, seq, transaction, kind, at_s, tuple(sorted(json.loads(facts).items())), previous, digest)


_MEANINGS = {
    "SQLITE_FULL": "has no room left: free space on the disk",
    "SQLITE_READONLY": "cannot be written: make its disk and folder writable",
    "SQLITE_BUSY": "is locked by another process: stop that process",
    "SQLITE_LOCKED": "is locked by another process: stop that process",
    "SQLITE_CANTOPEN": "cannot be opened: create its folder, or name another path in the site's [journal] section",
    "SQLITE_IOERR": "cannot be written to the disk: check the disk and free space on it",
    "SQLITE_CORRUPT": "is damaged: keep it for the inquiry and name a new file in the site's [journal] section",
    "SQLITE_NOTADB": "is not a journal of a gate: name another file in the site's [journal] section",
}


def sentence(path: Path, error: Exception) -> str:
    """What happened to the file and what to do, for an operator."""
    if isinstance(error, OSError):
        return f"the journal {path} cannot be opened ({error.strerror}): create its folder and make it writable."
    name = getattr(error, "sqlite_errorname", "")
    meaning = next((text for prefix, text in _MEANINGS.items() if name.startswith(prefix)), "")
    return f"the journal {path} {meaning or f'refused ({name or type(error).__name__}): check the disk'}."
