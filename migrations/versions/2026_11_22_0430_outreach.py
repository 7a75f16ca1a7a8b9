"""What was sent and answered: messages, interactions, sends awaited, the register of targeting."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0430"
down_revision = "2026_11_22_0420"


def upgrade() -> None:
    """Create the tables of outreach; nobody may change an interaction or a line of the register."""
    limit_waiting()
    _create_messages()
    _create_interactions()
    _create_targeting()
    guard("awaited_person", "awaited_send", "interaction", "outreach_message", "targeting")


def _create_messages() -> None:
    op.create_table(
        "outreach_message",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sponsor_id", Identifier(), nullable=True),
        sa.Column("exemption", sa.Text(), nullable=True),
        sa.Column("election_id", Identifier(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_outreach_message"),
        sa.UniqueConstraint("campaign_id", "title", name="uq_outreach_message_campaign_id_title"),
    )
    op.create_table(
        "awaited_send",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("eligibility_id", Identifier(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message_id", Identifier(), nullable=True),
        sa.Column("message_kind", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "eligibility_id", name="pk_awaited_send"),
    )


def _create_interactions() -> None:
    op.create_table(
        "interaction",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("message_id", Identifier(), nullable=True),
        sa.Column("message_kind", sa.Text(), nullable=True),
        sa.Column("eligibility_id", Identifier(), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "contact_id", "recorded_at", "id", name="pk_interaction"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_interaction_campaign_id_recorded_at_id", "interaction", ["campaign_id", "recorded_at", "id"])
    op.create_table(
        "awaited_person",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("eligibility_id", Identifier(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "eligibility_id", "contact_id", name="pk_awaited_person"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_awaited_person_campaign_id_contact_id", "awaited_person", ["campaign_id", "contact_id"])


def _create_targeting() -> None:
    op.create_table(
        "targeting",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("technique", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("automated", sa.Boolean(), nullable=False),
        sa.Column("message_id", Identifier(), nullable=True),
        sa.Column("eligibility_id", Identifier(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("last_use_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "recorded_at", "id", name="pk_targeting"),
    )
