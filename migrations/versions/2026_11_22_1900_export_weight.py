"""How many contacts an export counts for in its actor's day."""

import sqlalchemy as sa
from alembic import op

from migrations.dialect import limit_waiting

revision = "2026_11_22_1900"
down_revision = "2026_11_22_1830"


def upgrade() -> None:
    """Add the weight to exports; those of before, whose day is nearly over, count for nothing."""
    limit_waiting()
    op.add_column("export_run", sa.Column("weight", sa.Integer(), nullable=False, server_default="0"))
