"""Applications, staff, machines and the audit; suspension, stay, direction and the basis of a portrait."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from register.tables import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _more_columns()
    _applications()
    _people()


def _more_columns() -> None:
    _add("documents", "person", sa.Text())
    op.create_index("documents_by_person", "documents", ["person"])
    op.create_index("documents_by_number", "documents", ["document_number"])
    op.create_index("documents_by_name", "documents", ["name_key"])
    _add("visas", "suspended", sa.Boolean(), "false")
    _add("visas", "stay_days", sa.Integer())
    _add("portraits", "captured_on", sa.Date())
    _add("portraits", "quality", sa.Float())
    rule = "CONSTRAINT ck_portraits_basis CHECK (basis IN ('imported', 'compared', 'accepted'))"
    _add("portraits", "basis", sa.Text(), "'imported'", rule)
    _add("passages", "direction", sa.Text(), "'entry'")
    _add("passages", "gate", sa.Text(), "''")


def _add(table: str, column: str, kind: sa.types.TypeEngine[Any], default: str = "", rule: str = "") -> None:
    """A column by hand: only so does SQLite take its rule along, and a file from before the migrations its type."""
    connection = op.get_bind()
    written = kind.compile(connection.dialect)
    if connection.dialect.name == "sqlite":
        default = {"false": "0"}.get(default, default)
        strict = sa.text("SELECT strict FROM pragma_table_list WHERE name = :name")
        if connection.execute(strict, {"name": table}).scalar_one():
            written = {"BOOLEAN": "INTEGER", "DATE": "TEXT", "FLOAT": "REAL"}.get(written, written)
    filled = f" DEFAULT {default} NOT NULL" if default else ""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {written}{filled} {rule}".rstrip())


def _applications() -> None:
    op.create_table(
        "parties",
        sa.Column("party", sa.Text, nullable=False),
        sa.Column("idempotency", sa.Text),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("party", name="pk_parties"),
        sa.UniqueConstraint("idempotency", name="uq_parties_idempotency"),
    )
    op.create_table(
        "applications",
        sa.Column("application", sa.Text, nullable=False),
        sa.Column("party", sa.Text, nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("issuing_state", sa.Text, nullable=False),
        sa.Column("document_number", sa.Text, nullable=False),
        sa.Column("birth_date", sa.Text, nullable=False),
        sa.Column("surname", sa.Text, nullable=False),
        sa.Column("given_names", sa.Text, nullable=False),
        sa.Column("nationality", sa.Text, nullable=False),
        sa.Column("document_expires", sa.Date),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("entries", sa.Integer),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("comparison", sa.Text, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("replaces", sa.Text),
        sa.Column("decided_at", Moment()),
        sa.Column("decided_by", sa.Text, nullable=False, server_default=""),
        sa.Column("words", sa.Text, nullable=False, server_default=""),
        sa.Column("record", sa.Text),
        sa.PrimaryKeyConstraint("application", name="pk_applications"),
        sa.ForeignKeyConstraint(["party"], ["parties.party"], name="fk_applications_party"),
        sa.ForeignKeyConstraint(["replaces"], ["visas.record"], name="fk_applications_replaces"),
        sa.ForeignKeyConstraint(["record"], ["visas.record"], name="fk_applications_record"),
    )
    op.create_index("applications_of_a_party", "applications", ["party"])
    op.create_index("applications_by_state", "applications", ["state", "made_at"])
    op.create_table(
        "pictures",
        sa.Column("application", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("image", sa.LargeBinary, nullable=False),
        sa.Column("quality", sa.Float),
        sa.PrimaryKeyConstraint("application", "kind", name="pk_pictures"),
        sa.ForeignKeyConstraint(["application"], ["applications.application"], name="fk_pictures_application"),
    )


def _people() -> None:
    op.create_table(
        "staff",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", Moment()),
        sa.PrimaryKeyConstraint("name", name="pk_staff"),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
        sa.ForeignKeyConstraint(["name"], ["staff.name"], name="fk_sessions_name"),
    )
    op.create_table(
        "machines",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("ends_at", Moment()),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_machines"),
    )
    op.create_table(
        "audit",
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_audit"),
    )
    op.create_index("audit_of_a_subject", "audit", ["subject", "entry"])
    op.create_index("audit_of_an_actor", "audit", ["actor", "entry"])
