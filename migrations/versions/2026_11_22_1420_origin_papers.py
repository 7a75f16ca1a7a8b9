"""The papers that prove an origin."""

import sqlalchemy as sa
from alembic import op

from migrations.dialect import limit_waiting

revision = "2026_11_22_1420"
down_revision = "2026_11_22_1410"


def upgrade() -> None:
    """Add the papers of an origin, by the fact that each proves."""
    limit_waiting()
    op.add_column("origin", sa.Column("papers", sa.Text(), nullable=False, server_default="{}"))
