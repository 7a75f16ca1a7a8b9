"""What a person may ask: requests, what happened to each, and the visits of the public pages."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0730"
down_revision = "2026_11_22_0430"


def upgrade() -> None:
    """Create the tables of the rights."""
    limit_waiting()
    _create_requests()
    op.create_table(
        "rights_step",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("request_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "request_id", "number", name="pk_rights_step"),
    )
    op.create_table(
        "rights_visit",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("secret_version", sa.SmallInteger(), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_rights_visit"),
    )
    op.create_index("ix_rights_visit_campaign_id_expires_at", "rights_visit", ["campaign_id", "expires_at"])
    guard("rights_request", "rights_step", "rights_visit")


def _create_requests() -> None:
    op.create_table(
        "rights_request",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=True),
        sa.Column("external_id", Identifier(), nullable=True),
        sa.Column("first_id", Identifier(), nullable=True),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("paused_days", sa.Integer(), nullable=False),
        sa.Column("alerted", sa.SmallInteger(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("answer_id", Identifier(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("posted_digest", sa.LargeBinary(), nullable=True),
        sa.Column("posted_until", Instant(), nullable=True),
        sa.Column("posted_tries", sa.SmallInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_rights_request"),
        sa.UniqueConstraint("campaign_id", "reference", name="uq_rights_request_campaign_id_reference"),
    )
    op.create_index("ix_rights_request_campaign_id_state_due_on", "rights_request", ["campaign_id", "state", "due_on"])
    op.create_index("ix_rights_request_campaign_id_contact_id", "rights_request", ["campaign_id", "contact_id"])
