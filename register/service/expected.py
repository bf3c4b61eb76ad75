"""The list of records that gates hold for the hours without a network, told as changes since a version.

Versions are the milliseconds of the moment when a change was seen, made strictly increasing; so a service that starts
anew never tells a lower version than before, and gates take its list whole because its epoch is another.
"""

import base64
import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from pydantic import ValidationError

from link.copy_api import ChangesAnswer, ChangesQuestion, CopiedRecord, ListedAlert, ListedLost, Tombstone
from register.answers import with_stay
from register.arrivals import LATE
from register.found import Found
from register.model import Visa
from register.service.token_image import token_image
from register.store import Store

FRESH_FOR = timedelta(hours=72)
"""Of a record: counted from the midnight before it was told; each day it is told anew."""
KEPT_AFTER_END = timedelta(days=30)
"""So that a gate without a network can say "ended" instead of "not known here"."""
PAGE_BYTES = 3_000_000
"""Of portraits."""
AT_ONCE = 50
"""Portraits that are read with one question."""
LOOK_AGAIN = timedelta(seconds=1)
"""How old the service's own view of the register may be when a list ends; its other pages need no look."""
_FIELDS = tuple(each.name for each in fields(Visa) if each.name != "portrait")


@dataclass(frozen=True, slots=True)
class _Known:
    version: int
    digest: bytes = field(repr=False)
    found: Found | None = field(repr=False)
    """None: gone."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One change of a page."""

    name: str
    known: _Known
    portrait: bytes = field(repr=False)


class ExpectedList:
    """All visas that have not ended long ago, whatever their state, or those of who lands within some hours alone.

    May be used from several threads.
    """

    def __init__(self, store: Store, now: Callable[[], datetime], within: timedelta | None = None) -> None:
        """`within`: only documents on a manifest that lands so soon, or landed not long ago; None = every visa."""
        self._store, self._now, self._within = store, now, within
        self._epoch = secrets.token_hex(8)
        self._known: dict[str, _Known] = {}
        self._last = 0
        self._looked_at: datetime | None = None
        self._lock = threading.Lock()

    def changes(self, question: ChangesQuestion) -> ChangesAnswer:
        with self._lock:
            now = self._now()
            same = question.epoch == self._epoch
            since = question.since if same else 0
            page, more = self._page(since)
            if not more and not self._is_fresh(now):  # only the last page confirms the copy
                self._refresh(now)
                page, more = self._page(since)
            upto = max([each.known.version for each in page], default=question.since if same else self._next(now))
        return ChangesAnswer(
            epoch=self._epoch,
            upto=upto,
            more=more,
            whole=not same,
            answered_at=now,
            changed=tuple(self._told(page, now)),
            gone=tuple(
                Tombstone(record=each.name, version=each.known.version) for each in page if not each.known.found
            ),
            watchlist=() if more else self._watchlist(),
            lost=None if more else self._lost(),
        )

    def _is_fresh(self, now: datetime) -> bool:
        return self._looked_at is not None and timedelta(0) <= now - self._looked_at < LOOK_AGAIN

    def _refresh(self, now: datetime) -> None:
        self._looked_at = now
        present = {found.visa.record: found for found in self._expected(now)}
        for record, found in present.items():
            digest = _digest(found, now)
            if record not in self._known or self._known[record].digest != digest:
                self._known[record] = _Known(self._next(now), digest, found)
        for record in [name for name, known in self._known.items() if known.found and name not in present]:
            self._known[record] = _Known(self._next(now), b"", None)

    def _expected(self, now: datetime) -> Iterable[Found]:
        oldest = (now - KEPT_AFTER_END).date()
        known = self._store.visas() if self._within is None else self._arriving(now, self._within)
        return (found for found in known if found.visa.valid_until >= oldest)

    def _arriving(self, now: datetime, within: timedelta) -> Iterable[Found]:
        return self._store.visas_arriving(now - LATE, now + within)

    def _next(self, now: datetime) -> int:
        self._last = max(self._last + 1, int(now.timestamp() * 1000))
        return self._last

    def _page(self, since: int) -> tuple[list["_Told"], bool]:
        """The oldest changes, as many as a page holds, and whether there are more."""
        waiting = sorted(
            ((name, known) for name, known in self._known.items() if known.version > since),
            key=lambda pair: pair[1].version,
        )
        page, size = list[_Told](), 0
        for begin in range(0, len(waiting), AT_ONCE):
            pieces = waiting[begin : begin + AT_ONCE]
            portraits = self._store.portraits_of([name for name, known in pieces if known.found])
            for name, known in pieces:
                if size >= PAGE_BYTES:
                    return page, True
                page.append(_Told(name, known, portraits.get(name, b"")))
                size += len(page[-1].portrait)
        return page, False

    def _told(self, page: Iterable["_Told"], now: datetime) -> Iterator[CopiedRecord]:
        """A visa that the words cannot carry is left out: a gate that does not hold it asks, or refers."""
        for each in page:
            if each.known.found:
                with suppress(ValidationError):
                    yield self._copied(each, each.known.found, now)

    def _copied(self, told: "_Told", found: Found, now: datetime) -> CopiedRecord:
        portrait = token_image(told.portrait)
        values = {name: getattr(found.visa, name) for name in _FIELDS}
        return CopiedRecord(
            version=told.known.version,
            used=found.used,
            stay_left=with_stay(self._store, found, now.date()).stay_left,
            fresh_until=_midnight(now) + FRESH_FOR,
            portrait=base64.b64encode(portrait).decode("ascii"),
            **values,
        )

    def _watchlist(self) -> tuple[ListedAlert, ...]:
        return tuple(ListedAlert(**row) for row in self._store.watchlist())

    def _lost(self) -> tuple[ListedLost, ...]:
        names = ("issuing_state", "document_number", "state")
        return tuple(ListedLost(**dict(zip(names, each, strict=True))) for each in self._store.reported())


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _digest(found: Found, now: datetime) -> bytes:
    """Changes with the visa, its use, and the day."""
    visa = tuple(getattr(found.visa, name) for name in _FIELDS)
    return hashlib.sha256(repr((visa, found.used, _midnight(now))).encode()).digest()
