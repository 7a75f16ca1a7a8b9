"""When data must go: legal holds, endings that no date announces, runs of the sweep."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from kernel.database import APPLICATION_ROLE
from migrations.dialect import guard, limit_waiting, on_postgresql

revision = "2026_11_22_0740"
down_revision = "2026_11_22_0730"


def upgrade() -> None:
    """Create the tables of retention."""
    limit_waiting()
    op.create_table(
        "contact_hold",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("placed_at", Instant(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_contact_hold"),
    )
    op.create_index("ix_contact_hold_campaign_id_contact_id", "contact_hold", ["campaign_id", "contact_id"])
    op.create_table(
        "contact_ending",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "contact_id", "event", name="pk_contact_ending"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "retention_run",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("after_id", Identifier(), nullable=True),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("examined", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "started_at", "id", name="pk_retention_run"),
    )
    guard("contact_hold", "contact_ending", "retention_run")
    _let_months_expire()


def _let_months_expire() -> None:
    """Let the application expire old entries of its campaign, which its role may not delete by itself.

    Never those of the last six months, whatever it is told; never one that has no number and leaf.
    """
    if not on_postgresql():
        return
    op.execute(
        """
        CREATE FUNCTION expire_entries(before timestamptz) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            here uuid := nullif(current_setting('isoloir.campaign', true), '')::uuid;
            gone bigint;
        BEGIN
            IF before > now() - interval '6 months' THEN
                RAISE EXCEPTION 'entries are kept for six months at least';
            END IF;
            DELETE FROM entry AS old WHERE old.campaign_id = here AND old.at < before AND EXISTS (
                SELECT FROM sequence AS told WHERE told.campaign_id = here AND told.entry_id = old.id);
            GET DIAGNOSTICS gone = ROW_COUNT;
            RETURN gone;
        END $$
        """
    )
    op.execute("REVOKE ALL ON FUNCTION expire_entries(timestamptz) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION expire_entries(timestamptz) TO {APPLICATION_ROLE}")
