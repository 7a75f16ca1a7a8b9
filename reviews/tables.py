"""Words that wait for a reviewer: sealed under a key of their own compartment, and gone when their time is over."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, LargeBinary, PrimaryKeyConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, index, neutral, personal


class Review(SQLModel, table=True):
    """Words that the screen held; once they are accepted only their keyed digest stays, so that nobody asks again."""

    __tablename__ = "review"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "id"),
        UniqueConstraint("campaign_id", "contact_id", "digest"),
        Index(None, "campaign_id", "until"),
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    contact_id: UUID = Field(sa_column=neutral(Identifier()))
    field: str = Field(sa_column=neutral(Text()))
    rules: str = Field(sa_column=personal(Text()))
    origin: int = Field(sa_column=neutral(Integer()))
    purpose: str = Field(sa_column=neutral(Text()))
    source: str = Field(sa_column=neutral(Text()))
    actor: str = Field(sa_column=personal(Text()))
    lexicon: str = Field(sa_column=neutral(Text()))
    state: str = Field(sa_column=neutral(Text()))
    held_at: datetime = Field(sa_column=neutral(Instant()))
    until: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    digest: bytes = Field(sa_column=index(LargeBinary()))
    sealed: bytes | None = Field(default=None, sa_column=personal(LargeBinary(), nullable=True))


class Rescreening(SQLModel, table=True):
    """How far the stored words of a campaign were read with which vocabulary."""

    __tablename__ = "rescreening"
    __table_args__ = (PrimaryKeyConstraint("campaign_id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    lexicon: str = Field(sa_column=neutral(Text()))
    after: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
