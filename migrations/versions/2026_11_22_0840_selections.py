"""Saved selections."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0840"
down_revision = "2026_11_22_0815"


def upgrade() -> None:
    """Create the table of selections."""
    limit_waiting()
    op.create_table(
        "selection",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("clauses", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_selection"),
        sa.UniqueConstraint("campaign_id", "name", name="uq_selection_campaign_id_name"),
    )
    guard("selection")
