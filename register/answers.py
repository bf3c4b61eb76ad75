"""What the register answers, whoever asks: the embedded register of a lane or the service."""

from datetime import UTC, datetime

from link.travel import (
    LostAnswer,
    RegisterQuery,
    TravelRecord,
    TravelState,
    UseAnswer,
    WatchlistAnswer,
    WatchlistState,
)
from register.found import Found
from register.model import masked
from register.store import Store


def look_up(store: Store, query: RegisterQuery, at: datetime) -> TravelRecord:
    own = store.visas_of_document(query.issuing_state, query.document_number, query.birth_date)
    if not own:
        return _bound_elsewhere(store, query, at)
    valid = [found for found in own if found.state(at.date()) is TravelState.VALID]
    if len(valid) > 1:
        return TravelRecord(query.transaction, TravelState.SEVERAL, at)
    found = valid[0] if valid else own[-1]
    return _record(store, found, query.transaction, at)


def _record(store: Store, found: Found, transaction: str, at: datetime) -> TravelRecord:
    visa = found.visa
    return TravelRecord(
        transaction=transaction,
        state=found.state(at.date()),
        answered_at=at,
        record=visa.record,
        issuing_state=visa.issuing_state,
        document_number=visa.document_number,
        surname=visa.surname,
        given_names=visa.given_names,
        birth_date=visa.birth_date,
        portrait=store.portrait(visa.record),
        valid_from=visa.valid_from,
        valid_until=visa.valid_until,
        entries_left=found.entries_left,
        restrictions=visa.restrictions,
    )


def _bound_elsewhere(store: Store, query: RegisterQuery, at: datetime) -> TravelRecord:
    """A visa that could still be used, of the same person, on another passport; or none."""
    usable = (TravelState.VALID, TravelState.NOT_YET_VALID)
    of_person = store.visas_of_person(query.surname, query.given_names, query.birth_date, query.nationality)
    other = [found.visa for found in of_person if found.state(at.date()) in usable]
    if not other:
        return TravelRecord(query.transaction, TravelState.NONE, at)
    return TravelRecord(
        transaction=query.transaction,
        state=TravelState.OTHER_DOCUMENT,
        answered_at=at,
        record=other[-1].record,
        other_document_masked=masked(other[-1].document_number),
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
