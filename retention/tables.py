"""The runs of the sweep: how far each is, and what it did; numbers only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Integer, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral


class RetentionRun(SQLModel, table=True):
    """One sweep, for real or simulated: the id after which it goes on, its chunks, its counts by line and act."""

    __tablename__ = "retention_run"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "started_at", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    simulated: bool = Field(sa_column=neutral(Boolean()))
    started_at: datetime = Field(sa_column=neutral(Instant()))
    finished_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    after_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    chunks: int = Field(sa_column=neutral(Integer()))
    examined: int = Field(sa_column=neutral(Integer()))
    counts: str = Field(sa_column=neutral(Text()))
    edition: str = Field(sa_column=neutral(Text()))
