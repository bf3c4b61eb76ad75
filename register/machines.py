"""Tokens of machines in the database: known by their SHA-256, each with what it may ask and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Row, select, update

from register.database import Database, insert_new
from register.tables import machines


class Scope(Enum):
    """What a machine's token may ask."""

    GATE = "gate"
    """Everything that a lane needs: records, watchlist, documents, uses, passages, its copy."""
    PASSAGES = "passages"
    """Entries and exits of a document, for officers' systems elsewhere."""


@dataclass(frozen=True, slots=True)
class Machine:
    name: str
    scopes: frozenset[str]
    ends_at: datetime | None = None
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Machines:
    database: Database

    def find(self, digest: str, now: datetime) -> Machine | None:
        query = select(machines).where(machines.c.digest == digest)
        with self.database.reading() as connection:
            row = connection.execute(query).first()
        machine = _machine(row) if row else None
        if machine is None or machine.revoked or (machine.ends_at is not None and machine.ends_at <= now):
            return None
        return machine

    def listed(self) -> tuple[Machine, ...]:
        """Every token that was ever made, by name; which it is can be told from none of it."""
        query = select(machines).order_by(machines.c.name, machines.c.revoked, machines.c.digest)
        with self.database.reading() as connection:
            return tuple(map(_machine, connection.execute(query).all()))

    def add(self, digest: str, name: str, scopes: Iterable[Scope], ends_at: datetime | None) -> bool:
        """False when this very token is known already."""
        row = {"digest": digest, "name": name, "scopes": sorted(each.value for each in scopes)}
        with self.database.writing() as connection:
            return insert_new(connection, machines, {**row, "ends_at": ends_at, "revoked": False})

    def revoke(self, name: str) -> int:
        """All tokens of this name; how many there were."""
        with self.database.writing() as connection:
            valid = (machines.c.name == name, machines.c.revoked.is_(False))
            return connection.execute(update(machines).where(*valid).values(revoked=True)).rowcount


def _machine(row: Row[Any]) -> Machine:
    return Machine(row.name, frozenset(row.scopes), row.ends_at, bool(row.revoked))
