"""The register's questions and writes, on one SQLite file. Synchronous; may be used from several threads."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from link.travel import LostState, PassageClaim, TravelState, UseEnd, UseState
from register import ledger
from register.model import Alert, Visa, name_key
from register.schema import RegisterFailed, connect, failure

_VISA = (
    "SELECT v.record, d.issuing_state, d.document_number, d.birth_date, d.surname, d.given_names, d.nationality, "
    "v.valid_from, v.valid_until, v.entries, v.restrictions, v.cancelled, v.synchronised, "
    "(SELECT count(*) FROM passages AS p WHERE p.record = v.record AND p.consumed = 1) "
    "FROM visas AS v JOIN documents AS d USING (document) "
)


class EntryRefused(Exception):
    """The passage cannot be set against the record."""


class NoEntryLeft(EntryRefused):
    """Another gate was faster: the passage is kept as a conflict."""


class NotAdded(Exception):
    """A visa or an alert that does not fit what the register has: nothing was added."""

    def __init__(self, identity: str, field_name: str, problem: str) -> None:
        super().__init__(f"{identity}: the field '{field_name}' {problem}")
        self.identity = identity
        """The record's or the alert's opaque id."""
        self.sentence = f"the field '{field_name}' {problem}"


@dataclass(frozen=True, slots=True)
class Found:
    """A visa without its portrait, and how often it was used."""

    visa: Visa = field(repr=False)
    used: int

    @property
    def entries_left(self) -> int | None:
        return None if self.visa.entries is None else max(0, self.visa.entries - self.used)

    def state(self, today: date) -> TravelState:
        visa = self.visa
        rules = (
            (visa.cancelled, TravelState.CANCELLED),
            (not visa.synchronised, TravelState.NOT_SYNCHRONISED),
            (today > visa.valid_until, TravelState.EXPIRED),
            (today < visa.valid_from, TravelState.NOT_YET_VALID),
            (self.entries_left == 0, TravelState.USED_UP),
        )
        return next((state for holds, state in rules if holds), TravelState.VALID)


class Store:
    """Raises RegisterFailed, or RegisterBusy while another process holds the file."""

    def __init__(self, path: Path, create: bool = False) -> None:
        self.path = path
        self._connection = connect(path, create)
        self._lock = threading.Lock()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- questions ----------------------------------------------------------------------------------------

    def visas_of_document(self, issuing_state: str, document_number: str, birth_date: str) -> tuple[Found, ...]:
        """Those bound to this very document of a holder born on this day; the one that ends last comes last."""
        where = "WHERE d.issuing_state = ? AND d.document_number = ? AND d.birth_date = ?"
        return self._visas(where, issuing_state, document_number, birth_date)

    def visas_of_person(self, surname: str, given_names: str, birth_date: str, nationality: str) -> tuple[Found, ...]:
        """Those of a holder of this name, birth date and nationality, on whatever document."""
        where = "WHERE d.birth_date = ? AND d.name_key = ? AND d.nationality = ?"
        return self._visas(where, birth_date, name_key(surname, given_names), nationality)

    def visas(self) -> tuple[Found, ...]:
        return self._visas("")

    def portrait(self, record: str) -> bytes:
        rows = self._rows("SELECT image FROM portraits WHERE record = ?", record)
        return bytes(rows[0][0]) if rows else b""

    def alerts(
        self, issuing_state: str, document_number: str, surname: str, given_names: str, birth_date: str
    ) -> tuple[tuple[str, bool], ...]:
        """(id, hold) of every alert on this document or this person; those that ask to hold come first."""
        query = (
            "SELECT alert, hold FROM watchlist "
            "WHERE (document_number = ? AND document_number <> '' AND issuing_state IN ('', ?)) "
            "OR (birth_date = ? AND name_key = ?) ORDER BY hold DESC, alert"
        )
        rows = self._rows(query, document_number, issuing_state, birth_date, name_key(surname, given_names))
        return tuple((alert, bool(hold)) for alert, hold in rows)

    def watchlist(self) -> tuple[dict[str, Any], ...]:
        """Every alert, for the snapshots that gates hold; names as keys only."""
        names = ("alert", "hold", "issuing_state", "document_number", "birth_date", "name_key")
        rows = self._rows(f"SELECT {', '.join(names)} FROM watchlist ORDER BY alert")  # noqa: S608  (names are ours)
        return tuple({**dict(zip(names, row, strict=True)), "hold": bool(row[1])} for row in rows)

    def check(self) -> None:
        """Ask it for anything at all: returns when the file answers."""
        self._rows("SELECT 1 FROM visas LIMIT 1")

    def counts(self) -> dict[str, int]:
        """Rows in each table."""
        tables = ("documents", "visas", "portraits", "watchlist", "passages", "reports", "uses")
        return {table: self._rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables}  # noqa: S608  (names are ours)

    # --- writes -------------------------------------------------------------------------------------------

    def add(self, visas: Iterable[Visa] = (), alerts: Iterable[Alert] = ()) -> None:
        """Take all of them, or none. Raises NotAdded."""
        with self._change() as connection:
            for visa in visas:
                _insert_visa(connection, visa)
            for alert in alerts:
                _insert_alert(connection, alert)

    def cancel(self, record: str) -> None:
        with self._change() as connection:
            if not connection.execute("UPDATE visas SET cancelled = 1 WHERE record = ?", (record,)).rowcount:
                raise EntryRefused(f"there is no record {record} in the register {self.path}.")

    def consume_entry(self, claim: PassageClaim) -> None:
        """Set one passage against its record, exactly once for one transaction.

        The passage is kept even when no entry was left (another gate was faster): then EntryRefused is raised, now
        and whenever the same claim is made again.
        """
        with self._change() as connection:
            consumed = _passage(connection, claim)
        if not consumed:
            raise NoEntryLeft("no entry was left on the record: the passage is kept as a conflict, tell an officer.")

    # --- documents themselves (register/ledger.py) --------------------------------------------------------

    def lost_state(self, issuing_state: str, document_number: str) -> LostState:
        rows = self._rows(ledger.LOST_STATE, issuing_state, document_number)
        return LostState(rows[0][0]) if rows else LostState.NOT_REPORTED

    def report(self, issuing_state: str, document_number: str, state: LostState, at: datetime) -> None:
        with self._change() as connection:
            ledger.report(connection, issuing_state, document_number, state, _stamp(at))

    def begin_use(
        self, crossing: str, issuing_state: str, document_number: str, at: datetime
    ) -> tuple[UseState, float | None]:
        with self._change() as connection:
            return ledger.begin_use(connection, crossing, issuing_state, document_number, at.timestamp())

    def end_use(self, crossing: str, end: UseEnd, at: datetime) -> None:
        with self._change() as connection:
            ledger.end_use(connection, crossing, end, at.timestamp())

    def clear_use(self, issuing_state: str, document_number: str) -> int:
        with self._change() as connection:
            return ledger.clear_use(connection, issuing_state, document_number)

    # --- the file -----------------------------------------------------------------------------------------

    def _visas(self, where: str, *values: object) -> tuple[Found, ...]:
        rows = self._rows(f"{_VISA}{where} ORDER BY v.valid_until, v.record", *values)
        try:
            return tuple(map(_found, rows))
        except ValueError:
            raise RegisterFailed(f"the register {self.path} holds a row that is no visa: import it anew.") from None

    def _rows(self, query: str, *values: object) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise failure(self.path, error) from None

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction of the database: all of it or nothing."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise failure(self.path, error) from None
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")


def _insert_visa(connection: sqlite3.Connection, visa: Visa) -> None:
    holder = (visa.surname, visa.given_names, visa.nationality, name_key(visa.surname, visa.given_names))
    document = (visa.issuing_state, visa.document_number, visa.birth_date)
    connection.execute(
        "INSERT OR IGNORE INTO documents (issuing_state, document_number, birth_date, surname, given_names, "
        "nationality, name_key) VALUES (?, ?, ?, ?, ?, ?, ?)",
        document + holder,
    )
    query = (
        "SELECT document, name_key FROM documents WHERE issuing_state = ? AND document_number = ? AND birth_date = ?"
    )
    key, known_name = connection.execute(query, document).fetchone()
    if known_name != holder[-1]:
        raise NotAdded(visa.record, "surname", "or given_names differs from what this document has in the register")
    terms = (visa.valid_from.isoformat(), visa.valid_until.isoformat(), visa.entries, json.dumps(visa.restrictions))
    added = connection.execute(
        "INSERT OR IGNORE INTO visas VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (visa.record, key, *terms, int(visa.cancelled), int(visa.synchronised)),
    )
    if not added.rowcount:
        raise NotAdded(visa.record, "record", "is in the register already")
    if visa.portrait:
        connection.execute("INSERT INTO portraits VALUES (?, ?)", (visa.record, visa.portrait))


def _insert_alert(connection: sqlite3.Connection, alert: Alert) -> None:
    key = name_key(alert.surname, alert.given_names) if alert.surname else ""
    row = (alert.alert, int(alert.hold), alert.issuing_state, alert.document_number, alert.birth_date, key)
    if not connection.execute("INSERT OR IGNORE INTO watchlist VALUES (?, ?, ?, ?, ?, ?)", row).rowcount:
        raise NotAdded(alert.alert, "alert", "is on the watchlist already")


def _passage(connection: sqlite3.Connection, claim: PassageClaim) -> bool:
    """True when the passage has used an entry. The same transaction gives the same answer again."""
    known = connection.execute(
        "SELECT record, consumed FROM passages WHERE crossing = ?", (claim.transaction,)
    ).fetchone()
    if known:
        if known[0] != claim.record:
            raise EntryRefused("this crossing was claimed for another record before: call an engineer.")
        return bool(known[1])
    visa = connection.execute("SELECT entries FROM visas WHERE record = ?", (claim.record,)).fetchone()
    if visa is None:
        raise EntryRefused("the register has no such record: look it up again before claiming a passage.")
    query = "SELECT count(*) FROM passages WHERE record = ? AND consumed = 1"
    (used,) = connection.execute(query, (claim.record,)).fetchone()
    consumed = visa[0] is None or used < visa[0]
    row = (claim.transaction, claim.record, _stamp(claim.passed_at), int(consumed))
    connection.execute("INSERT INTO passages VALUES (?, ?, ?, ?)", row)
    return consumed


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _found(row: Any) -> Found:
    record, state, number, born, surname, given, nationality = row[:7]
    valid_from, valid_until, entries, restrictions, cancelled, synchronised, used = row[7:]
    visa = Visa(
        record,
        state,
        number,
        born,
        surname,
        given,
        nationality,
        valid_from=date.fromisoformat(valid_from),
        valid_until=date.fromisoformat(valid_until),
        entries=entries,
        restrictions=tuple(json.loads(restrictions)),
        cancelled=bool(cancelled),
        synchronised=bool(synchronised),
    )
    return Found(visa, used)
