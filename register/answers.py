"""What the register answers, whoever asks: the embedded register of a lane or the service."""

from dataclasses import replace
from datetime import UTC, date, datetime

from link.travel import (
    LostAnswer,
    RegisterQuery,
    TravelRecord,
    TravelState,
    UseAnswer,
    WatchlistAnswer,
    WatchlistState,
)
from register.found import Found, Reference
from register.model import Visa, masked
from register.stays import days_left
from register.store import Store


def look_up(store: Store, query: RegisterQuery, at: datetime) -> TravelRecord:
    rows = store.at_a_gate(query.issuing_state, query.document_number, query.birth_date)
    if not rows:
        return _bound_elsewhere(store, query, at)
    own = [(with_stay(store, found, at.date()), reference) for found, reference in rows]
    valid = [each for each in own if each[0].state(at.date(), query.direction) is TravelState.VALID]
    if len(valid) > 1:
        return TravelRecord(query.transaction, TravelState.SEVERAL, at)
    return _record(*(valid[0] if valid else own[-1]), query, at)


def with_stay(store: Store, found: Found, today: date) -> Found:
    """With the days of stay that are left, where the visa limits them."""
    if found.visa.stay_days is None:
        return found
    return replace(found, stay_left=days_left(store.stays(found.visa.record), today, found.visa.stay_days))


def _record(found: Found, reference: Reference, query: RegisterQuery, at: datetime) -> TravelRecord:
    visa = found.visa
    return TravelRecord(
        transaction=query.transaction,
        state=found.state(at.date(), query.direction),
        answered_at=at,
        direction=query.direction,
        record=visa.record,
        issuing_state=visa.issuing_state,
        document_number=visa.document_number,
        surname=visa.surname,
        given_names=visa.given_names,
        birth_date=visa.birth_date,
        portrait=reference.image,
        portrait_captured_on=reference.captured_on,
        portrait_quality=reference.quality,
        valid_from=visa.valid_from,
        valid_until=visa.valid_until,
        entries_left=found.entries_left,
        stay_days_left=found.stay_left,
        restrictions=visa.restrictions,
    )


def _bound_elsewhere(store: Store, query: RegisterQuery, at: datetime) -> TravelRecord:
    """A visa that could still be used, of the same person, on another passport; of somebody alike; or none."""
    usable = (TravelState.VALID, TravelState.NOT_YET_VALID)
    of_person = store.visas_of_person(query.surname, query.given_names, query.birth_date, query.nationality)
    of_person += store.visas_of_other_documents(query.issuing_state, query.document_number, query.birth_date)
    other = [found.visa for found in of_person if found.state(at.date(), query.direction) in usable]
    if other:
        return _elsewhere(query, TravelState.OTHER_DOCUMENT, other[-1], at)
    alike = store.visas_of_somebody_alike(
        query.surname, query.given_names, query.birth_date, query.nationality, at.date()
    )
    near = [found.visa for found, _why in alike if found.state(at.date(), query.direction) in usable]
    if near:
        return _elsewhere(query, TravelState.NEAR_MATCH, near[-1], at)
    return TravelRecord(query.transaction, TravelState.NONE, at)


def _elsewhere(query: RegisterQuery, state: TravelState, visa: Visa, at: datetime) -> TravelRecord:
    """Of the other one no more than its opaque id and the end of its number."""
    return TravelRecord(
        transaction=query.transaction,
        state=state,
        answered_at=at,
        record=visa.record,
        other_document_masked=masked(visa.document_number),
    )


def screen(store: Store, query: RegisterQuery, at: datetime) -> WatchlistAnswer:
    alerts = store.alerts(
        query.issuing_state, query.document_number, query.surname, query.given_names, query.birth_date
    )
    if not alerts:
        return WatchlistAnswer(query.transaction, WatchlistState.CLEAR, at)
    alert, hold = alerts[0]
    return WatchlistAnswer(query.transaction, WatchlistState.HIT, at, alert, hold)


def reported_lost(store: Store, query: RegisterQuery, at: datetime) -> LostAnswer:
    return LostAnswer(query.transaction, store.lost_state(query.issuing_state, query.document_number), at)


def begin_use(store: Store, query: RegisterQuery, at: datetime) -> UseAnswer:
    state, since_s = store.begin_use(query.transaction, query.issuing_state, query.document_number, at)
    since = None if since_s is None else datetime.fromtimestamp(since_s, UTC)
    return UseAnswer(query.transaction, state, at, since)
