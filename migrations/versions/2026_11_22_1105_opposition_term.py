"""Objections that nobody met for three years may go; evidence says who agreed to be kept beyond the election."""

import sqlalchemy as sa
from alembic import op

from kernel.database import APPLICATION_ROLE
from migrations.dialect import limit_waiting, on_postgresql

revision = "2026_11_22_1105"
down_revision = "2026_11_22_1050"


def upgrade() -> None:
    """Let the application expire what was neither said nor met for three years: its role may not delete by itself.

    Of the controller of its own campaign only, and never anything younger, whatever it is told.
    """
    limit_waiting()
    op.add_column(
        "consent_evidence", sa.Column("beyond_election", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    if not on_postgresql():
        return
    op.execute(
        """
        CREATE FUNCTION expire_oppositions(before date) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            here uuid := nullif(current_setting('isoloir.campaign', true), '')::uuid;
            own uuid := (SELECT controller_id FROM campaign WHERE id = here);
            gone bigint;
        BEGIN
            IF before > (now() - interval '3 years')::date + 1 THEN
                RAISE EXCEPTION 'objections are kept for three years at least';
            END IF;
            DELETE FROM opposition AS old WHERE old.controller_id = own AND old."on" < before AND NOT EXISTS (
                SELECT FROM opposition AS later WHERE later.controller_id = own AND later.value = old.value
                AND later.purpose = old.purpose AND later.channel = old.channel AND later."on" >= before);
            GET DIAGNOSTICS gone = ROW_COUNT;
            RETURN gone;
        END $$
        """
    )
    op.execute("REVOKE ALL ON FUNCTION expire_oppositions(date) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION expire_oppositions(date) TO {APPLICATION_ROLE}")
