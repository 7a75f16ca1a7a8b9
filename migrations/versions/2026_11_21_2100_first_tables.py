"""The first tables: directory, keys, log, contacts, clients, jobs.

Deploy rule: expand, back-fill, contract, each in a change of its own.
"""

import sqlalchemy as sa
from alembic import op

from kernel.columns import Identifier, Instant
from migrations.dialect import create_schema_and_role, guard, keys_schema, limit_waiting

revision = "2026_11_21_2100"
down_revision = None


def upgrade() -> None:
    """Create every table, and on PostgreSQL the role, the grants and the row-level security."""
    limit_waiting()
    create_schema_and_role()
    op.create_table(
        "controller",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_controller"),
    )
    op.create_table(
        "campaign",
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("controller_id", Identifier(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["controller_id"], ["controller.id"], name="fk_campaign_controller"),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
    )
    op.create_table(
        "campaign_key",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("root_version", sa.SmallInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "purpose", "version", name="pk_campaign_key"),
        schema=keys_schema(),
    )
    op.create_table(
        "checkpoint",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("month", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("size", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "month", "size", name="pk_checkpoint"),
    )
    op.create_table(
        "client",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_version", sa.SmallInteger(), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("purposes", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_client"),
    )
    op.create_table(
        "contact",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("commune", sa.Text(), nullable=True),
        sa.Column("polling_station", sa.Text(), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("consent_from", sa.Date(), nullable=True),
        sa.Column("target_from", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("index_version", sa.Integer(), nullable=False),
        sa.Column("indexes", sa.LargeBinary(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_contact"),
    )
    op.create_table(
        "contact_index",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("contact_id", Identifier(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "value", "contact_id", name="pk_contact_index"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact_tag",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("contact_id", Identifier(), nullable=False),
        sa.Column("tag", sa.Integer(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("campaign_id", "contact_id", "tag", name="pk_contact_tag"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "custom_field",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_custom_field"),
        sa.UniqueConstraint("campaign_id", "name", name="uq_custom_field_campaign_id_name"),
    )
    op.create_table(
        "election",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_round", sa.Date(), nullable=False),
        sa.Column("second_round", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_election"),
    )
    op.create_table(
        "entry",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=True),
        sa.Column("subjects", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("job_id", Identifier(), nullable=True),
        sa.Column("chunk", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_entry"),
    )
    op.create_index("ix_entry_campaign_id_at", "entry", ["campaign_id", "at"])
    op.create_index("ix_entry_campaign_id_subject", "entry", ["campaign_id", "subject"])
    op.create_table(
        "job",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("id", Identifier(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_job"),
    )
    op.create_index("ix_job_campaign_id_kind_fingerprint", "job", ["campaign_id", "kind", "fingerprint"])
    op.create_table(
        "job_chunk",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("job_id", Identifier(), nullable=False),
        sa.Column("chunk", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "job_id", "chunk", name="pk_job_chunk"),
    )
    op.create_table(
        "origin",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("obtained_on", sa.Date(), nullable=False),
        sa.Column("election_id", Identifier(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("declared_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_origin"),
    )
    op.create_table(
        "person_key",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("person_id", Identifier(), nullable=False),
        sa.Column("compartment", sa.SmallInteger(), nullable=False),
        sa.Column("generation", sa.SmallInteger(), nullable=False),
        sa.Column("kek_version", sa.SmallInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "person_id", "compartment", name="pk_person_key"),
        schema=keys_schema(),
    )
    op.create_table(
        "sequence",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("month", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("entry_id", Identifier(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "month", "number", name="pk_sequence"),
        sa.UniqueConstraint("campaign_id", "entry_id", name="uq_sequence_campaign_id_entry_id"),
    )
    op.create_table(
        "tag",
        sa.Column("campaign_id", Identifier(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_tag"),
        sa.UniqueConstraint("campaign_id", "name", name="uq_tag_campaign_id_name"),
    )
    guard("controller", "campaign", "keys.campaign_key", "keys.person_key", "entry", "sequence", "checkpoint")
    guard("election", "client", "job", "job_chunk", "contact", "contact_index", "contact_tag")
    guard("origin", "custom_field", "tag")
