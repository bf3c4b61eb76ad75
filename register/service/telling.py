"""What travellers and officers are told of visas, passages and applications."""

from datetime import date

from sqlalchemy import ColumnElement, Connection, or_, select

from link.application_api import ApplicationTold, Case, PassageTold, VisaTold
from register.answers import with_stay
from register.application import Application
from register.found import Found
from register.looking import Judged
from register.model import masked
from register.store import Store
from register.tables import documents, passages, visas


def visa_told(store: Store, found: Found, today: date) -> VisaTold:
    counted = with_stay(store, found, today)
    visa = found.visa
    return VisaTold(
        record=visa.record,
        state=counted.state(today).value,
        valid_from=visa.valid_from,
        valid_until=visa.valid_until,
        entries_left=found.entries_left,
        stay_days_left=counted.stay_left,
        document_masked=masked(visa.document_number),
        passages=passages_of(store, visa.record),
    )


def passages_of(store: Store, record: str) -> tuple[PassageTold, ...]:
    """Of this record, oldest first."""
    with store.database.reading() as connection:
        return _told(connection, passages.c.record == record)


def passages_of_document(
    connection: Connection, issuing_state: str, document_number: str, birth_date: str
) -> tuple[PassageTold, ...]:
    """Of the document's holder, on whatever document is known to be his."""
    own = select(documents.c.document, documents.c.person).where(
        documents.c.issuing_state == issuing_state,
        documents.c.document_number == document_number,
        documents.c.birth_date == birth_date,
    )
    holder = connection.execute(own).first()
    if holder is None:
        return ()
    same = or_(documents.c.document == holder.document, documents.c.person == holder.person)
    return _told(connection, passages.c.record.in_(select(visas.c.record).join_from(visas, documents).where(same)))


def application_told(store: Store, application: Application, today: date, portrait: Judged | None) -> ApplicationTold:
    holder, terms = application.holder, application.terms
    found = store.visa(application.record) if application.record else None
    return ApplicationTold(
        application=application.application,
        state=application.state.value,
        said=application.said(),
        why=tuple(each.value for each in application.why()),
        words=application.words,
        first_name=(holder.given_names or holder.surname).split(" ")[0],
        document_masked=masked(holder.document_number),
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
        portrait_reasons=portrait.reasons if portrait else (),
        portrait_advice=portrait.advice if portrait else (),
        visa=visa_told(store, found, today) if found else None,
    )


def case(application: Application) -> Case:
    holder, terms = application.holder, application.terms
    return Case(
        application=application.application,
        state=application.state.value,
        made_at=application.made_at,
        issuing_state=holder.issuing_state,
        document_number=holder.document_number,
        birth_date=holder.birth_date,
        surname=holder.surname,
        given_names=holder.given_names,
        nationality=holder.nationality,
        document_expires=holder.expires,
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
        entries=terms.entries,
        zone=application.zone.value,
        comparison=application.comparison.value,
        score=application.score,
        questions=tuple(each.value for each in application.questions),
        replaces=application.replaces,
        decided_at=application.decided_at,
        decided_by=application.decided_by,
        record=application.record,
    )


def _told(connection: Connection, which: ColumnElement[bool]) -> tuple[PassageTold, ...]:
    query = select(passages).where(which).order_by(passages.c.passed_at, passages.c.crossing)
    return tuple(
        PassageTold(passage=row.crossing, direction=row.direction, passed_at=row.passed_at, gate=row.gate)
        for row in connection.execute(query).all()
    )
