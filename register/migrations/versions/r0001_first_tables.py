"""What a register held before there were migrations: documents, visas, portraits, watchlist, passages."""

import sqlalchemy as sa
from alembic import op

from register.tables import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("document", sa.Integer, nullable=False),
        sa.Column("issuing_state", sa.Text, nullable=False),
        sa.Column("document_number", sa.Text, nullable=False),
        sa.Column("birth_date", sa.Text, nullable=False),
        sa.Column("surname", sa.Text, nullable=False),
        sa.Column("given_names", sa.Text, nullable=False),
        sa.Column("nationality", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("document", name="pk_documents"),
        sa.UniqueConstraint(
            "issuing_state",
            "document_number",
            "birth_date",
            name="uq_documents_issuing_state_document_number_birth_date",
        ),
    )
    op.create_index("documents_of_a_person", "documents", ["birth_date", "name_key", "nationality"])
    op.create_table(
        "visas",
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("document", sa.Integer, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("entries", sa.Integer),
        sa.Column("restrictions", sa.JSON, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("synchronised", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("record", name="pk_visas"),
        sa.ForeignKeyConstraint(["document"], ["documents.document"], name="fk_visas_document"),
    )
    op.create_index("visas_of_a_document", "visas", ["document"])
    op.create_table(
        "portraits",
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("image", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("record", name="pk_portraits"),
        sa.ForeignKeyConstraint(["record"], ["visas.record"], name="fk_portraits_record"),
    )
    op.create_table(
        "watchlist",
        sa.Column("alert", sa.Text, nullable=False),
        sa.Column("hold", sa.Boolean, nullable=False),
        sa.Column("issuing_state", sa.Text, nullable=False),
        sa.Column("document_number", sa.Text, nullable=False),
        sa.Column("birth_date", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("alert", name="pk_watchlist"),
    )
    op.create_index("alerts_by_number", "watchlist", ["document_number"])
    op.create_index("alerts_by_person", "watchlist", ["birth_date", "name_key"])
    op.create_table(
        "passages",
        sa.Column("crossing", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("passed_at", Moment(), nullable=False),
        sa.Column("consumed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("crossing", name="pk_passages"),
        sa.ForeignKeyConstraint(["record"], ["visas.record"], name="fk_passages_record"),
    )
    op.create_index("passages_of_a_visa", "passages", ["record"])
