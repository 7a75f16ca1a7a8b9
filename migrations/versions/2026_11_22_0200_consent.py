"""Evidence of consent, standings, cohorts, balancing tests, lists, and records of eligibility."""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import guard, limit_waiting

revision = "2026_11_22_0200"
down_revision = "2026_11_22_0120"


def upgrade() -> None:
    """Create the tables, each row scoped to its campaign."""
    limit_waiting()
    _create_evidence()
    _create_standing()
    _create_cohorts()
    _create_balancing_tests()
    _create_lists_and_records()
    _create_oppositions()
    guard(
        "consent_evidence",
        "consent_standing",
        "consent_cohort",
        "cohort_sample",
        "balancing_test",
        "mailing_list",
        "eligibility",
        "controller_key",
        "opposition",
    )


def _create_evidence() -> None:
    op.create_table(
        "consent_evidence",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("indicated_by", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("origin", sa.Integer(), nullable=True),
        sa.Column("cohort", sa.Integer(), nullable=True),
        sa.Column("attachment_id", Identifier(), nullable=True),
        sa.Column("window_from", sa.SmallInteger(), nullable=True),
        sa.Column("window_to", sa.SmallInteger(), nullable=True),
        sa.Column("parental", sa.Boolean(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_consent_evidence"),
    )
    op.create_index("ix_consent_evidence_campaign_id_contact_id", "consent_evidence", ["campaign_id", "contact_id"])
    op.create_index("ix_consent_evidence_cohort", "consent_evidence", ["campaign_id", "cohort", "contact_id"])


def _create_standing() -> None:
    op.create_table(
        "consent_standing",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("awaiting", sa.Boolean(), nullable=False),
        sa.Column("parental", sa.Boolean(), nullable=False),
        sa.Column("proven_at", Instant(), nullable=True),
        sa.Column("opted_out_at", Instant(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("window_from", sa.SmallInteger(), nullable=False),
        sa.Column("window_to", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "contact_id", "purpose", "channel", name="pk_consent_standing"),
    )
    columns = ["campaign_id", "purpose", "channel", "contact_id"]
    op.create_index("ix_consent_standing_cell", "consent_standing", columns)


def _create_cohorts() -> None:
    op.create_table(
        "consent_cohort",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("attachment_id", Identifier(), nullable=False),
        sa.Column("collected_from", sa.Date(), nullable=False),
        sa.Column("collected_to", sa.Date(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column("declared_at", Instant(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_consent_cohort"),
    )
    op.create_table(
        "cohort_sample",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("cohort", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("contact_id", Identifier(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "cohort", "contact_id", name="pk_cohort_sample"),
    )


def _create_balancing_tests() -> None:
    op.create_table(
        "balancing_test",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("interest", sa.Text(), nullable=False),
        sa.Column("necessity", sa.Text(), nullable=False),
        sa.Column("expectation", sa.Text(), nullable=False),
        sa.Column("safeguards", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_balancing_test"),
    )


def _create_lists_and_records() -> None:
    op.create_table(
        "mailing_list",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_mailing_list"),
        sa.UniqueConstraint("campaign_id", "name", name="uq_mailing_list_campaign_id_name"),
    )
    op.create_table(
        "eligibility",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("targeted", sa.Boolean(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_eligibility"),
    )


def _create_oppositions() -> None:
    op.create_table(
        "controller_key",
        sa.Column("controller_id", Identifier(), nullable=False),
        sa.Column("root_version", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("controller_id", "root_version", name="pk_controller_key"),
    )
    op.create_table(
        "opposition",
        sa.Column("controller_id", Identifier(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("norm", sa.SmallInteger(), nullable=False),
        sa.Column("renewed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("controller_id", "value", "purpose", "channel", "on", name="pk_opposition"),
    )
