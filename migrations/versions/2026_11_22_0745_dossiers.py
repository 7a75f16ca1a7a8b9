"""What answers a person: orders of erasure, tickets that tell recipients, dossiers waiting to be fetched."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0745"
down_revision = "2026_11_22_0430"


def upgrade() -> None:
    """Create the tables, and the index of entries that list many persons."""
    limit_waiting()
    listed = sa.text("subjects IS NOT NULL")
    op.create_index(
        "ix_entry_of_many", "entry", ["campaign_id", "at"], sqlite_where=listed, postgresql_where=listed
    )
    op.create_table(
        "erasure_order",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("person_id", Identifier(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("opposes", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("ordered_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "person_id", name="pk_erasure_order"),
    )
    guard("erasure_order")
