"""The staff: accounts, their index, sessions, recovery codes, failed tries; requests for approval.

Deploy rule: expand, back-fill, contract, each in a change of its own.
"""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0120"
down_revision = "2026_11_22_0110"


def upgrade() -> None:
    """Create the tables and scope them."""
    limit_waiting()
    op.create_table(
        "staff_account",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("password", sa.LargeBinary(), nullable=True),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("invitation_version", sa.SmallInteger(), nullable=True),
        sa.Column("invitation", sa.LargeBinary(), nullable=True),
        sa.Column("invitation_until", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_staff_account"),
    )
    op.create_table(
        "staff_index",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("staff_id", Identifier(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "value", name="pk_staff_index"),
    )
    op.create_index("ix_staff_index_campaign_id_staff_id", "staff_index", ["campaign_id", "staff_id"])
    op.create_table(
        "staff_session",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("staff_id", Identifier(), nullable=False),
        sa.Column("secret_version", sa.SmallInteger(), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_staff_session"),
    )
    op.create_index("ix_staff_session_campaign_id_staff_id", "staff_session", ["campaign_id", "staff_id"])
    op.create_table(
        "staff_recovery",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("staff_id", Identifier(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "staff_id", "digest", name="pk_staff_recovery"),
    )
    op.create_table(
        "staff_try",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("not_before", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "account", "address", name="pk_staff_try"),
    )
    op.create_index("ix_staff_try_campaign_id_last_at", "staff_try", ["campaign_id", "last_at"])
    op.create_table(
        "approval",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("alone_from", Instant(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_approval"),
    )
    op.create_index("ix_approval_campaign_id_fingerprint", "approval", ["campaign_id", "fingerprint"])
    guard("staff_account", "staff_index", "staff_session", "staff_recovery", "staff_try", "approval")
