"""The register's tables, for SQLite and PostgreSQL alike. Each change of them has a migration (register/migrations)."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
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
    false,
)

REVISION = "0004"
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
    Column("person", Text),  # opaque; documents of one person share it, None = nobody has said so
    UniqueConstraint("issuing_state", "document_number", "birth_date"),
    Index("documents_of_a_person", "birth_date", "name_key", "nationality"),
    Index("documents_by_person", "person"),
    Index("documents_by_number", "document_number"),
    Index("documents_by_name", "name_key"),
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
    Column("suspended", Boolean, nullable=False, server_default=false()),
    Column("stay_days", Integer),  # of any 180 days; None = as long as the visa is valid
    Index("visas_of_a_document", "document"),
)
portraits = Table(
    "portraits",
    metadata,
    Column("record", Text, ForeignKey("visas.record"), primary_key=True),
    Column("image", LargeBinary, nullable=False),
    Column("captured_on", Date),
    Column("quality", Float),
    Column("basis", Text, nullable=False, server_default="imported"),
    # How it came to be the gates' reference: by another authority's list, alike with the document's own portrait, or by
    # an officer who has looked at both. There is no other way.
    CheckConstraint("basis IN ('imported', 'compared', 'accepted')", name="basis"),
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
    Column("direction", Text, nullable=False, server_default="entry"),
    Column("gate", Text, nullable=False, server_default=""),
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
parties = Table(
    "parties",
    metadata,
    Column("party", Text, primary_key=True),
    Column("idempotency", Text, unique=True),  # SHA-256 of the key that the request came with
    Column("asked", Text, nullable=False),  # SHA-256 of the request
    Column("made_at", Moment, nullable=False),
)
applications = Table(
    "applications",
    metadata,
    Column("application", Text, primary_key=True),
    Column("party", Text, ForeignKey("parties.party"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("state", Text, nullable=False),  # register/application.py: ApplicationState
    Column("issuing_state", Text, nullable=False),
    Column("document_number", Text, nullable=False),
    Column("birth_date", Text, nullable=False),
    Column("surname", Text, nullable=False),
    Column("given_names", Text, nullable=False),
    Column("nationality", Text, nullable=False),
    Column("document_expires", Date),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("entries", Integer),
    Column("zone", Text, nullable=False),  # read from the page's picture, or typed
    Column("comparison", Text, nullable=False),  # register/application.py: Comparison
    Column("score", Float),
    Column("questions", JSON, nullable=False),  # why an officer has to look, as keys
    Column("replaces", Text, ForeignKey("visas.record")),  # the visa that is to be bound to this document
    Column("decided_at", Moment),
    Column("decided_by", Text, nullable=False, server_default=""),
    Column("words", Text, nullable=False, server_default=""),  # the officer's, for the traveller
    Column("record", Text, ForeignKey("visas.record")),
    Index("applications_of_a_party", "party"),
    Index("applications_by_state", "state", "made_at"),
)
pictures = Table(
    "pictures",
    metadata,
    Column("application", Text, ForeignKey("applications.application"), primary_key=True),
    Column("kind", Text, primary_key=True),  # portrait, or page_portrait
    Column("image", LargeBinary, nullable=False),
    Column("quality", Float),
)
staff = Table(
    "staff",
    metadata,
    Column("name", Text, primary_key=True),
    Column("password", Text, nullable=False),  # argon2id
    Column("roles", JSON, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
)
sessions = Table(
    "sessions",
    metadata,
    Column("digest", Text, primary_key=True),  # SHA-256 of the session's token
    Column("name", Text, ForeignKey("staff.name"), nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
)
machines = Table(
    "machines",
    metadata,
    Column("digest", Text, primary_key=True),  # SHA-256 of the machine's token
    Column("name", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("ends_at", Moment),
    Column("revoked", Boolean, nullable=False),
)
audit = Table(
    "audit",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),  # an opaque id, never a name or a number
    Column("detail", JSON, nullable=False),
    Index("audit_of_a_subject", "subject", "entry"),
    Index("audit_of_an_actor", "actor", "entry"),
)
arrivals = Table(
    "arrivals",
    metadata,
    Column("flight", Text, primary_key=True),
    Column("issuing_state", Text, primary_key=True),
    Column("document_number", Text, primary_key=True),
    Column("lands_at", Moment, nullable=False),
    Index("arrivals_by_document", "issuing_state", "document_number", "lands_at"),
)
