"""Signed heads at the centre: how far each gate says, in writing, that its chain reached."""

import sqlite3
from dataclasses import dataclass
from enum import Enum

from records.heads import Head

SCHEMA = """
CREATE TABLE IF NOT EXISTS heads (
    gate TEXT PRIMARY KEY, entries INTEGER NOT NULL, digest TEXT NOT NULL, signed_at TEXT NOT NULL, line TEXT NOT NULL
) STRICT;
"""
_KEEP = (
    "INSERT INTO heads VALUES (?, ?, ?, ?, ?) ON CONFLICT (gate) DO UPDATE SET entries = excluded.entries, "
    "digest = excluded.digest, signed_at = excluded.signed_at, line = excluded.line"
)


class HeadState(Enum):
    """The newest head of a gate, held against the entries that the centre has."""

    NONE = "none"
    HOLDS = "holds"
    WAITING = "waiting"
    """The gate has signed for entries that have not come yet."""
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class KeptHead:
    entries: int
    digest: str
    signed_at: str
    line: str
    """As the gate sent it: its signature can be proved again by whoever has the gate's public key."""


def kept(connection: sqlite3.Connection, gate: str) -> KeptHead | None:
    row = connection.execute("SELECT entries, digest, signed_at, line FROM heads WHERE gate = ?", (gate,)).fetchone()
    return KeptHead(*row) if row else None


def objection(connection: sqlite3.Connection, gate: str, head: Head) -> str:
    """Why this head is not kept, one sentence; empty when it fits what the centre has."""
    if head.gate != gate:
        return f"the head is of another gate than {gate}: look at the gate's keys."
    before = kept(connection, gate)
    if before and head.entries < before.entries:
        return f"gate {gate} signs for fewer entries than before: its journal was cut or replaced."
    if state(connection, gate, head.entries, head.digest) is HeadState.CONTRADICTED:
        return f"gate {gate} signs for another entry {head.entries} than it has sent: its chain was written anew."
    return ""


def state(connection: sqlite3.Connection, gate: str, entries: int, digest: str) -> HeadState:
    row = connection.execute("SELECT digest FROM entries WHERE gate = ? AND number = ?", (gate, entries)).fetchone()
    if row is None:
        return HeadState.WAITING
    return HeadState.HOLDS if row[0] == digest else HeadState.CONTRADICTED


def keep(connection: sqlite3.Connection, gate: str, head: Head, line: str) -> None:
    connection.execute(_KEEP, (gate, head.entries, head.digest, head.signed_at, line))
