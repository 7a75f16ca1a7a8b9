"""Attachments and their sealed chunks. No name of a file is kept: people write names of persons in them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Date, Index, Integer, LargeBinary, PrimaryKeyConstraint, SmallInteger, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, index, key, neutral, personal


class StoredAttachment(SQLModel, table=True):
    """A file that was taken in: what it is, whom it concerns, its key wrapped by its owner's, when it must go."""

    __tablename__ = "attachment"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "contact_id"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    kind: str = Field(sa_column=neutral(Text()))
    contact_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    compartment: int = Field(sa_column=neutral(SmallInteger()))
    media_type: str = Field(sa_column=neutral(Text()))
    size: int = Field(sa_column=personal(BigInteger()))
    digest: bytes = Field(sa_column=index(LargeBinary()))
    wrapped: bytes = Field(sa_column=key(LargeBinary()))
    state: str = Field(sa_column=neutral(Text()))
    due_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
    created_at: datetime = Field(sa_column=neutral(Instant()))


class AttachmentChunk(SQLModel, table=True):
    """A sealed part of a file: 64 KiB of it, the last one less."""

    __tablename__ = "attachment_chunk"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "attachment_id", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    attachment_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    sealed: bytes = Field(sa_column=personal(LargeBinary()))
