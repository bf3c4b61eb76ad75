"""Flight manifests: whose documents are expected when, so that gates hold those travellers' records and no others.

A manifest is the advance list of one flight. A later one of the same flight takes the place of the earlier: who is no
longer on it is no longer expected.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select

from register.database import Database
from register.model import VisaRefused
from register.tables import arrivals

LATE = timedelta(hours=6)
"""So long after landing somebody may still come to a gate: slow disembarkation, a missed connection, a queue."""
FORGOTTEN_AFTER = timedelta(days=2)
_FLIGHT = re.compile(r"[A-Z0-9][A-Z0-9./-]{1,31}")
_STATE = re.compile(r"[A-Z]{1,3}")
_NUMBER = re.compile(r"[A-Z0-9]{1,22}")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One traveller of a flight, by his document. Raises VisaRefused, which names the field."""

    flight: str
    """With its day, for example "UT417/2026-11-27": it names one manifest."""
    issuing_state: str = field(repr=False)
    document_number: str = field(repr=False)
    lands_at: datetime

    def __post_init__(self) -> None:
        rules = (
            ("flight", _FLIGHT.fullmatch(self.flight), "is not a flight as UT417/2026-11-27"),
            ("issuing_state", _STATE.fullmatch(self.issuing_state), "is not a code of one to three capital letters"),
            ("document_number", _NUMBER.fullmatch(self.document_number), "is not made of capital letters and digits"),
            ("lands_at", self.lands_at.tzinfo is not None, "names no time zone"),
        )
        for name, holds, problem in rules:
            if not holds:
                raise VisaRefused(name, problem)


def expect(database: Database, manifest: Iterable[Arrival], now: datetime) -> dict[str, int]:
    """Take manifests whole, each in the place of an earlier one of its flight. Returns travellers by flight."""
    found: dict[str, dict[tuple[str, str], Arrival]] = {}
    for each in manifest:
        found.setdefault(each.flight, {})[each.issuing_state, each.document_number] = each
    rows = [
        {
            "flight": each.flight,
            "issuing_state": each.issuing_state,
            "document_number": each.document_number,
            "lands_at": each.lands_at,
        }
        for travellers in found.values()
        for each in travellers.values()
    ]
    with database.writing() as connection:
        connection.execute(delete(arrivals).where(arrivals.c.lands_at < now - FORGOTTEN_AFTER))
        for flight in found:
            connection.execute(delete(arrivals).where(arrivals.c.flight == flight))
        if rows:
            connection.execute(insert(arrivals), rows)
    return {flight: len(travellers) for flight, travellers in found.items()}


def flights(database: Database) -> list[tuple[str, datetime, int]]:
    """(flight, first landing time, travellers) of every manifest that is kept, soonest first."""
    lands_at = func.min(arrivals.c.lands_at).label("lands_at")
    query = select(arrivals.c.flight, lands_at, func.count().label("travellers")).group_by(arrivals.c.flight)
    with database.reading() as connection:
        rows = connection.execute(query.order_by(lands_at, arrivals.c.flight)).all()
    return [(row.flight, row.lands_at, row.travellers) for row in rows]
