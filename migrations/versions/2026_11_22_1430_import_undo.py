"""What imports are undone by: what contacts were before, what each chunk made, and how far an undoing is."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_1430"
down_revision = "2026_11_22_1420"


def upgrade() -> None:
    """Create the journal, the traces of chunks and the undoings."""
    limit_waiting()
    op.create_table(
        "contact_journal",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("job_id", Identifier(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "job_id", "contact_id", "revision", name="pk_contact_journal"),
    )
    op.create_index("ix_contact_journal_campaign_id_contact_id", "contact_journal", ["campaign_id", "contact_id"])
    op.create_index("ix_contact_journal_campaign_id_written_at", "contact_journal", ["campaign_id", "written_at"])
    op.create_table(
        "import_trace",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("job_id", Identifier(), nullable=False),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("persons", sa.LargeBinary(), nullable=False),
        sa.Column("claims", sa.LargeBinary(), nullable=False),
        sa.Column("reviews", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "job_id", "chunk", name="pk_import_trace"),
    )
    op.create_index("ix_import_trace_campaign_id_written_at", "import_trace", ["campaign_id", "written_at"])
    op.create_table(
        "import_undo",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_import_undo"),
    )
    guard("contact_journal", "import_trace", "import_undo")
