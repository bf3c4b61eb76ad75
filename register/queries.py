"""The statements by which the store finds visas, and what their rows are."""

from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, or_, select

from register.found import Found, Reference
from register.model import Visa
from register.tables import Moment, arrivals, documents, passages, portraits, visas

MAX_NEAR = 2_000
"""Holders born on one day, or of one name, that are compared; more than that are no help to anybody."""
_USED = (
    select(func.count())
    .select_from(passages)
    .where(passages.c.record == visas.c.record, passages.c.consumed)
    .scalar_subquery()
)
WIDTH = 16
"""Columns of a visa; a portrait's come after them."""
ALL = (
    select(
        visas.c.record,
        documents.c.issuing_state,
        documents.c.document_number,
        documents.c.birth_date,
        documents.c.surname,
        documents.c.given_names,
        documents.c.nationality,
        visas.c.valid_from,
        visas.c.valid_until,
        visas.c.entries,
        visas.c.restrictions,
        visas.c.cancelled,
        visas.c.synchronised,
        visas.c.suspended,
        visas.c.stay_days,
        _USED,
    )
    .join_from(visas, documents)
    .order_by(visas.c.valid_until, visas.c.record)
)
OF_DOCUMENT = ALL.where(
    documents.c.issuing_state == bindparam("issuing_state"),
    documents.c.document_number == bindparam("document_number"),
    documents.c.birth_date == bindparam("birth_date"),
)
WITH_PORTRAIT = OF_DOCUMENT.add_columns(portraits.c.image, portraits.c.captured_on, portraits.c.quality).outerjoin(
    portraits, portraits.c.record == visas.c.record
)
_SHOWN = documents.alias()
OF_SAME_PERSON = ALL.where(
    documents.c.person
    == select(_SHOWN.c.person)
    .where(
        _SHOWN.c.issuing_state == bindparam("issuing_state"),
        _SHOWN.c.document_number == bindparam("document_number"),
        _SHOWN.c.birth_date == bindparam("birth_date"),
    )
    .scalar_subquery()
)
OF_PERSON = ALL.where(
    documents.c.birth_date == bindparam("birth_date"),
    documents.c.name_key == bindparam("name_key"),
    documents.c.nationality == bindparam("nationality"),
)
OF_NAME = ALL.where(documents.c.birth_date == bindparam("birth_date"), documents.c.name_key == bindparam("name_key"))
BY_RECORD = ALL.where(visas.c.record == bindparam("record"))
NEAR = ALL.where(
    or_(documents.c.birth_date == bindparam("birth_date"), documents.c.name_key == bindparam("name_key")),
    visas.c.valid_until >= bindparam("today"),
).limit(MAX_NEAR)
ARRIVING = ALL.where(
    exists().where(
        arrivals.c.issuing_state == documents.c.issuing_state,
        arrivals.c.document_number == documents.c.document_number,
        arrivals.c.lands_at.between(bindparam("since", type_=Moment), bindparam("until", type_=Moment)),
    )
)


def found(row: Row[Any]) -> Found:
    """Raises TypeError or ValueError for a row that is no visa."""
    values: tuple[Any, ...] = tuple(row)
    record, state, number, born, surname, given, nationality, valid_from, valid_until = values[:9]
    entries, restrictions, cancelled, synchronised, suspended, stay_days, used = values[9:WIDTH]
    if not isinstance(valid_from, date) or not isinstance(valid_until, date):
        raise TypeError
    visa = Visa(
        record, state, number, born, surname, given, nationality,
        valid_from=valid_from, valid_until=valid_until, entries=entries,
        restrictions=tuple(restrictions), cancelled=bool(cancelled), synchronised=bool(synchronised),
        suspended=bool(suspended), stay_days=stay_days,
    )  # fmt: skip
    return Found(visa, used)


def reference(image: bytes | None, captured_on: date | None, quality: float | None) -> Reference:
    """Of a portrait's columns, which are all None where there is no portrait."""
    return Reference() if image is None else Reference(bytes(image), captured_on, quality)
