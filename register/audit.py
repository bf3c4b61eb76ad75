"""Who did or saw what: every decision, every view of a person, every refusal. Append only: no role can take it away.

Subjects are opaque ids, never names or numbers; details are small plain values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from register.tables import audit

Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    entry: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Plain]


def note(connection: Connection, at: datetime, actor: str, action: str, subject: str, **detail: Plain) -> None:
    row = {"at": at, "actor": actor, "action": action, "subject": subject, "detail": detail}
    connection.execute(insert(audit).values(**row))


def entries(
    connection: Connection, *, subject: str = "", actor: str = "", after: int = 0, limit: int = 200
) -> tuple[AuditEntry, ...]:
    """Oldest first, those after entry `after`."""
    query = select(audit).where(audit.c.entry > after).order_by(audit.c.entry).limit(limit)
    if subject:
        query = query.where(audit.c.subject == subject)
    if actor:
        query = query.where(audit.c.actor == actor)
    rows = connection.execute(query).all()
    return tuple(AuditEntry(row.entry, row.at, row.actor, row.action, row.subject, row.detail) for row in rows)
