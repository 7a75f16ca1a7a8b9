"""What tools that poll must take out or put back."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_1600"
down_revision = "2026_11_22_1530"


def upgrade() -> None:
    """Create the table of changes."""
    limit_waiting()
    op.create_table(
        "change",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_change"),
    )
    op.create_index("ix_change_campaign_id_at_id", "change", ["campaign_id", "at", "id"])
    guard("change")
