"""Requests for approval."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral, personal


class Approval(SQLModel, table=True):
    """One request: which action with which exact parameters, who asked, who decided, whether it was used."""

    __tablename__ = "approval"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "fingerprint"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    action: str = Field(sa_column=neutral(Text()))
    parameters: str = Field(sa_column=neutral(Text(), words="note"))
    fingerprint: bytes = Field(sa_column=neutral(LargeBinary()))
    requested_by: str = Field(sa_column=personal(Text()))
    requested_at: datetime = Field(sa_column=neutral(Instant()))
    expires_at: datetime = Field(sa_column=neutral(Instant()))
    alone_from: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    decision: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    decided_by: str | None = Field(default=None, sa_column=personal(Text(), nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    used_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
