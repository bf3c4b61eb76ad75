"""Retention at the centre: what every gate has sent goes in its time too, by the same classes and limits.

Of a deleted entry its place stays, so that a batch that comes again is still known and signed heads still hold. What
went is written down in the centre's own file, signed by the centre, one line a gate and class.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from records.database import COLUMNS, to_entry
from records.deletion import signed_statement
from records.model import DELETED, Entry, Fact
from records.reading import stubs_digest
from records.retention import Due, Limits, due

SCHEMA = "CREATE TABLE IF NOT EXISTS deletions (run TEXT NOT NULL, gate TEXT NOT NULL, said TEXT NOT NULL) STRICT"
_STUB = "UPDATE entries SET crossing = '', kind = ?, at_s = 0.0, facts = ? WHERE gate = ? AND number = ?"
_PIECE = 1_000


@dataclass(frozen=True, slots=True)
class _OfGate:
    connection: sqlite3.Connection
    gate: str

    def walk(self) -> Iterator[tuple[int, Entry]]:
        """Every entry of the gate with its number in the gate's chain."""
        query = f"SELECT number, {COLUMNS} FROM entries WHERE gate = ? AND number > ? ORDER BY number LIMIT ?"  # noqa: S608  (COLUMNS is ours)
        number = 0
        while rows := self.connection.execute(query, (self.gate, number, _PIECE)).fetchall():
            yield from ((row[0], to_entry(row[1:])) for row in rows)
            number = rows[-1][0]

    def places(self, plan: Due) -> Iterator[tuple[int, str, int, str]]:
        query = "SELECT number, boot, seq, digest FROM entries WHERE gate = ? AND number = ?"
        for number in plan.positions:
            yield self.connection.execute(query, (self.gate, number)).fetchone()


def delete(
    connection: sqlite3.Connection, gate: str, limits: Limits, now: datetime, signer: Ed25519PrivateKey
) -> list[dict[str, Fact]]:
    """Inside a transaction of the centre's file: what of this gate is over goes. Returns the certificates."""
    own, certificates = _OfGate(connection, gate), list[dict[str, Fact]]()
    for plan in due(own.walk(), limits, now):
        run = f"centre-{now:%Y%m%d-%H%M%S}-{plan.data_class.value}"
        stubs, stub = stubs_digest(own.places(plan)), json.dumps({"run": run}, separators=(",", ":"))
        connection.executemany(_STUB, ((DELETED, stub, gate, number) for number in plan.positions))
        said: dict[str, Fact] = {
            "run": run,
            "gate": gate,
            "class": plan.data_class.value,
            "entries": len(plan.positions),
            "crossings": plan.crossings,
            "first": plan.positions[0],
            "last": plan.positions[-1],
            "newest": plan.newest.isoformat(),
            "kept_days": limits[plan.data_class].days,
            "stubs": stubs,
            "at": now.isoformat(),
        }
        said["signature"] = signer.sign(signed_statement(said)).hex()
        connection.execute("INSERT INTO deletions VALUES (?, ?, ?)", (run, gate, json.dumps(said)))
        certificates.append(said)
    return certificates
