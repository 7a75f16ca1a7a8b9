"""What answers a person: orders of erasure, tickets that tell recipients, dossiers waiting to be fetched."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0745"
down_revision = "2026_11_22_0740"


def upgrade() -> None:
    """Create the tables, and the indexes by which the log tells who received a person's data."""
    limit_waiting()
    for name, which in (("of_many", "subjects IS NOT NULL"), ("of_exports", "event = 'export.chunk_emitted'")):
        where = sa.text(which)
        columns = ["campaign_id", "at"]
        op.create_index(f"ix_entry_{name}", "entry", columns, sqlite_where=where, postgresql_where=where)
    _create_orders()
    _create_tickets()
    _create_deliveries()
    guard("delivery", "delivery_chunk", "erasure_order", "recipient_ticket")


def _create_orders() -> None:
    op.create_table(
        "erasure_order",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("person_id", Identifier(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("opposes", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("ordered_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "person_id", name="pk_erasure_order"),
    )


def _create_tickets() -> None:
    op.create_table(
        "recipient_ticket",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_id", Identifier(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("chase_at", Instant(), nullable=False),
        sa.Column("chased", sa.Integer(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_recipient_ticket"),
    )
    op.create_index("ix_recipient_ticket_campaign_id_contact_id", "recipient_ticket", ["campaign_id", "contact_id"])
    op.create_index(
        "ix_recipient_ticket_campaign_id_state_chase_at", "recipient_ticket", ["campaign_id", "state", "chase_at"]
    )


def _create_deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("code_version", sa.SmallInteger(), nullable=True),
        sa.Column("code_digest", sa.LargeBinary(), nullable=True),
        sa.Column("code_until", Instant(), nullable=True),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("fetched_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_delivery"),
    )
    op.create_index("ix_delivery_campaign_id_contact_id", "delivery", ["campaign_id", "contact_id"])
    op.create_index("ix_delivery_campaign_id_until", "delivery", ["campaign_id", "until"])
    op.create_table(
        "delivery_chunk",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("delivery_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "delivery_id", "number", name="pk_delivery_chunk"),
    )
