"""A traveller applies, sends pictures, binds a visa to a new passport: seen, kept and considered, in this order.

Pictures are looked at before any transaction of the database is open. Of a page only the portrait is kept, and only
until the application is decided; of a portrait the picture alone is kept, without what a telephone adds to it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

import cv2
from sqlalchemy import Connection

from link.images import decode
from register import applications, audit
from register.application import (
    OPEN,
    Application,
    ApplicationState,
    Comparison,
    Holder,
    Picture,
    Question,
    Terms,
    ZoneSource,
)
from register.database import PATIENT_S
from register.found import Found
from register.grants import DecisionRefused, Grants
from register.looking import Compared, Judged, Looker, typed

HIGHEST_PX = 1200
QUALITY = 90


@dataclass(frozen=True, slots=True)
class Sent:
    """What a traveller hands in; images are encoded, empty = not sent."""

    page: bytes = field(default=b"", repr=False)
    lines: tuple[str, ...] = field(default=(), repr=False)
    portrait: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """One traveller, as far as his pictures show him."""

    holder: Holder = field(repr=False)
    zone: ZoneSource
    page_portrait: bytes = field(repr=False)
    portrait: Picture | None = field(repr=False)
    judged: Judged | None
    compared: Compared


class NothingToRead(Exception):
    """Neither a page nor its lines."""


class KeyUsedOtherwise(Exception):
    """The same idempotency key came with another request."""


@dataclass(frozen=True, slots=True)
class Applying:
    grants: Grants
    looker: Looker

    def apply(
        self, travellers: Sequence[Sent], terms: Terms, idempotency: str, now: datetime
    ) -> tuple[str, dict[str, Judged]]:
        """The party, and how the portraits were judged, by application. The same key and request: the same party.

        Raises PageUnreadable, NothingToRead, ImageRefused, MrzRejected, KeyUsedOtherwise.
        """
        key = sha256(idempotency.encode()).hexdigest() if idempotency else None
        asked = _digest(travellers, terms)
        database = self.grants.database
        if key is not None:
            with database.reading() as connection:
                known = applications.find_party(connection, key)
            if known:
                return _same(known, asked), {}
        seen = [self._see(each, now) for each in travellers]
        party = applications.new_id("Q")
        made: dict[str, Judged] = {}
        with database.writing(PATIENT_S) as connection:
            if not applications.add_party(connection, party, key, asked, now):
                known = applications.find_party(connection, key or "")
                return _same(known or ("", ""), asked), {}
            for number, each in enumerate(seen, 1):
                application = _application(each, party, number, terms, now)
                applications.add(connection, application)
                _keep(connection, application.application, each.portrait, each.page_portrait)
                audit.note(connection, now, "traveller", "applied", application.application)
                if each.judged is not None:
                    made[application.application] = each.judged
        for application in self.of_party(party):
            self.grants.consider(application.application, now)
        return party, made

    def send(self, party: str, application: str, sent: Sent, now: datetime) -> Judged | None:
        """A picture that was missing, or a better one. Raises as `apply`, and DecisionRefused."""
        before = self._open(party, application)
        database = self.grants.database
        if sent.page and self.looker.zone(sent.page, now.date()) != before.holder:
            raise DecisionRefused(
                "page_of_another", "this is the page of another passport than that of the application."
            )
        judged = self.looker.judge(sent.portrait) if sent.portrait else None
        with database.reading() as connection:
            kept = applications.picture(connection, application, applications.PORTRAIT)
            page = applications.picture(connection, application, applications.PAGE_PORTRAIT)
        if judged is not None and judged.accepted:
            kept = Picture(plain(sent.portrait), judged.quality)
        page_portrait = self.looker.portrait_of(sent.page) if sent.page else page.image if page else b""
        page_shown = bool(sent.page) or before.zone is ZoneSource.PAGE
        compared = self._compared(kept, page_portrait, page_shown)
        with database.writing(PATIENT_S) as connection:
            now_is = _hold_open(connection, application)
            zone = ZoneSource.PAGE if sent.page else now_is.zone
            better = replace(now_is, zone=zone, comparison=compared.comparison, score=compared.score)
            applications.replace(connection, better)
            _keep(connection, application, kept, page_portrait)
            audit.note(connection, now, "traveller", "sent_pictures", application)
        self.grants.consider(application, now)
        return judged

    def rebind(self, party: str, found: Found, old_page: bytes, new_page: bytes, now: datetime) -> str:
        """A visa to a new passport: both pages are the proof, and one face in the new one and the record.

        Asked again while an officer has not decided, it is the same application, with what has been shown since.
        """
        new = self.looker.zone(new_page, now.date())
        shown = bool(old_page) and _is_bound(found, self.looker.zone(old_page, now.date()))
        if old_page and not shown:
            raise DecisionRefused("page_of_another", "the old page is not of the passport that the visa is bound to.")
        if _is_bound(found, new):
            raise DecisionRefused(
                "page_of_another", "the new page is of the passport that the visa is bound to already."
            )
        page_portrait = self.looker.portrait_of(new_page)
        reference = self.grants.store.portrait(found.visa.record)
        compared = self._compared(Picture(reference) if reference else None, page_portrait, page_shown=True)
        if compared.comparison is Comparison.NOT_COMPARED:
            compared = Compared(Comparison.UNCLEAR)
        visa, earlier = found.visa, self._waiting(party, found.visa.record, new)
        shown = shown or (earlier is not None and Question.OLD_DOCUMENT_NOT_SHOWN not in earlier.questions)
        number = len(self.of_party(party)) + 1
        application = Application(
            application=earlier.application if earlier else applications.new_application(party, number),
            party=party,
            made_at=earlier.made_at if earlier else now,
            state=ApplicationState.WAITING,
            holder=new,
            terms=Terms(visa.valid_from, visa.valid_until, visa.entries),
            zone=ZoneSource.PAGE,
            comparison=compared.comparison,
            score=compared.score,
            questions=() if shown else (Question.OLD_DOCUMENT_NOT_SHOWN,),
            replaces=visa.record,
        )
        with self.grants.database.writing(PATIENT_S) as connection:
            if earlier is None:
                applications.add(connection, application)
            else:
                _hold_open(connection, application.application)
                applications.replace(connection, application)
            _keep(connection, application.application, None, page_portrait)
            audit.note(connection, now, "traveller", "asked_to_bind", visa.record, application=application.application)
        self.grants.consider(application.application, now)
        return application.application

    def of_party(self, party: str) -> tuple[Application, ...]:
        with self.grants.database.reading() as connection:
            return applications.of_party(connection, party)

    def _waiting(self, party: str, record: str, holder: Holder) -> Application | None:
        """To bind this visa to this passport, when that was asked for already and nobody has decided."""
        same = (each for each in self.of_party(party) if (each.replaces, each.holder) == (record, holder))
        return next((each for each in same if each.state in OPEN), None)

    def _open(self, party: str, application: str) -> Application:
        found = next((each for each in self.of_party(party) if each.application == application), None)
        if found is None:
            raise DecisionRefused("application_unknown", "there is no such application.")
        if found.state not in OPEN or found.replaces:
            raise DecisionRefused("already_decided", "no picture is waited for.")
        return found

    def _see(self, sent: Sent, now: datetime) -> Seen:
        if not sent.page and not sent.lines:
            raise NothingToRead
        holder = self.looker.zone(sent.page, now.date()) if sent.page else typed(sent.lines, now.date())
        page_portrait = self.looker.portrait_of(sent.page) if sent.page else b""
        judged = self.looker.judge(sent.portrait) if sent.portrait else None
        good = judged is not None and judged.accepted
        portrait = Picture(plain(sent.portrait), judged.quality if judged else None) if good else None
        compared = self._compared(portrait, page_portrait, bool(sent.page))
        zone = ZoneSource.PAGE if sent.page else ZoneSource.TYPED
        return Seen(holder, zone, page_portrait, portrait, judged, compared)

    def _compared(self, portrait: Picture | None, page_portrait: bytes, page_shown: bool) -> Compared:
        if portrait is None or not page_shown:
            return Compared(Comparison.NOT_COMPARED)
        return self.looker.compare(portrait.image, page_portrait) if page_portrait else Compared(Comparison.UNCLEAR)


def plain(picture: bytes) -> bytes:
    """The picture alone, as a JPEG of at most HIGHEST_PX rows. Raises ImageRefused."""
    image = decode(picture)
    scale = min(1.0, HIGHEST_PX / image.shape[0])
    if scale < 1.0:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    _encoded, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(data.tobytes())


def _hold_open(connection: Connection, application: str) -> Application:
    """Nobody else decides it meanwhile. Raises DecisionRefused."""
    held = applications.find(connection, application, lock=True)
    if held is None or held.state not in OPEN:
        raise DecisionRefused("already_decided", "this application is decided already.")
    return held


def _application(seen: Seen, party: str, number: int, terms: Terms, now: datetime) -> Application:
    return Application(
        application=applications.new_application(party, number),
        party=party,
        made_at=now,
        state=ApplicationState.WAITING,
        holder=seen.holder,
        terms=terms,
        zone=seen.zone,
        comparison=seen.compared.comparison,
        score=seen.compared.score,
    )


def _keep(connection: Connection, application: str, portrait: Picture | None, page: bytes) -> None:
    if portrait is not None:
        applications.keep_picture(connection, application, applications.PORTRAIT, portrait)
    if page:
        applications.keep_picture(connection, application, applications.PAGE_PORTRAIT, Picture(page))


def _is_bound(found: Found, holder: Holder) -> bool:
    visa = found.visa
    document = (visa.issuing_state, visa.document_number, visa.birth_date)
    return document == (holder.issuing_state, holder.document_number, holder.birth_date)


def _same(known: tuple[str, str], asked: str) -> str:
    if known[1] != asked:
        raise KeyUsedOtherwise
    return known[0]


def _digest(travellers: Sequence[Sent], terms: Terms) -> str:
    told = [[sha256(each.page).hexdigest(), each.lines, sha256(each.portrait).hexdigest()] for each in travellers]
    asked = [told, terms.valid_from.isoformat(), terms.valid_until.isoformat(), terms.entries]
    return sha256(json.dumps(asked).encode()).hexdigest()
