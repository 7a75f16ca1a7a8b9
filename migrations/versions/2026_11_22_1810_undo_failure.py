"""Why the undoing of an import could not go on."""

import sqlalchemy as sa
from alembic import op

from migrations.dialect import limit_waiting

revision = "2026_11_22_1810"
down_revision = "2026_11_22_1600"


def upgrade() -> None:
    """Add the reason to undoings."""
    limit_waiting()
    op.add_column("import_undo", sa.Column("failure", sa.Text(), nullable=True))
