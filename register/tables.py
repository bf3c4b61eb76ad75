"""The register's tables, for SQLite and PostgreSQL alike. Each change of them has a migration (register/migrations)."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

REVISION = "0002"
"""The migration that these tables are the outcome of."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps it as text that sorts by time, PostgreSQL as what it is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.isoformat(timespec="milliseconds") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


documents = Table(
    "documents",
    metadata,
    Column("document", Integer, primary_key=True),
    Column("issuing_state", Text, nullable=False),
    Column("document_number", Text, nullable=False),
    Column("birth_date", Text, nullable=False),
    Column("surname", Text, nullable=False),
    Column("given_names", Text, nullable=False),
    Column("nationality", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    UniqueConstraint("issuing_state", "document_number", "birth_date"),
    Index("documents_of_a_person", "birth_date", "name_key", "nationality"),
)
visas = Table(
    "visas",
    metadata,
    Column("record", Text, primary_key=True),
    Column("document", Integer, ForeignKey("documents.document"), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("entries", Integer),
    Column("restrictions", JSON, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("synchronised", Boolean, nullable=False),
    Index("visas_of_a_document", "document"),
)
portraits = Table(
    "portraits",
    metadata,
    Column("record", Text, ForeignKey("visas.record"), primary_key=True),
    Column("image", LargeBinary, nullable=False),
)
watchlist = Table(
    "watchlist",
    metadata,
    Column("alert", Text, primary_key=True),
    Column("hold", Boolean, nullable=False),
    Column("issuing_state", Text, nullable=False),
    Column("document_number", Text, nullable=False),
    Column("birth_date", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Index("alerts_by_number", "document_number"),
    Index("alerts_by_person", "birth_date", "name_key"),
)
passages = Table(
    "passages",
    metadata,
    Column("crossing", Text, primary_key=True),
    Column("record", Text, ForeignKey("visas.record"), nullable=False),
    Column("passed_at", Moment, nullable=False),
    Column("consumed", Boolean, nullable=False),
    Index("passages_of_a_visa", "record"),
)
reports = Table(
    "reports",
    metadata,
    Column("issuing_state", Text, primary_key=True),
    Column("document_number", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reported_at", Moment, nullable=False),
)
uses = Table(
    "uses",
    metadata,
    Column("crossing", Text, primary_key=True),
    Column("issuing_state", Text, nullable=False),
    Column("document_number", Text, nullable=False),
    Column("began_at", Float, nullable=False),
    Column("state", Text, nullable=False),
    Column("changed_at", Float, nullable=False),
    Index("uses_of_a_document", "issuing_state", "document_number", "changed_at"),
)
