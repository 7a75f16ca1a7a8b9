"""${message}.

Deploy rule: expand, back-fill, contract, each in a change of its own.
"""

from alembic import op

from migrations.dialect import limit_waiting

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Go forward."""
    limit_waiting()
    ${upgrades if upgrades else "op.execute(...)"}
