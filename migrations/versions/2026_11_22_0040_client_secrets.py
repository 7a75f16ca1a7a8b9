"""Several secrets a client, and what bounds a client: networks, an end, its last use.

The secrets that clients have move to a table of their own. Programs of before do not run on the new schema (they
compare revisions at start), so the old columns go in the same change.
"""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting, on_postgresql

revision = "2026_11_22_0040"
down_revision = "2026_11_22_0030"


def upgrade() -> None:
    """Create the table, move the secrets into it, and drop the columns they stood in."""
    limit_waiting()
    op.create_table(
        "client_secret",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("client_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "client_id", "id", name="pk_client_secret"),
    )
    op.add_column("client", sa.Column("networks", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("client", sa.Column("expires_at", Instant(), nullable=True))
    op.add_column("client", sa.Column("last_used_at", Instant(), nullable=True))
    _move_secrets()
    op.drop_column("client", "secret_version")
    op.drop_column("client", "secret_digest")
    guard("client_secret")


def _move_secrets() -> None:
    """Copy the secrets of all campaigns at once: row-level security binds even the owner, so it is lifted meanwhile."""
    if on_postgresql():
        op.execute("ALTER TABLE client NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO client_secret (campaign_id, client_id, id, version, digest, created_at) "
        "SELECT campaign_id, id, id, secret_version, secret_digest, created_at FROM client",
    )
    if on_postgresql():
        op.execute("ALTER TABLE client FORCE ROW LEVEL SECURITY")
