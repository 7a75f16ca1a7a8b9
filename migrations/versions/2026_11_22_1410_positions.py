"""Positions that members of the staff share for some hours."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_1410"
down_revision = "2026_11_22_1150"


def upgrade() -> None:
    """Create the table of positions."""
    limit_waiting()
    op.create_table(
        "staff_position",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("staff_id", Identifier(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "staff_id", name="pk_staff_position"),
    )
    op.create_index("ix_staff_position_campaign_id_until", "staff_position", ["campaign_id", "until"])
    guard("staff_position")
