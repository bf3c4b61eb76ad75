"""From an application to a visa: what has to be asked, by whom it may be answered, and the one way to a reference.

No uploaded portrait becomes a gate's reference before it was compared with the document's own portrait; where the two
are not alike, an officer who has seen both has to accept it. `_basis` is the only place that says so, and the table
refuses anything else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from link.travel import LostState, TravelState
from register import applications, audit, ledger
from register.application import OPEN, Application, ApplicationState, Comparison, Holder, Question, ZoneSource
from register.database import PATIENT_S, Database, hold
from register.found import NotAdded
from register.model import Visa, name_key
from register.near import names_alike
from register.stays import WINDOW_DAYS, days_left, stays_of
from register.store import Store, document_of, insert_visa, passages_of_holder
from register.tables import documents, portraits, visas

MACHINE = "machine"
"""Who decided, when nobody had to be asked."""
FORGOTTEN_AT_ONCE = 1_000
GIVEN_UP = "It stayed open for too long and was ended. You can apply again."
HELD_BACK = (Question.PORTRAIT_DIFFERS, Question.PORTRAIT_UNCLEAR)
"""Questions that an officer answers by accepting the portrait, and in no other way."""


class DecisionRefused(Exception):
    """A decision that may not be made so; `code` for programs, one sentence for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class GrantPolicy:
    """The authority's own rules."""

    automatic: bool = True
    """Grant without an officer where there is no question."""
    stay_days: int | None = 90
    """Of any 180, for every visa granted here."""
    longest_days: int = 5 * 366


@dataclass(frozen=True, slots=True)
class Ruling:
    """An officer's."""

    officer: str
    grant: bool
    accepts_portrait: bool = False
    """Both portraits were looked at and are of one person."""
    words: str = ""
    """For the traveller."""


@dataclass(frozen=True, slots=True)
class Grants:
    store: Store
    policy: GrantPolicy = GrantPolicy()

    @property
    def database(self) -> Database:
        return self.store.database

    def consider(self, application: str, now: datetime) -> Application:
        """Ask what has to be asked; without a question it is granted at once. Idempotent."""
        known = self._alert_or_near(application, now.date())
        with self.database.writing(PATIENT_S) as connection:
            asked = _open(connection, application)
            _hold_holder(connection, asked.holder)
            state = _lacking(connection, asked)
            questions = tuple(dict.fromkeys((*_questions(connection, asked, self.policy, now.date()), *known)))
            considered = replace(asked, state=state, questions=questions)
            applications.replace(connection, considered)
            if state is ApplicationState.WAITING and not questions:
                return _granted(connection, considered, self.policy, MACHINE, "", now)
            return considered

    def rule(self, application: str, ruling: Ruling, now: datetime) -> Application:
        """An officer's decision. Raises DecisionRefused."""
        with self.database.writing(PATIENT_S) as connection:
            asked = _open(connection, application)
            _hold_holder(connection, asked.holder)
            if not ruling.grant:
                return _refused(connection, asked, ruling, now)
            if asked.state is not ApplicationState.WAITING:
                raise DecisionRefused("pictures_missing", "a picture is still missing: the traveller has to send it.")
            if any(each in HELD_BACK for each in asked.questions) and not ruling.accepts_portrait:
                raise DecisionRefused(
                    "portrait_not_accepted",
                    "the portrait is not alike with the document's: look at both, and accept it or refuse.",
                )
            return _granted(connection, asked, self.policy, ruling.officer, ruling.words, now)

    def forget(self, before: datetime, now: datetime) -> int:
        """End every application that has been open since `before`, and its pictures with it. How many there were."""
        with self.database.writing(PATIENT_S) as connection:
            stale = [
                each
                for state in OPEN
                for each in applications.in_state(connection, state, FORGOTTEN_AT_ONCE)
                if each.made_at < before
            ]
            for each in stale:
                _refused(connection, each, Ruling(MACHINE, grant=False, words=GIVEN_UP), now)
            return len(stale)

    def _alert_or_near(self, application: str, today: date) -> tuple[Question, ...]:
        """What the register knows of other people; looked up before the transaction, for it may be much."""
        with self.database.reading() as connection:
            asked = _open(connection, application)
        holder = asked.holder
        who = (holder.surname, holder.given_names, holder.birth_date)
        alerts = self.store.alerts(holder.issuing_state, holder.document_number, *who)
        alike = self.store.visas_of_somebody_alike(*who, holder.nationality, today)
        near = [found for found, _why in alike if found.state(today) is not TravelState.CANCELLED]
        near = [found for found in near if found.visa.record != asked.replaces]
        return (*([Question.ALERT] if alerts else []), *([Question.NEAR_MATCH] if near else []))


def _open(connection: Connection, application: str) -> Application:
    asked = applications.find(connection, application, lock=True)
    if asked is None:
        raise DecisionRefused("application_unknown", "there is no such application.")
    if asked.state not in OPEN:
        raise DecisionRefused("already_decided", "this application is decided already.")
    return asked


def _hold_holder(connection: Connection, holder: Holder) -> None:
    hold(connection, "holder", holder.issuing_state, holder.document_number, holder.birth_date)


def _lacking(connection: Connection, asked: Application) -> ApplicationState:
    """What the traveller still has to send; WAITING = nothing."""
    if asked.comparison is Comparison.NOT_COMPARED and asked.replaces:
        return ApplicationState.NEEDS_DOCUMENT
    if applications.picture(connection, asked.application, applications.PORTRAIT) is None and not asked.replaces:
        return ApplicationState.NEEDS_PORTRAIT
    return ApplicationState.NEEDS_DOCUMENT if asked.comparison is Comparison.NOT_COMPARED else ApplicationState.WAITING


def _questions(connection: Connection, asked: Application, policy: GrantPolicy, today: date) -> Iterator[Question]:
    holder = asked.holder
    if asked.comparison is Comparison.DIFFERS:
        yield Question.PORTRAIT_DIFFERS
    if asked.comparison is Comparison.UNCLEAR:
        yield Question.PORTRAIT_UNCLEAR
    if asked.zone is ZoneSource.TYPED:
        yield Question.ZONE_TYPED
    if holder.expires is None or holder.expires < asked.terms.valid_until:
        yield Question.DOCUMENT_EXPIRES
    lost = ledger.lost_state(connection, holder.issuing_state, holder.document_number)
    if lost is not LostState.NOT_REPORTED:
        yield Question.DOCUMENT_REPORTED
    if Question.OLD_DOCUMENT_NOT_SHOWN in asked.questions:
        yield Question.OLD_DOCUMENT_NOT_SHOWN
    if _another_holder(connection, asked):
        yield Question.HOLDER_DIFFERS
    if _overlaps(connection, asked):
        yield Question.OVERLAPS
    if not asked.replaces and _stays_too_long(connection, asked, policy, today):
        yield Question.STAY_EXCEEDED
    if not policy.automatic:
        yield Question.NOT_AUTOMATIC


def _another_holder(connection: Connection, asked: Application) -> bool:
    """This very document is on record under another name, or the visa to be bound is of somebody else."""
    holder = asked.holder
    key = name_key(holder.surname, holder.given_names)
    known = connection.execute(select(documents.c.name_key).where(*_is_document(holder))).scalar()
    if known is not None and known != key:
        return True
    if not asked.replaces:
        return False
    query = select(documents.c.name_key, documents.c.birth_date, documents.c.nationality)
    bound = connection.execute(query.join_from(visas, documents).where(visas.c.record == asked.replaces)).one()
    same_name = bound.name_key == key or names_alike(bound.name_key, key) == "transliteration"
    return not same_name or (bound.birth_date, bound.nationality) != (holder.birth_date, holder.nationality)


def _overlaps(connection: Connection, asked: Application) -> bool:
    """Another visa that is not cancelled, of this document or this person, for some of the same days."""
    holder = asked.holder
    person = (
        documents.c.birth_date == holder.birth_date,
        documents.c.name_key == name_key(holder.surname, holder.given_names),
        documents.c.nationality == holder.nationality,
    )
    query = (
        select(visas.c.record)
        .join_from(visas, documents)
        .where(
            or_(documents.c.document.in_(select(documents.c.document).where(*_is_document(holder))), and_(*person)),
            visas.c.cancelled.is_(False),
            visas.c.valid_from <= asked.terms.valid_until,
            visas.c.valid_until >= asked.terms.valid_from,
            visas.c.record != asked.replaces,
        )
    )
    return connection.execute(query).first() is not None


def _stays_too_long(connection: Connection, asked: Application, policy: GrantPolicy, today: date) -> bool:
    """On the first day asked for no day of stay would be left, after all earlier stays of this holder."""
    terms = asked.terms
    if (terms.valid_until - terms.valid_from).days >= policy.longest_days or terms.valid_until < today:
        return True
    if policy.stay_days is None:
        return False
    query = select(visas.c.record).join_from(visas, documents).where(*_is_document(asked.holder))
    record = connection.execute(query).scalar()
    if record is None:
        return False
    stays = stays_of(passages_of_holder(connection, record))
    return days_left(stays, terms.valid_from, min(policy.stay_days, WINDOW_DAYS)) == 0


def _is_document(holder: Holder) -> tuple[ColumnElement[bool], ...]:
    return (
        documents.c.issuing_state == holder.issuing_state,
        documents.c.document_number == holder.document_number,
        documents.c.birth_date == holder.birth_date,
    )


def _granted(
    connection: Connection, asked: Application, policy: GrantPolicy, officer: str, words: str, now: datetime
) -> Application:
    try:
        record = (
            _bound_anew(connection, asked) if asked.replaces else _new_visa(connection, asked, policy, officer, now)
        )
    except NotAdded:
        raise DecisionRefused(
            "holder_differs", "this document is on record under another name: settle that first."
        ) from None
    decided = replace(
        asked, state=ApplicationState.GRANTED, record=record, decided_at=now, decided_by=officer, words=words
    )
    applications.replace(connection, decided)
    applications.forget_pictures(connection, asked.application)
    audit.note(
        connection, now, officer, "bound" if asked.replaces else "granted", record, application=asked.application
    )
    return decided


def _refused(connection: Connection, asked: Application, ruling: Ruling, now: datetime) -> Application:
    decided = replace(
        asked, state=ApplicationState.REFUSED, decided_at=now, decided_by=ruling.officer, words=ruling.words
    )
    applications.replace(connection, decided)
    applications.forget_pictures(connection, asked.application)
    audit.note(connection, now, ruling.officer, "refused", asked.application)
    return decided


def _new_visa(connection: Connection, asked: Application, policy: GrantPolicy, officer: str, now: datetime) -> str:
    record = applications.new_id("V")
    holder, terms = asked.holder, asked.terms
    visa = Visa(
        record, holder.issuing_state, holder.document_number, holder.birth_date, holder.surname, holder.given_names,
        holder.nationality, terms.valid_from, terms.valid_until, terms.entries, stay_days=policy.stay_days,
    )  # fmt: skip
    insert_visa(connection, visa)
    portrait = applications.picture(connection, asked.application, applications.PORTRAIT)
    if portrait is None:
        raise DecisionRefused("pictures_missing", "the portrait is missing: the traveller has to send it.")
    row = {"record": record, "image": portrait.image, "quality": portrait.quality, "captured_on": now.date()}
    connection.execute(insert(portraits).values(**row, basis=_basis(asked, officer)))
    return record


def _basis(asked: Application, officer: str) -> str:
    """By what right an uploaded portrait becomes a reference. Raises DecisionRefused where there is none."""
    if asked.comparison is Comparison.ALIKE:
        return "compared"
    if asked.comparison in (Comparison.DIFFERS, Comparison.UNCLEAR) and officer != MACHINE:
        return "accepted"
    raise DecisionRefused("portrait_not_compared", "the portrait was not compared with the document's: send its page.")


def _bound_anew(connection: Connection, asked: Application) -> str:
    """The visa's new passport; both passports are from now on known as one person's."""
    holder = asked.holder
    old = select(documents.c.document, documents.c.person).join_from(visas, documents)
    before = connection.execute(old.where(visas.c.record == asked.replaces).with_for_update()).one()
    person = before.person or applications.new_id("P")
    bound = Visa(
        asked.replaces, holder.issuing_state, holder.document_number, holder.birth_date, holder.surname,
        holder.given_names, holder.nationality, asked.terms.valid_from, asked.terms.valid_until,
    )  # fmt: skip
    document = document_of(connection, bound)
    both = documents.c.document.in_((before.document, document))
    connection.execute(update(documents).where(both).values(person=person))
    connection.execute(update(visas).where(visas.c.record == asked.replaces).values(document=document))
    return asked.replaces
