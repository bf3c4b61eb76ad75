"""The register's SQLite file: schema, opening, and what its failures mean."""

import os
import sqlite3
from pathlib import Path

APPLICATION_ID = 0x65677231  # "egr1"
SCHEMA_VERSION = 2
BUSY_S = 0.5

SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE documents (
    document INTEGER PRIMARY KEY,
    issuing_state TEXT NOT NULL, document_number TEXT NOT NULL, birth_date TEXT NOT NULL,
    surname TEXT NOT NULL, given_names TEXT NOT NULL, nationality TEXT NOT NULL, name_key TEXT NOT NULL,
    UNIQUE (issuing_state, document_number, birth_date)
) STRICT;
CREATE INDEX documents_of_a_person ON documents (birth_date, name_key, nationality);
CREATE TABLE visas (
    record TEXT PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents,
    valid_from TEXT NOT NULL, valid_until TEXT NOT NULL, entries INTEGER,
    restrictions TEXT NOT NULL, cancelled INTEGER NOT NULL, synchronised INTEGER NOT NULL
) STRICT;
CREATE INDEX visas_of_a_document ON visas (document);
CREATE TABLE portraits (record TEXT PRIMARY KEY REFERENCES visas, image BLOB NOT NULL) STRICT;
CREATE TABLE watchlist (
    alert TEXT PRIMARY KEY, hold INTEGER NOT NULL, issuing_state TEXT NOT NULL, document_number TEXT NOT NULL,
    birth_date TEXT NOT NULL, name_key TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_by_number ON watchlist (document_number);
CREATE INDEX alerts_by_person ON watchlist (birth_date, name_key);
CREATE TABLE passages (
    crossing TEXT PRIMARY KEY, record TEXT NOT NULL REFERENCES visas, passed_at TEXT NOT NULL,
    consumed INTEGER NOT NULL
) STRICT;
CREATE INDEX passages_of_a_visa ON passages (record);
CREATE TABLE reports (
    issuing_state TEXT NOT NULL, document_number TEXT NOT NULL, state TEXT NOT NULL, reported_at TEXT NOT NULL,
    PRIMARY KEY (issuing_state, document_number)
) STRICT;
CREATE TABLE uses (
    crossing TEXT PRIMARY KEY, issuing_state TEXT NOT NULL, document_number TEXT NOT NULL,
    began_at REAL NOT NULL, state TEXT NOT NULL, changed_at REAL NOT NULL
) STRICT;
CREATE INDEX uses_of_a_document ON uses (issuing_state, document_number, changed_at);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""


class RegisterFailed(Exception):
    """The register's file cannot be used: missing, foreign, damaged, full. One sentence with what to do."""


class RegisterBusy(RegisterFailed):
    """Another process holds the file just now; asking again may help."""


def connect(path: Path, create: bool) -> sqlite3.Connection:
    """A connection in WAL mode to a file of this very schema."""
    if not create and not path.is_file():
        raise RegisterFailed(f"there is no register {path}: fill one with 'egate register import'.")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise failure(path, error) from None
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if connection.execute("PRAGMA schema_version").fetchone()[0] == 0:
            connection.executescript(SCHEMA)
        _require_register(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise failure(path, error) from None
    except RegisterFailed:
        connection.close()
        raise
    return connection


def _require_register(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise RegisterFailed(f"{path} is not a register: name another file.")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        raise RegisterFailed(
            f"the register {path} has schema version {version}, this program reads version {SCHEMA_VERSION}: "
            "import it anew with this program."
        )


_MEANINGS = {
    "SQLITE_FULL": "has no room left: free space on the disk",
    "SQLITE_READONLY": "cannot be written: make its disk and folder writable",
    "SQLITE_CANTOPEN": "cannot be opened: check that its folder exists and may be read",
    "SQLITE_IOERR": "cannot be read or written: check the disk",
    "SQLITE_CORRUPT": "is damaged: replace it by a good copy",
    "SQLITE_NOTADB": "is not a register: name another file",
}


def failure(path: Path, error: Exception) -> RegisterFailed:
    if isinstance(error, OSError):
        return RegisterFailed(f"the register {path} cannot be opened ({error.strerror}): check its folder.")
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return RegisterBusy(f"the register {path} is locked by another process: stop that process.")
    meaning = next((text for prefix, text in _MEANINGS.items() if name.startswith(prefix)), "")
    return RegisterFailed(f"the register {path} {meaning or f'refused ({name or type(error).__name__}): check it'}.")
