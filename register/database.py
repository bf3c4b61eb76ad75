"""The register's database, one SQLite file or a PostgreSQL database by its address: opened, checked, asked, changed."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from register.failures import RegisterBusy, RegisterFailed, failure
from register.tables import REVISION, metadata

APPLICATION_ID = 0x65677231  # "egr1"
FILE_VERSION = 3
"""Of a SQLite file with migrations."""
BEFORE = {1: "0001", 2: "0002"}
"""The revisions that files had before there were migrations, by their version."""
BUSY_S = 0.5
PATIENT_S = 5.0
"""For an application: beside another writer whose disk is slow it waits, where a gate would long have given up."""
QUEUE_S = 1.0
"""Nobody waits longer for a connection: a gate has given up by then."""
REMOTE = "postgresql+psycopg"
_LIMITS = "-c lock_timeout=500ms -c statement_timeout=5s -c timezone=UTC"
CONNECT_S = 3
MAX_CONNECTIONS = 16
_ALONE, _ALONE_REMOTE = {"egate_alone": True}, {"isolation_level": "AUTOCOMMIT"}
"""Without a transaction. The driver's own mode is that of SQLite anyway: set and set back, it would be another one."""


class Database:
    """May be used from several threads. Raises RegisterFailed, or RegisterBusy while another process holds it."""

    def __init__(self, where: Path | str, create: bool = False, for_migration: bool = False) -> None:
        """`where` is a file or `postgresql://USER:PASSWORD@HOST/NAME`; `for_migration`: whatever its tables are."""
        self.is_remote = "://" in str(where)
        self.name = _shown(str(where)) if self.is_remote else str(where)
        self.engine = _remote(str(where), self.name) if self.is_remote else _file(Path(where), create)
        self._asker = self.engine.execution_options(**(_ALONE_REMOTE if self.is_remote else _ALONE))
        try:
            with self._translated(), self.engine.begin() as connection:
                _require_register(connection, self, create, for_migration)
        except BaseException:
            self.engine.dispose()
            raise

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One view of the database, unchanged while it is looked at."""
        with self._translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """One question, which needs no transaction around it: on a server that would be two more round trips."""
        with self._translated(), self._asker.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, patience_s: float = BUSY_S) -> Iterator[Connection]:
        """One transaction: all of it or nothing. On SQLite no other writer is let in meanwhile.

        `patience_s`: how long another writer is waited for. A gate gives up soon; who applies for a visa does not.
        """
        writer = self.engine.execution_options(egate_patience_s=patience_s)
        with self._translated(), writer.begin() as connection:
            if self.is_remote and patience_s != BUSY_S:
                connection.execute(text("SELECT set_config('lock_timeout', :ms, true)"), {"ms": str(_ms(patience_s))})
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise failure(self.name, error.orig or error) from None
        except SQLAlchemyError as error:
            if "QueuePool limit" in str(error):
                raise RegisterBusy(f"the register {self.name} is asked too much at once: ask again.") from None
            raise RegisterFailed(f"the register {self.name} refused ({type(error).__name__}): check it.") from None


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert one row unless a row of its keys is there already; True when it was not."""
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    return bool(connection.execute(kind.insert(table).values(**values).on_conflict_do_nothing()).rowcount)


def revision(connection: Connection) -> str:
    """Of the tables that are there; empty when there are none."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    if "visas" not in tables:
        return ""
    return BEFORE[connection.exec_driver_sql("PRAGMA user_version").scalar_one()]


def hold(connection: Connection, *what: str) -> None:
    """Until the transaction ends nobody else holds the same thing. On SQLite a writer holds the whole file anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:what))"), {"what": "\n".join(what)})


def stamp(connection: Connection, to: str) -> None:
    """Note which revision the tables have, as Alembic does; empty = none."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {FILE_VERSION}")
    connection.execute(
        text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    )
    connection.execute(text("DELETE FROM alembic_version"))
    if to:
        connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": to})


def _remote(where: str, name: str) -> Engine:
    try:
        url = make_url(where).set(drivername=REMOTE)
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=MAX_CONNECTIONS,
            max_overflow=0,
            pool_timeout=QUEUE_S,
            hide_parameters=True,
            skip_autocommit_rollback=True,
            connect_args={"connect_timeout": CONNECT_S, "options": _LIMITS},
        )
    except (ArgumentError, NoSuchModuleError):
        raise RegisterFailed(f"the register {name} is no address of a PostgreSQL database: correct it.") from None
    except ModuleNotFoundError:
        raise RegisterFailed("PostgreSQL needs the package psycopg: install egate[postgresql].") from None


def _shown(where: str) -> str:
    """Without a password."""
    try:
        return make_url(where).render_as_string(hide_password=True)
    except ArgumentError:
        return where.split("://", 1)[0] + "://..."


def _file(path: Path, create: bool) -> Engine:
    if not create and not path.is_file():
        raise RegisterFailed(f"there is no register {path}: fill one with 'egate register import'.")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise failure(path, error) from None
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=MAX_CONNECTIONS,
        max_overflow=0,
        pool_timeout=QUEUE_S,
        hide_parameters=True,
        connect_args={"timeout": BUSY_S, "isolation_level": None, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(raw: Any, _record: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        raw.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """SQLite's own transactions, begun by hand: a writer takes its place at once, so that it never has to give up."""
    options = connection.get_execution_options()
    if options.get("egate_alone", False):
        return
    patience_s = options.get("egate_patience_s")
    if patience_s is not None:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_ms(patience_s)}")
    connection.exec_driver_sql("BEGIN" if patience_s is None else "BEGIN IMMEDIATE")


def _ms(seconds: float) -> int:
    return round(1000 * seconds)


def _require_register(connection: Connection, database: Database, create: bool, for_migration: bool) -> None:
    if not database.is_remote:
        _require_file(connection, database.name)
    has = revision(connection)
    if for_migration:
        return
    if not has and (create or not database.is_remote):
        metadata.create_all(connection)
        stamp(connection, REVISION)
    elif not has:
        raise RegisterFailed(
            f"the database {database.name} holds no register: make one with 'egate register migrate --register URL'."
        )
    elif has != REVISION:
        raise RegisterFailed(
            f"the register {database.name} has tables of revision {has}, this program works with {REVISION}: "
            "bring it up to date with 'egate register migrate'."
        )


def _require_file(connection: Connection, name: str) -> None:
    """A new file is marked as a register; any other must be one."""

    def pragma(which: str) -> Any:
        return connection.exec_driver_sql(f"PRAGMA {which}").scalar_one()

    if pragma("schema_version") == 0:
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {FILE_VERSION}")
    if pragma("application_id") != APPLICATION_ID:
        raise RegisterFailed(f"{name} is not a register: name another file.")
    if pragma("user_version") not in (*BEFORE, FILE_VERSION):
        raise RegisterFailed(
            f"the register {name} has schema version {pragma('user_version')}, this program reads version "
            f"{FILE_VERSION}: import it anew with this program."
        )
