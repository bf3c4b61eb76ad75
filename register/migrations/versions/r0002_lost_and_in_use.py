"""Documents reported lost or stolen, and the hall's ledger of documents in use."""

import sqlalchemy as sa
from alembic import op

from register.tables import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("issuing_state", sa.Text, nullable=False),
        sa.Column("document_number", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reported_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("issuing_state", "document_number", name="pk_reports"),
    )
    op.create_table(
        "uses",
        sa.Column("crossing", sa.Text, nullable=False),
        sa.Column("issuing_state", sa.Text, nullable=False),
        sa.Column("document_number", sa.Text, nullable=False),
        sa.Column("began_at", sa.Float, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("crossing", name="pk_uses"),
    )
    op.create_index("uses_of_a_document", "uses", ["issuing_state", "document_number", "changed_at"])
