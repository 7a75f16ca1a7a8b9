"""Client programs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, PrimaryKeyConstraint, SmallInteger, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, key, neutral


class Client(SQLModel, table=True):
    """A program that may act in one campaign, for listed purposes, with listed scopes."""

    __tablename__ = "client"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    name: str = Field(sa_column=neutral(Text()))
    secret_version: int = Field(sa_column=neutral(SmallInteger()))
    secret_digest: bytes = Field(sa_column=key(LargeBinary()))
    scopes: str = Field(sa_column=neutral(Text()))
    purposes: str = Field(sa_column=neutral(Text()))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    revoked_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
