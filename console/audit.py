"""The console's audit trail: a hash chain of its own (records/journal.py). No role can change or delete it.

Officers stand in it by their pseudonymous ids. What an officer typed is kept as he typed it, unless it holds what looks
like a traveller's zone: then the whole request is refused.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from records.facts import checked
from records.journal import Journal
from records.model import Entry, Fact
from records.reading import JournalReader

FILE, KEY_FILE = "console-audit.sqlite", "console-audit.key"
GATE = "console"


@dataclass(slots=True)
class Audit:
    journal: Journal = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)

    @classmethod
    def open(cls, folder: Path, now: Callable[[], datetime]) -> "Audit":
        boot = f"{now():%Y%m%d}-{secrets.token_hex(3)}"
        return cls(Journal.open(folder / FILE, GATE, boot, _key(folder / KEY_FILE)), now)

    def close(self) -> None:
        self.journal.close()

    def write(self, kind: str, officer: str, /, transaction: str = "", **facts: Fact) -> None:
        """On the disk when it returns: before what it tells of is done."""
        at = self.now()
        self.journal.append(
            kind,
            transaction,
            at.timestamp(),
            {**facts, "officer": officer, "at": at.isoformat(timespec="milliseconds")},
        )
        self.journal.flush()

    @staticmethod
    def require_writable(**texts: str) -> None:
        """Raises FactRefused for a text that may not be kept."""
        checked(texts)

    def tail(self, limit: int, transaction: str = "") -> list[dict[str, Any]]:
        """The newest entries, newest first."""
        reader: JournalReader = self.journal.reader
        if transaction:
            return [_plain(entry) for entry in reversed(reader.read(transaction))][:limit]
        last = reader.verify().entries
        return [_plain(entry) for _, entry in reversed(reader.after(max(0, last - limit), limit))]

    def proof(self) -> dict[str, Any]:
        """Whether the chain is intact, and its head."""
        found = self.journal.verify()
        return {"intact": found.holds, "entries": found.entries, "head": found.head, "fault": found.fault}


def _plain(entry: Entry) -> dict[str, Any]:
    return {"seq": entry.seq, "kind": entry.kind, "transaction_id": entry.transaction, **dict(entry.facts)}


def _key(path: Path) -> bytes:
    """Made on first use, readable by its owner only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()
