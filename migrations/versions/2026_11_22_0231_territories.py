"""Open data by territory, in tables of their own that nothing joins to a person."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0231"
down_revision = "2026_11_22_0230"


def upgrade() -> None:
    """Create the tables of datasets and figures."""
    limit_waiting()
    op.create_table(
        "territory_dataset",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("obtained_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_territory_dataset"),
    )
    op.create_table(
        "territory_figure",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("dataset_id", Identifier(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("figure", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "dataset_id", "area", "measure", name="pk_territory_figure"),
    )
    guard("territory_dataset", "territory_figure")
