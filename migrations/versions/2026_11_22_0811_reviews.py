"""What the screen holds for a reviewer, and how far stored words were read with which vocabulary."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0811"
down_revision = "2026_11_22_0810"


def upgrade() -> None:
    """Create both tables."""
    limit_waiting()
    op.create_table(
        "review",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("lexicon", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("held_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_review"),
        sa.UniqueConstraint("campaign_id", "contact_id", "digest", name="uq_review_campaign_id_contact_id_digest"),
    )
    op.create_index("ix_review_campaign_id_until", "review", ["campaign_id", "until"])
    op.create_table(
        "rescreening",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("lexicon", sa.Text(), nullable=False),
        sa.Column("after", Identifier(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_rescreening"),
    )
    guard("rescreening", "review")
