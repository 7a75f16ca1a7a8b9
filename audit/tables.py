"""The log's tables. Nothing in them is ever changed; on PostgreSQL the application's role may not even try."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, PrimaryKeyConstraint, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral, personal


class Entry(SQLModel, table=True):
    """One thing that happened, appended in the transaction in which it happened."""

    __tablename__ = "entry"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "id"),
        Index(None, "campaign_id", "at"),
        Index(None, "campaign_id", "subject"),
        # Entries about many persons at once: what a dossier and an art. 19 telling look through.
        Index(
            "ix_entry_of_many",
            "campaign_id",
            "at",
            sqlite_where=text("subjects IS NOT NULL"),
            postgresql_where=text("subjects IS NOT NULL"),
        ),
        Index(
            "ix_entry_of_exports",
            "campaign_id",
            "at",
            sqlite_where=text("event = 'export.chunk_emitted'"),
            postgresql_where=text("event = 'export.chunk_emitted'"),
        ),
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    at: datetime = Field(sa_column=neutral(Instant()))
    event: str = Field(sa_column=neutral(Text()))
    outcome: str = Field(sa_column=neutral(Text()))
    actor_kind: str = Field(sa_column=neutral(Text()))
    actor_id: str = Field(sa_column=personal(Text()))
    purpose: str = Field(sa_column=neutral(Text()))
    edition: str = Field(sa_column=neutral(Text()))
    counts: str = Field(sa_column=neutral(Text()))
    fields: str = Field(sa_column=neutral(Text()))
    subject: bytes | None = Field(default=None, sa_column=personal(LargeBinary(), nullable=True))
    subjects: bytes | None = Field(default=None, sa_column=personal(LargeBinary(), nullable=True))
    body: bytes | None = Field(default=None, sa_column=personal(LargeBinary(), nullable=True))
    job_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    chunk: int | None = Field(default=None, sa_column=neutral(BigInteger(), nullable=True))


class Sequenced(SQLModel, table=True):
    """The place of an entry in its campaign's month, and the hash the tree is built of; it outlives the entry."""

    __tablename__ = "sequence"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "month", "number"),
        UniqueConstraint("campaign_id", "entry_id"),
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    month: int = Field(sa_column=neutral(BigInteger(), autoincrement=False))
    number: int = Field(sa_column=neutral(BigInteger(), autoincrement=False))
    entry_id: UUID = Field(sa_column=neutral(Identifier()))
    leaf: bytes = Field(sa_column=neutral(LargeBinary()))


class SignedCheckpoint(SQLModel, table=True):
    """A signed statement of a month's size and root, with the tree's frontier to go on from."""

    __tablename__ = "checkpoint"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "month", "size"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    month: int = Field(sa_column=neutral(BigInteger(), autoincrement=False))
    size: int = Field(sa_column=neutral(BigInteger(), autoincrement=False))
    at: datetime = Field(sa_column=neutral(Instant()))
    frontier: bytes = Field(sa_column=neutral(LargeBinary()))
    note: str = Field(sa_column=neutral(Text()))
