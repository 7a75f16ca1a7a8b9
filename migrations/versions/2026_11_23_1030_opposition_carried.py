"""Objections on their way to the controller's other campaigns."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_23_1030"
down_revision = "2026_11_22_1900"


def upgrade() -> None:
    """Create the table; what was kept before is met by whoever comes in, as it was."""
    limit_waiting()
    op.create_table(
        "opposition_carried",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("other_id", Identifier(), nullable=False),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_opposition_carried"),
    )
    guard("opposition_carried")
