"""Where people vote in an election, so that its calendar and silence go by the clocks of the place."""

import sqlalchemy as sa
from alembic import op

from migrations.dialect import limit_waiting

revision = "2026_11_22_0230"
down_revision = "2026_11_22_0200"


def upgrade() -> None:
    """Add the places of an election; those of before have none, which counts as everywhere."""
    limit_waiting()
    op.add_column("election", sa.Column("places", sa.Text(), nullable=False, server_default=""))
