"""The document that a person sends after a doubt was recorded; whether one was asked for stands with the request."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_1050"
down_revision = "2026_11_22_0840"


def upgrade() -> None:
    """Create the table of documents, and say of requests whether one was asked for: of none so far."""
    limit_waiting()
    asked = sa.Column[bool]("document_asked", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("rights_request", asked)
    op.create_table(
        "rights_document",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("request_id", Identifier(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_rights_document"),
        sa.UniqueConstraint("campaign_id", "request_id", name="uq_rights_document_campaign_id_request_id"),
    )
    guard("rights_document")
