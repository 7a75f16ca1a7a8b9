"""Keep in the index of cohorts the evidence that is of one: most is of none, and each piece was written there too."""

from alembic import op
from sqlalchemy import text

from migrations.dialect import limit_waiting

revision = "2026_11_22_1830"
down_revision = "2026_11_22_1810"


def upgrade() -> None:
    """Make the index partial."""
    limit_waiting()
    name, where = "ix_consent_evidence_cohort", text("cohort IS NOT NULL")
    op.drop_index(name, "consent_evidence")
    columns = ["campaign_id", "cohort", "contact_id"]
    op.create_index(name, "consent_evidence", columns, sqlite_where=where, postgresql_where=where)
