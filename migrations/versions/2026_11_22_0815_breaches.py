"""The register of breaches."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0815"
down_revision = "2026_11_22_0811"


def upgrade() -> None:
    """Create the register of breaches."""
    limit_waiting()
    op.create_table(
        "breach",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("aware_at", Instant(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("notified_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "opened_at", "id", name="pk_breach"),
    )
    guard("breach")
