"""Jobs and their chunks; what they keep names columns and rules, never a value."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, PrimaryKeyConstraint, SmallInteger, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral


class Job(SQLModel, table=True):
    """An import, an export or a rotation, and how far it is."""

    __tablename__ = "job"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "kind", "fingerprint"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    kind: str = Field(sa_column=neutral(Text()))
    state: str = Field(sa_column=neutral(Text()))
    fingerprint: bytes = Field(sa_column=neutral(LargeBinary()))
    declared: str = Field(sa_column=neutral(Text()))
    started_at: datetime = Field(sa_column=neutral(Instant()))
    finished_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))


class JobChunk(SQLModel, table=True):
    """A chunk that is done: its presence is what makes a second try do nothing."""

    __tablename__ = "job_chunk"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "job_id", "chunk"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    job_id: UUID = Field(sa_column=neutral(Identifier()))
    chunk: int = Field(sa_column=neutral(BigInteger(), autoincrement=False))
    result: str = Field(sa_column=neutral(Text()))


class RequestKey(SQLModel, table=True):
    """A request that a client must be able to send twice: what became of it, for a day; never what it said."""

    __tablename__ = "request_key"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "digest"), Index(None, "campaign_id", "created_at"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    digest: bytes = Field(sa_column=neutral(LargeBinary()))
    fingerprint: bytes = Field(sa_column=neutral(LargeBinary()))
    status: int = Field(sa_column=neutral(SmallInteger()))
    outcome: str = Field(sa_column=neutral(Text()))
    created_at: datetime = Field(sa_column=neutral(Instant()))
