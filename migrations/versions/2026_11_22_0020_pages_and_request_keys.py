"""Contacts in the order of their last change, and what became of requests that may be sent twice."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0020"
down_revision = "2026_11_21_2100"


def upgrade() -> None:
    """Add the index that listings walk along, and the table of request keys."""
    limit_waiting()
    op.create_index("ix_contact_campaign_id_updated_at_id", "contact", ["campaign_id", "updated_at", "id"])
    op.create_table(
        "request_key",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "digest", name="pk_request_key"),
    )
    op.create_index("ix_request_key_campaign_id_created_at", "request_key", ["campaign_id", "created_at"])
    guard("request_key")
