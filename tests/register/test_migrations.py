"""The migrations lead to the very tables that the program works with, from nothing and from an old file."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from typer.testing import CliRunner

from cli.main import app
from register.database import Database
from register.failures import RegisterFailed
from register.migrating import migrate, settings
from register.store import Store
from register.tables import REVISION, metadata
from tests.register.conftest import QUERY, asked

OLD = Path(__file__).with_name("register_1.sql")
"""A file as it was before there were migrations, with one visa and one passage."""


def differences(where: Path | str) -> list[Any]:
    with Store(where) as store, store.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_the_program_works_with_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(settings()).get_heads() == [REVISION]


def test_migrations_from_nothing_make_the_tables_of_the_program(path: Path | str) -> None:
    migrate(path)  # on PostgreSQL the test's own server has done so already
    assert differences(path) == []
    assert migrate(path) == REVISION


def test_a_new_file_is_made_as_the_migrations_make_one(tmp_path: Path) -> None:
    made, migrated = tmp_path / "made.sqlite", tmp_path / "migrated.sqlite"
    Store(made, create=True).close()
    migrate(migrated)

    def tables(file: Path) -> dict[str, Any]:
        connection = sqlite3.connect(file)
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: connection.execute(f"PRAGMA table_info({name})").fetchall() for name in names}
        connection.close()
        return found

    assert tables(made) == tables(migrated)


def test_an_old_file_is_brought_up_to_date_with_what_it_holds(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite"
    connection = sqlite3.connect(file)
    connection.executescript(OLD.read_text())
    connection.close()
    with pytest.raises(RegisterFailed, match=r"revision 0001.*egate register migrate"):
        Database(file)
    ran = CliRunner().invoke(app, ["register", "migrate", "--register", str(file)], catch_exceptions=False)
    assert f"from revision 0001 to {REVISION}" in ran.stdout
    with Store(file) as store:
        rows = {name: count for name, count in store.counts().items() if count}
    assert rows == {"documents": 1, "visas": 1, "portraits": 1, "watchlist": 1, "passages": 1}
    record = asked(file, lambda register: register.look_up(QUERY))
    assert (record.record, record.entries_left, record.portrait) == ("V-1", 2, b"an encoded image")


@pytest.mark.slow
@pytest.mark.wire
@pytest.mark.xdist_group("postgresql")
def test_an_empty_database_and_one_that_is_away_are_told_in_one_sentence(request: pytest.FixtureRequest) -> None:
    where = request.getfixturevalue("server").empty()
    with pytest.raises(RegisterFailed, match="holds no register: make one with 'egate register migrate"):
        Store(where)
    with pytest.raises(RegisterFailed, match=r"cannot be reached .*check the database's server") as failed:
        Store(where.replace("postgres@", "nobody:hunter2@").replace("host=/", "host=/no/such/"))
    assert "hunter2" not in str(failed.value)
