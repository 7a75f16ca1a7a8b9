"""How each campaign reads the choice of a newsletter's subscribers by place."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0810"
down_revision = "2026_11_22_0745"


def upgrade() -> None:
    """Create the registry; without a row choices by place are targeting."""
    limit_waiting()
    op.create_table(
        "newsletter_geography",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_newsletter_geography"),
    )
    guard("newsletter_geography")
