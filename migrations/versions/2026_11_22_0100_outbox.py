"""The outbox, and webhooks: endpoints, their secrets, and what became of each delivery.

Deploy rule: expand, back-fill, contract, each in a change of its own.
"""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0100"
down_revision = "2026_11_22_0040"


def upgrade() -> None:
    """Create the tables, guarded like every other."""
    limit_waiting()
    op.create_table(
        "task",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", Identifier(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lease", Identifier(), nullable=True),
        sa.Column("leased_until", Instant(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_task"),
    )
    op.create_index("ix_task_campaign_id_state_due_at", "task", ["campaign_id", "state", "due_at"])
    op.create_table(
        "webhook_endpoint",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_because", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("dead_letters", sa.Integer(), nullable=False),
        sa.Column("paused_until", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("active_from", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_webhook_endpoint"),
    )
    op.create_table(
        "webhook_secret",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("endpoint_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "endpoint_id", "number", name="pk_webhook_secret"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("endpoint_id", Identifier(), nullable=False),
        sa.Column("task_id", Identifier(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status_class", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_webhook_delivery"),
    )
    op.create_index(
        "ix_webhook_delivery_campaign_id_endpoint_id_at", "webhook_delivery", ["campaign_id", "endpoint_id", "at"]
    )
    guard("task", "webhook_endpoint", "webhook_secret", "webhook_delivery")
