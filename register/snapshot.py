"""Watchlist and lost documents as a gate keeps them: keyed hashes only, one sealed piece: no line can be taken out."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from link.copy_api import ListedAlert, ListedLost
from link.travel import LostAnswer, LostState, RegisterQuery, WatchlistAnswer, WatchlistState
from register.model import name_key

Mark = Callable[..., bytes]
"""Parts -> a keyed hash of them (register/sealing.py)."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`alerts`: mark, hex -> (alert, hold) of each alert that it leads to."""

    taken_at: datetime
    alerts: Mapping[str, tuple[tuple[str, bool], ...]] = field(repr=False)
    lost: Mapping[str, LostState] | None = field(default=None, repr=False)
    """Mark, hex -> what is reported of the document; None = the service told no such list."""

    def lost_answer(self, query: RegisterQuery, mark: Mark) -> LostAnswer:
        """`answered_at` is when the list was taken."""
        if self.lost is None:
            return LostAnswer(query.transaction, LostState.NOT_SUPPORTED, self.taken_at)
        state = self.lost.get(_lost_mark(query.issuing_state, query.document_number, mark), LostState.NOT_REPORTED)
        return LostAnswer(query.transaction, state, self.taken_at)

    def screen(self, query: RegisterQuery, mark: Mark) -> WatchlistAnswer:
        """`answered_at` is when the snapshot was taken: whoever uses the answer holds its age against a limit."""
        found = {hit for each in _marks_of(query, mark) for hit in self.alerts.get(each, ())}
        if not found:
            return WatchlistAnswer(query.transaction, WatchlistState.CLEAR, self.taken_at)
        alert, hold = min(found, key=lambda hit: (not hit[1], hit[0]))
        return WatchlistAnswer(query.transaction, WatchlistState.HIT, self.taken_at, alert, hold)


def taken(
    alerts: Iterable[ListedAlert], at: datetime, mark: Mark, lost: Iterable[ListedLost] | None = None
) -> Snapshot:
    found: dict[str, tuple[tuple[str, bool], ...]] = {}
    for alert in alerts:
        for each in _marks(alert, mark):
            found[each] = (*found.get(each, ()), (alert.alert, alert.hold))
    reported = None
    if lost is not None:
        reported = {_lost_mark(each.issuing_state, each.document_number, mark): each.state for each in lost}
    return Snapshot(at, found, reported)


@dataclass(frozen=True, slots=True)
class Synced:
    """That the register confirmed the copy: its list up to `upto`, and the watchlist of the same moment."""

    epoch: str
    upto: int
    watchlist: Snapshot = field(repr=False)

    @property
    def at(self) -> datetime:
        """Of the register's clock, as it signed it."""
        return self.watchlist.taken_at


class NotASync(ValueError):
    """Bytes that say nothing of a sync."""


def synced_to_bytes(synced: Synced) -> bytes:
    lost = synced.watchlist.lost
    reported = None if lost is None else {mark: state.value for mark, state in lost.items()}
    body = [synced.epoch, synced.upto, synced.at.isoformat(), dict(synced.watchlist.alerts), reported]
    return json.dumps(body, separators=(",", ":")).encode()


def synced_from_bytes(data: bytes) -> Synced:
    """Raises NotASync."""
    try:
        epoch, upto, at, alerts, reported = json.loads(data)
        lost = None if reported is None else {mark: LostState(state) for mark, state in reported.items()}
        hits = {mark: tuple((alert, bool(hold)) for alert, hold in found) for mark, found in alerts.items()}
        return Synced(epoch, int(upto), Snapshot(datetime.fromisoformat(at), hits, lost))
    except (ValueError, TypeError, AttributeError):
        raise NotASync from None


def _lost_mark(issuing_state: str, document_number: str, mark: Mark) -> str:
    return mark("lost document", issuing_state, document_number).hex()


def _marks(alert: ListedAlert, mark: Mark) -> Iterable[str]:
    """As the register finds an alert: by number, of one issuing state or of any, or by birth date and name."""
    if alert.document_number:
        yield mark("alert of a document", alert.issuing_state, alert.document_number).hex()
    if alert.birth_date and alert.name_key:
        yield mark("alert of a person", alert.birth_date, alert.name_key).hex()


def _marks_of(query: RegisterQuery, mark: Mark) -> Iterable[str]:
    for issuing_state in ("", query.issuing_state):
        yield mark("alert of a document", issuing_state, query.document_number).hex()
    yield mark("alert of a person", query.birth_date, name_key(query.surname, query.given_names)).hex()
