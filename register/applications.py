"""Applications as they are kept. Functions on an open connection, inside a transaction of whoever calls."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from register.application import (
    Application,
    ApplicationState,
    Comparison,
    Holder,
    Picture,
    Question,
    Terms,
    ZoneSource,
)
from register.database import insert_new
from register.tables import applications, parties, pictures

PORTRAIT, PAGE_PORTRAIT = "portrait", "page_portrait"
PARTY_LETTERS = 9
"""Random bytes of an id; it is no secret, but nobody guesses one."""


def new_id(kind: str) -> str:
    """Opaque: `A-`, `P-`, `V-` and random letters."""
    return f"{kind}-{secrets.token_hex(PARTY_LETTERS)}"


def new_application(party: str, number: int) -> str:
    """Opaque, and in the order of the party's own."""
    return f"A-{party.removeprefix('Q-')}-{number:03d}{secrets.token_hex(2)}"


def find_party(connection: Connection, idempotency: str) -> tuple[str, str] | None:
    """(party, SHA-256 of what was asked) of an earlier request with this key."""
    query = select(parties.c.party, parties.c.asked).where(parties.c.idempotency == idempotency)
    row = connection.execute(query).first()
    return (row.party, row.asked) if row else None


def add_party(connection: Connection, party: str, idempotency: str | None, asked: str, at: datetime) -> bool:
    """False when the same key came in just now."""
    row = {"party": party, "idempotency": idempotency, "asked": asked, "made_at": at}
    return insert_new(connection, parties, row)


def has_party(connection: Connection, party: str) -> bool:
    return connection.execute(select(parties.c.party).where(parties.c.party == party)).first() is not None


def add(connection: Connection, application: Application) -> None:
    connection.execute(insert(applications).values(application=application.application, **_row(application)))


def replace(connection: Connection, application: Application) -> None:
    mine = applications.c.application == application.application
    connection.execute(update(applications).where(mine).values(**_row(application)))


def find(connection: Connection, application: str, lock: bool = False) -> Application | None:
    query = select(applications).where(applications.c.application == application)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return _application(row) if row else None


def of_party(connection: Connection, party: str) -> tuple[Application, ...]:
    query = select(applications).where(applications.c.party == party).order_by(applications.c.application)
    rows = connection.execute(query).all()
    return tuple(map(_application, rows))


def in_state(connection: Connection, state: ApplicationState, limit: int) -> tuple[Application, ...]:
    """The oldest first."""
    query = select(applications).where(applications.c.state == state.value)
    return tuple(map(_application, connection.execute(query.order_by(applications.c.made_at).limit(limit)).all()))


def of_record(connection: Connection, record: str) -> Application | None:
    """That a visa was granted for."""
    row = connection.execute(select(applications).where(applications.c.record == record)).first()
    return _application(row) if row else None


def keep_picture(connection: Connection, application: str, kind: str, picture: Picture) -> None:
    connection.execute(delete(pictures).where(pictures.c.application == application, pictures.c.kind == kind))
    row = {"application": application, "kind": kind, "image": picture.image, "quality": picture.quality}
    connection.execute(insert(pictures).values(**row))


def picture(connection: Connection, application: str, kind: str) -> Picture | None:
    query = select(pictures).where(pictures.c.application == application, pictures.c.kind == kind)
    row = connection.execute(query).first()
    return Picture(bytes(row.image), row.quality) if row else None


def forget_pictures(connection: Connection, application: str) -> None:
    """Once it is decided nobody needs them: the reference of a granted visa is kept with the visa."""
    connection.execute(delete(pictures).where(pictures.c.application == application))


def _row(application: Application) -> Mapping[str, Any]:
    holder, terms = application.holder, application.terms
    return {
        "party": application.party,
        "made_at": application.made_at,
        "state": application.state.value,
        "issuing_state": holder.issuing_state,
        "document_number": holder.document_number,
        "birth_date": holder.birth_date,
        "surname": holder.surname,
        "given_names": holder.given_names,
        "nationality": holder.nationality,
        "document_expires": holder.expires,
        "valid_from": terms.valid_from,
        "valid_until": terms.valid_until,
        "entries": terms.entries,
        "zone": application.zone.value,
        "comparison": application.comparison.value,
        "score": application.score,
        "questions": [each.value for each in application.questions],
        "replaces": application.replaces or None,
        "decided_at": application.decided_at,
        "decided_by": application.decided_by,
        "words": application.words,
        "record": application.record or None,
    }


def _application(row: Row[Any]) -> Application:
    return Application(
        application=row.application,
        party=row.party,
        made_at=row.made_at,
        state=ApplicationState(row.state),
        holder=Holder(
            row.issuing_state,
            row.document_number,
            row.birth_date,
            row.surname,
            row.given_names,
            row.nationality,
            row.document_expires,
        ),
        terms=Terms(row.valid_from, row.valid_until, row.entries),
        zone=ZoneSource(row.zone),
        comparison=Comparison(row.comparison),
        score=row.score,
        questions=tuple(Question(each) for each in row.questions),
        replaces=row.replaces or "",
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        words=row.words,
        record=row.record or "",
    )
