"""Exports as jobs, and the public keys of recipients."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_1500"
down_revision = "2026_11_22_1440"


def upgrade() -> None:
    """Create the table of exports, and let a recipient have a public key."""
    limit_waiting()
    op.create_table(
        "export_run",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("held", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("recipient_id", Identifier(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("approval_id", Identifier(), nullable=True),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("after", Identifier(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("file", Identifier(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("collected", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_export_run"),
    )
    op.create_index("ix_export_run_campaign_id_created_at", "export_run", ["campaign_id", "created_at"])
    guard("export_run")
    op.add_column("recipient", sa.Column("public_key", sa.Text(), nullable=True))
