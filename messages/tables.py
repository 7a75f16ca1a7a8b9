"""Messages on their way: sealed, and gone as soon as they were handed over or their time is over."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral, personal


class Message(SQLModel, table=True):
    """A message that was not handed over yet; address, subject and words are sealed."""

    __tablename__ = "message"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "id"),
        Index(None, "campaign_id", "until"),
        Index(None, "campaign_id", "person_id"),
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    person_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    medium: str = Field(sa_column=neutral(Text()))
    sealed: bytes = Field(sa_column=personal(LargeBinary()))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    until: datetime = Field(sa_column=neutral(Instant()))
