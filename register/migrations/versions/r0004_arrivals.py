"""Whose documents are expected on which flight."""

import sqlalchemy as sa
from alembic import op

from register.tables import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column("flight", sa.Text, nullable=False),
        sa.Column("issuing_state", sa.Text, nullable=False),
        sa.Column("document_number", sa.Text, nullable=False),
        sa.Column("lands_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("flight", "issuing_state", "document_number", name="pk_arrivals"),
    )
    op.create_index("arrivals_by_document", "arrivals", ["issuing_state", "document_number", "lands_at"])
