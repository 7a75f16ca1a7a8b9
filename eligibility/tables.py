"""The records of what was answered when somebody asked who may be reached."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Integer, LargeBinary, PrimaryKeyConstraint, SmallInteger, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral


class EligibilityRecord(SQLModel, table=True):
    """One answer: the question, how many, a digest of the ids that were allowed, until when it holds, our signature."""

    __tablename__ = "eligibility"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    purpose: str = Field(sa_column=neutral(Text()))
    channel: int = Field(sa_column=neutral(SmallInteger()))
    message: str = Field(sa_column=neutral(Text()))
    targeted: bool = Field(sa_column=neutral(Boolean()))
    criteria: str = Field(sa_column=neutral(Text()))
    at: datetime = Field(sa_column=neutral(Instant()))
    decided_at: datetime = Field(sa_column=neutral(Instant()))
    expires_at: datetime = Field(sa_column=neutral(Instant()))
    edition: str = Field(sa_column=neutral(Text()))
    asked: int = Field(sa_column=neutral(Integer()))
    allowed: int = Field(sa_column=neutral(Integer()))
    reasons: str = Field(sa_column=neutral(Text()))
    digest: bytes = Field(sa_column=neutral(LargeBinary()))
    signed: str = Field(sa_column=neutral(Text()))
