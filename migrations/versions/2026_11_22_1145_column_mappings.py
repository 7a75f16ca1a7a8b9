"""What the columns of files were said to be."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_1145"
down_revision = "2026_11_22_1120"


def upgrade() -> None:
    """Create the table of mappings."""
    limit_waiting()
    op.create_table(
        "column_mapping",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("said_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "header", name="pk_column_mapping"),
    )
    guard("column_mapping")
