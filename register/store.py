"""The register's questions and writes about visas, watchlist and passages. Synchronous; from any number of threads."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from link.travel import LostState, PassageClaim, UseEnd, UseState
from register import ledger, queries
from register.database import Database, insert_new
from register.failures import RegisterFailed
from register.found import EntryRefused, Found, NoEntryLeft, NotAdded, Reference
from register.model import Alert, Visa, name_key
from register.near import birth_dates_alike, names_alike
from register.stays import Stay, stays_of
from register.tables import documents, passages, portraits, reports, uses, visas, watchlist


class Store:
    """Raises RegisterFailed, or RegisterBusy while another process holds the database."""

    def __init__(self, where: Path | str | Database, create: bool = False) -> None:
        """`where` is a file, the address of a PostgreSQL database, or one that is open already."""
        self.database = where if isinstance(where, Database) else Database(where, create)

    @property
    def name(self) -> str:
        """Of the file or database, for sentences."""
        return self.database.name

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- questions ----------------------------------------------------------------------------------------

    def visas_of_document(self, issuing_state: str, document_number: str, birth_date: str) -> tuple[Found, ...]:
        """Those bound to this very document of a holder born on this day; the one that ends last comes last."""
        return self._visas(
            queries.OF_DOCUMENT, issuing_state=issuing_state, document_number=document_number, birth_date=birth_date
        )

    def at_a_gate(
        self, issuing_state: str, document_number: str, birth_date: str
    ) -> tuple[tuple[Found, Reference], ...]:
        """The same with what gates compare with, in one question: it is what travellers wait for."""
        binding = {"issuing_state": issuing_state, "document_number": document_number, "birth_date": birth_date}
        with self._rows_of_visas(), self.database.asking() as connection:
            rows = connection.execute(queries.WITH_PORTRAIT, binding).all()
            return tuple((queries.found(row), queries.reference(*row[queries.WIDTH :])) for row in rows)

    def visas_of_person(self, surname: str, given_names: str, birth_date: str, nationality: str) -> tuple[Found, ...]:
        """Those of a holder of this name, birth date and nationality, on whatever document."""
        key = name_key(surname, given_names)
        return self._visas(queries.OF_PERSON, birth_date=birth_date, name_key=key, nationality=nationality)

    def visas_of_other_documents(self, issuing_state: str, document_number: str, birth_date: str) -> tuple[Found, ...]:
        """Those bound to other documents that are known to be of this document's holder, under whatever name."""
        binding = {"issuing_state": issuing_state, "document_number": document_number, "birth_date": birth_date}
        return self._visas(queries.OF_SAME_PERSON, **binding)

    def visas_of_name(self, surname: str, given_names: str, birth_date: str) -> tuple[Found, ...]:
        """Of whatever nationality."""
        return self._visas(queries.OF_NAME, birth_date=birth_date, name_key=name_key(surname, given_names))

    def visas_of_somebody_alike(
        self, surname: str, given_names: str, birth_date: str, nationality: str, today: date
    ) -> tuple[tuple[Found, str], ...]:
        """Of holders who may be this person, written another way; with why, a key of register/near.py.

        An empty nationality differs from none.
        """
        key = name_key(surname, given_names)
        found = self._visas(queries.NEAR, birth_date=birth_date, name_key=key, today=today)
        why = ((each, _alike(each.visa, key, birth_date, nationality)) for each in found)
        return tuple((each, reason) for each, reason in why if reason)

    def stays(self, record: str) -> tuple[Stay, ...]:
        """Of the holder, on whatever document and visa of his."""
        with self.database.reading() as connection:
            return stays_of(passages_of_holder(connection, record))

    def visa(self, record: str) -> Found | None:
        found = self._visas(queries.BY_RECORD, record=record)
        return found[0] if found else None

    def visas(self) -> tuple[Found, ...]:
        return self._visas(queries.ALL)

    def visas_arriving(self, since: datetime, until: datetime) -> tuple[Found, ...]:
        """Those bound to documents that land in between, by the flights' manifests (register/arrivals.py)."""
        return self._visas(queries.ARRIVING, since=since, until=until)

    def reference(self, record: str) -> Reference:
        """The portrait that gates compare with; an empty one where there is none."""
        query = select(portraits.c.image, portraits.c.captured_on, portraits.c.quality)
        with self.database.asking() as connection:
            row = connection.execute(query.where(portraits.c.record == record)).first()
        return queries.reference(*row) if row else Reference()

    def portraits_of(self, records: Sequence[str]) -> dict[str, bytes]:
        """Many at once; a record without one is not in it."""
        query = select(portraits.c.record, portraits.c.image).where(portraits.c.record.in_(records))
        with self.database.reading() as connection:
            return {row.record: bytes(row.image) for row in connection.execute(query)}

    def portrait(self, record: str) -> bytes:
        return self.reference(record).image

    def alerts(
        self, issuing_state: str, document_number: str, surname: str, given_names: str, birth_date: str
    ) -> tuple[tuple[str, bool], ...]:
        """(id, hold) of every alert on this document or this person; those that ask to hold come first."""
        columns = watchlist.c
        of_document: ColumnElement[bool] = and_(
            columns.document_number == document_number,
            columns.document_number != "",
            columns.issuing_state.in_(("", issuing_state)),
        )
        of_person = and_(columns.birth_date == birth_date, columns.name_key == name_key(surname, given_names))
        query = select(columns.alert, columns.hold).where(or_(of_document, of_person))
        with self.database.asking() as connection:
            rows = connection.execute(query.order_by(columns.hold.desc(), columns.alert)).all()
        return tuple((row.alert, bool(row.hold)) for row in rows)

    def watchlist(self) -> tuple[dict[str, Any], ...]:
        """Every alert, for the snapshots that gates hold; names as keys only."""
        with self.database.reading() as connection:
            rows = connection.execute(select(watchlist).order_by(watchlist.c.alert)).mappings().all()
        return tuple(dict(row) for row in rows)

    def check(self) -> None:
        """Ask it for anything at all: returns when the database answers."""
        with self.database.reading() as connection:
            connection.execute(select(visas.c.record).limit(1)).all()

    def counts(self) -> dict[str, int]:
        """Rows in each table."""
        with self.database.reading() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (documents, visas, portraits, watchlist, passages, reports, uses)
            }

    # --- writes -------------------------------------------------------------------------------------------

    def add(self, added: Iterable[Visa] = (), alerts: Iterable[Alert] = ()) -> None:
        """Take all of them, or none. Raises NotAdded."""
        with self.database.writing() as connection:
            for visa in added:
                insert_visa(connection, visa)
            for alert in alerts:
                _insert_alert(connection, alert)

    def cancel(self, record: str) -> None:
        self._mark(record, cancelled=True)

    def suspend(self, record: str, suspended: bool = True) -> None:
        self._mark(record, suspended=suspended)

    def _mark(self, record: str, **marks: bool) -> None:
        with self.database.writing() as connection:
            if not connection.execute(update(visas).where(visas.c.record == record).values(**marks)).rowcount:
                raise EntryRefused(f"there is no record {record} in the register {self.name}.")

    def consume_entry(self, claim: PassageClaim, gate: str = "") -> None:
        """Set one passage against its record, exactly once for one transaction; an exit uses no entry up.

        The passage is kept even when no entry was left (another gate was faster): then EntryRefused is raised, now
        and whenever the same claim is made again.
        """
        with self.database.writing() as connection:
            consumed = _passage(connection, claim, gate)
        if not consumed and claim.direction == "entry":
            raise NoEntryLeft("no entry was left on the record: the passage is kept as a conflict, tell an officer.")

    # --- documents themselves (register/ledger.py) --------------------------------------------------------

    def lost_state(self, issuing_state: str, document_number: str) -> LostState:
        with self.database.asking() as connection:
            return ledger.lost_state(connection, issuing_state, document_number)

    def reported(self) -> list[tuple[str, str, LostState]]:
        """Every document that is reported lost or stolen, for the snapshots that gates hold."""
        with self.database.reading() as connection:
            return ledger.reported(connection)

    def report(self, issuing_state: str, document_number: str, state: LostState, at: datetime) -> None:
        with self.database.writing() as connection:
            ledger.report(connection, issuing_state, document_number, state, at)

    def begin_use(
        self, crossing: str, issuing_state: str, document_number: str, at: datetime
    ) -> tuple[UseState, float | None]:
        with self.database.writing() as connection:
            return ledger.begin_use(connection, crossing, issuing_state, document_number, at.timestamp())

    def use_of(self, issuing_state: str, document_number: str, at: datetime) -> tuple[UseState, float | None]:
        with self.database.reading() as connection:
            return ledger.use_of(connection, issuing_state, document_number, at.timestamp())

    def end_use(self, crossing: str, end: UseEnd, at: datetime) -> None:
        with self.database.writing() as connection:
            ledger.end_use(connection, crossing, end, at.timestamp())

    def clear_use(self, issuing_state: str, document_number: str) -> int:
        with self.database.writing() as connection:
            return ledger.clear_use(connection, issuing_state, document_number)

    def _visas(self, query: Any, **values: Any) -> tuple[Found, ...]:
        with self._rows_of_visas(), self.database.asking() as connection:
            return tuple(map(queries.found, connection.execute(query, values).all()))

    @contextmanager
    def _rows_of_visas(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, TypeError):
            raise RegisterFailed(f"the register {self.name} holds a row that is no visa: import it anew.") from None


def document_of(connection: Connection, visa: Visa) -> int:
    """The key of the visa's document, which is added when it is new. Raises NotAdded when its holder is another."""
    binding = {
        "issuing_state": visa.issuing_state,
        "document_number": visa.document_number,
        "birth_date": visa.birth_date,
    }
    key = name_key(visa.surname, visa.given_names)
    holder = {"surname": visa.surname, "given_names": visa.given_names, "nationality": visa.nationality}
    insert_new(connection, documents, {**binding, **holder, "name_key": key})
    query = select(documents.c.document, documents.c.name_key)
    for name, value in binding.items():
        query = query.where(documents.c[name] == value)
    document, known_name = connection.execute(query).one()
    if known_name != key:
        raise NotAdded(visa.record, "surname", "or given_names differs from what this document has in the register")
    return int(document)


def insert_visa(connection: Connection, visa: Visa) -> None:
    terms = {
        "record": visa.record,
        "document": document_of(connection, visa),
        "valid_from": visa.valid_from,
        "valid_until": visa.valid_until,
        "entries": visa.entries,
        "restrictions": list(visa.restrictions),
        "cancelled": visa.cancelled,
        "synchronised": visa.synchronised,
        "suspended": visa.suspended,
        "stay_days": visa.stay_days,
    }
    if not insert_new(connection, visas, terms):
        raise NotAdded(visa.record, "record", "is in the register already")
    if visa.portrait:
        insert_new(connection, portraits, {"record": visa.record, "image": visa.portrait})


def _insert_alert(connection: Connection, alert: Alert) -> None:
    row = {
        "alert": alert.alert,
        "hold": alert.hold,
        "issuing_state": alert.issuing_state,
        "document_number": alert.document_number,
        "birth_date": alert.birth_date,
        "name_key": name_key(alert.surname, alert.given_names) if alert.surname else "",
    }
    if not insert_new(connection, watchlist, row):
        raise NotAdded(alert.alert, "alert", "is on the watchlist already")


def _passage(connection: Connection, claim: PassageClaim, gate: str) -> bool:
    """True when the passage has used an entry. The same transaction gives the same answer again.

    The visa's row is locked first (PostgreSQL; on SQLite the whole file is): of two gates one is first.
    """
    visa = connection.execute(select(visas.c.entries).where(visas.c.record == claim.record).with_for_update()).first()
    known = connection.execute(
        select(passages.c.record, passages.c.consumed).where(passages.c.crossing == claim.transaction)
    ).first()
    if known:
        if known.record != claim.record:
            raise EntryRefused("this crossing was claimed for another record before: call an engineer.")
        return bool(known.consumed)
    if visa is None:
        raise EntryRefused("the register has no such record: look it up again before claiming a passage.")
    used = connection.execute(
        select(func.count()).select_from(passages).where(passages.c.record == claim.record, passages.c.consumed)
    ).scalar_one()
    consumed = claim.direction == "entry" and (visa.entries is None or used < visa.entries)
    row = {"crossing": claim.transaction, "record": claim.record, "passed_at": claim.passed_at, "consumed": consumed}
    row |= {"direction": claim.direction, "gate": gate}
    if not insert_new(connection, passages, row):
        raise EntryRefused("this crossing was claimed for another record just now: call an engineer.")
    return bool(consumed)


def passages_of_holder(connection: Connection, record: str) -> list[tuple[date, str]]:
    """(day in UTC, direction), oldest first, of every document that is known to be of this record's holder."""
    own = select(documents.c.document, documents.c.person).join_from(visas, documents).where(visas.c.record == record)
    holder = connection.execute(own).first()
    if holder is None:
        return []
    same = or_(documents.c.document == holder.document, documents.c.person == holder.person)
    rows = connection.execute(
        select(passages.c.passed_at, passages.c.direction)
        .select_from(passages.join(visas).join(documents))
        .where(same)
        .order_by(passages.c.passed_at, passages.c.crossing)
    ).all()
    return [(row.passed_at.date(), row.direction) for row in rows]


def _alike(visa: Visa, key: str, birth_date: str, nationality: str) -> str:
    """Why this visa's holder may be the one asked about; empty = somebody else."""
    own = name_key(visa.surname, visa.given_names)
    if visa.birth_date == birth_date:
        another = nationality not in ("", visa.nationality)
        return names_alike(own, key) or ("nationality" if own == key and another else "")
    return "birth_date" if own == key and birth_dates_alike(visa.birth_date, birth_date) else ""
