"""What the failures of the register's files and databases mean, each in one sentence."""

from pathlib import Path


class RegisterFailed(Exception):
    """The register cannot be used: missing, foreign, damaged, full, away. One sentence with what to do."""


class RegisterBusy(RegisterFailed):
    """Another process holds it just now; asking again may help."""


_MEANINGS = {
    "SQLITE_FULL": "has no room left: free space on the disk",
    "SQLITE_READONLY": "cannot be written: make its disk and folder writable",
    "SQLITE_CANTOPEN": "cannot be opened: check that its folder exists and may be read",
    "SQLITE_IOERR": "cannot be read or written: check the disk",
    "SQLITE_CORRUPT": "is damaged: replace it by a good copy",
    "SQLITE_NOTADB": "is not a register: name another file",
}
_BUSY_STATES = ("55P03", "40001", "40P01", "57014")
"""PostgreSQL: lock not available, serialization failure, deadlock, statement timed out."""


def failure(name: Path | str, error: Exception) -> RegisterFailed:
    """Of an OSError, a sqlite3 error or one of psycopg. Never repeats what the database said: it may quote values."""
    if isinstance(error, OSError):
        return RegisterFailed(f"the register {name} cannot be opened ({error.strerror}): check its folder.")
    if hasattr(error, "sqlstate"):
        return _of_postgresql(name, error)
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return RegisterBusy(f"the register {name} is locked by another process: stop that process.")
    meaning = next((text for prefix, text in _MEANINGS.items() if code.startswith(prefix)), "")
    return RegisterFailed(f"the register {name} {meaning or f'refused ({code or type(error).__name__}): check it'}.")


def _of_postgresql(name: Path | str, error: Exception) -> RegisterFailed:
    state = getattr(error, "sqlstate", None) or ""
    if state in _BUSY_STATES:
        return RegisterBusy(f"the register {name} is held by another process just now: ask again.")
    if not state or state.startswith(("08", "57P", "53", "28", "3D")):
        return RegisterFailed(
            f"the register {name} cannot be reached ({state or type(error).__name__}): check the database's server, "
            "its name and its password."
        )
    return RegisterFailed(f"the register {name} refused ({state}): look into the database's log.")
