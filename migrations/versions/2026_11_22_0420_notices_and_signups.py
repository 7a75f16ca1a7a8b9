"""Notices and how origins were told; messages on their way; the public form and what waits for its mailbox.

Deploy rule: expand, back-fill, contract, each in a change of its own.
"""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from kernel.database import APPLICATION_ROLE
from migrations.dialect import guard, limit_waiting, on_postgresql

revision = "2026_11_22_0420"
down_revision = "2026_11_22_0231"


def upgrade() -> None:
    """Create the tables and scope them; a published notice is never updated."""
    limit_waiting()
    _notices()
    op.create_table(
        "message",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("person_id", Identifier(), nullable=True),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_message"),
    )
    op.create_index("ix_message_campaign_id_until", "message", ["campaign_id", "until"])
    op.create_index("ix_message_campaign_id_person_id", "message", ["campaign_id", "person_id"])
    op.create_table(
        "signup_form",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("boxes", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_signup_form"),
    )
    op.create_table(
        "signup",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("secret_version", sa.SmallInteger(), nullable=True),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=True),
        sa.Column("notice", sa.Integer(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_signup"),
    )
    op.create_index("ix_signup_campaign_id_expires_at", "signup", ["campaign_id", "expires_at"])
    guard("notice", "origin_notice", "message", "signup_form", "signup")
    if on_postgresql():
        op.execute(f"REVOKE UPDATE ON notice FROM {APPLICATION_ROLE}")


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("label_fr", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("purposes", sa.Text(), nullable=False),
        sa.Column("origins", sa.Text(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_notice"),
    )
    op.create_table(
        "origin_notice",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("manner", sa.Text(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "origin", "number", name="pk_origin_notice"),
    )
