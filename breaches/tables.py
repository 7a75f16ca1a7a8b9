"""The register of breaches: what the CNIL's form asks, and nobody's name; whom a breach reached is told by the log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral


class StoredBreach(SQLModel, table=True):
    """One breach; ``told`` is what its form says, as JSON of closed words and of texts about measures."""

    __tablename__ = "breach"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "opened_at", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    opened_at: datetime = Field(sa_column=neutral(Instant()))
    aware_at: datetime = Field(sa_column=neutral(Instant()))
    told: str = Field(sa_column=neutral(Text()))
    role: str = Field(sa_column=neutral(Text()))
    notified_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    updated_at: datetime = Field(sa_column=neutral(Instant()))
