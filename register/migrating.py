"""Bring a register's tables up to date, by Alembic. Apart from the database itself: lanes need none of it."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from register.database import Database, revision, stamp

MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(where: Path | str, to: str = "head") -> str:
    """All migrations that it lacks, in one transaction. Returns the revision that it had. Raises RegisterFailed."""
    database = Database(where, create=True, for_migration=True)
    try:
        with database.writing() as connection:
            had = revision(connection)
            if not connection.dialect.has_table(connection, "alembic_version"):
                stamp(connection, had)
            config = settings()
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            return had
    finally:
        database.close()


def settings() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
