"""Who answers for a campaign, and its life: controllers, arrangements, recipients, activation, end.

Data recorded before stay; the campaign must be activated before anything real is recorded again.
"""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0030"
down_revision = "2026_11_22_0020"


def upgrade() -> None:
    """Create the tables of a campaign's life, and widen elections and origins."""
    limit_waiting()
    _widen()
    _create()
    guard(
        "campaign_end",
        "activation",
        "arrangement",
        "campaign_controller",
        "campaign_operator",
        "closure",
        "election_change",
        "handover",
        "recipient",
    )


def _widen() -> None:
    op.add_column("election", sa.Column("type", sa.Text(), nullable=True))
    op.add_column("election", sa.Column("state", sa.Text(), nullable=False, server_default="called"))
    op.add_column("election", sa.Column("changed_on", sa.Date(), nullable=True))
    op.add_column("origin", sa.Column("synthetic", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("origin", sa.Column("handover_id", Identifier(), nullable=True))


def _create() -> None:
    op.create_table(
        "activation",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("purposes", sa.Text(), nullable=False),
        sa.Column("territories", sa.Text(), nullable=False),
        sa.Column("retention", sa.Text(), nullable=False),
        sa.Column("activated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_activation"),
    )
    op.create_table(
        "arrangement",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("controller_id", Identifier(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("informs", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("oppositions", sa.Text(), nullable=False),
        sa.Column("essence_fr", sa.Text(), nullable=False),
        sa.Column("essence_en", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_arrangement"),
    )
    op.create_table(
        "campaign_controller",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rights_contact", sa.Text(), nullable=False),
        sa.Column("dpo_contact", sa.Text(), nullable=False),
        sa.Column("dpo_not_required", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_campaign_controller"),
    )
    op.create_table(
        "campaign_end",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_campaign_end_campaign"),
        sa.PrimaryKeyConstraint("campaign_id", "state", name="pk_campaign_end"),
    )
    op.create_table(
        "campaign_operator",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_campaign_operator"),
    )
    op.create_table(
        "closure",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "step", name="pk_closure"),
    )
    op.create_table(
        "election_change",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("election_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "election_id", "number", name="pk_election_change"),
    )
    op.create_table(
        "handover",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("controller", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("articles", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("arrangement_id", Identifier(), nullable=True),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_handover"),
    )
    op.create_table(
        "recipient",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hosting", sa.Text(), nullable=False),
        sa.Column("control", sa.Text(), nullable=False),
        sa.Column("transfer_basis", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_recipient"),
    )
