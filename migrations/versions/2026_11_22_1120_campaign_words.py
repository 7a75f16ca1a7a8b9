"""A campaign's own words beside the detector's lexicon."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_1120"
down_revision = "2026_11_22_1105"


def upgrade() -> None:
    """Create the table of a campaign's own words."""
    limit_waiting()
    op.create_table(
        "campaign_word",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_campaign_word"),
    )
    guard("campaign_word")
