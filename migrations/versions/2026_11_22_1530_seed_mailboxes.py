"""Seed mailboxes, and the lines that bore them."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_1530"
down_revision = "2026_11_22_1500"


def upgrade() -> None:
    """Create the tables of seed mailboxes and of their lines."""
    limit_waiting()
    op.create_table(
        "seed_mailbox",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_seed_mailbox"),
    )
    op.create_table(
        "seed_planting",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("mailbox_id", Identifier(), nullable=False),
        sa.Column("export_id", Identifier(), nullable=False),
        sa.Column("planted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_seed_planting"),
    )
    exports, mailboxes = ["campaign_id", "export_id"], ["campaign_id", "mailbox_id", "planted_at"]
    op.create_index("ix_seed_planting_campaign_id_export_id", "seed_planting", exports)
    op.create_index("ix_seed_planting_campaign_id_mailbox_id_planted_at", "seed_planting", mailboxes)
    for table in ("seed_mailbox", "seed_planting"):
        guard(table)
