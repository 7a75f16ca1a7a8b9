"""Sheets for the door, and their numbered lines."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_1440"
down_revision = "2026_11_22_1430"


def upgrade() -> None:
    """Create the tables of sheets."""
    limit_waiting()
    op.create_table(
        "sheet",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("polling_station", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("eligibility_id", Identifier(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("printed_at", Instant(), nullable=True),
        sa.Column("printed_by", sa.Text(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_sheet"),
    )
    op.create_index("ix_sheet_campaign_id_expires_on", "sheet", ["campaign_id", "expires_on"])
    op.create_table(
        "sheet_line",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("sheet_id", Identifier(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contact_id", Identifier(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("visited_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "sheet_id", "line", name="pk_sheet_line"),
    )
    op.create_index("ix_sheet_line_campaign_id_contact_id", "sheet_line", ["campaign_id", "contact_id"])
    guard("sheet", "sheet_line")
