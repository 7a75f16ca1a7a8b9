"""What waits to be fetched: the file's sealed chunks, and the code that opens it once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, PrimaryKeyConstraint, SmallInteger, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, key, neutral, personal


class Delivery(SQLModel, table=True):
    """A file made for one person; its key is wrapped by the person's, and both die together."""

    __tablename__ = "delivery"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "id"),
        Index(None, "campaign_id", "contact_id"),
        Index(None, "campaign_id", "until"),
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    contact_id: UUID = Field(sa_column=neutral(Identifier()))
    size: int = Field(sa_column=personal(BigInteger()))
    wrapped: bytes = Field(sa_column=key(LargeBinary()))
    language: str = Field(sa_column=neutral(Text()))
    code_version: int | None = Field(default=None, sa_column=neutral(SmallInteger(), nullable=True))
    code_digest: bytes | None = Field(default=None, sa_column=key(LargeBinary(), nullable=True))
    code_until: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    codes: int = Field(sa_column=neutral(Integer()))
    tries: int = Field(sa_column=neutral(Integer()))
    made_at: datetime = Field(sa_column=neutral(Instant()))
    until: datetime = Field(sa_column=neutral(Instant()))
    fetched_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))


class DeliveryChunk(SQLModel, table=True):
    """A sealed part of the file; gone as soon as the file was fetched."""

    __tablename__ = "delivery_chunk"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "delivery_id", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    delivery_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    sealed: bytes = Field(sa_column=personal(LargeBinary()))
