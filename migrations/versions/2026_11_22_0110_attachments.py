"""Attachments and their sealed chunks."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0110"
down_revision = "2026_11_22_0100"


def upgrade() -> None:
    """Create the two tables, each row scoped to its campaign."""
    limit_waiting()
    op.create_table(
        "attachment",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=True),
        sa.Column("compartment", sa.SmallInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_campaign_id_contact_id", "attachment", ["campaign_id", "contact_id"])
    op.create_table(
        "attachment_chunk",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("attachment_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "attachment_id", "number", name="pk_attachment_chunk"),
    )
    guard("attachment", "attachment_chunk")
