"""Client programs and their secrets."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, PrimaryKeyConstraint, SmallInteger, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, key, neutral


class Client(SQLModel, table=True):
    """A program that may act in one campaign, for listed purposes, with listed scopes, from listed networks."""

    __tablename__ = "client"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    name: str = Field(sa_column=neutral(Text(), words="title"))
    scopes: str = Field(sa_column=neutral(Text()))
    purposes: str = Field(sa_column=neutral(Text()))
    networks: str = Field(sa_column=neutral(Text(), server_default="[]"))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    expires_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    last_used_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))


class ClientSecret(SQLModel, table=True):
    """A secret of a client, as a keyed digest; several hold at once while one takes over from another."""

    __tablename__ = "client_secret"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "client_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    client_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    version: int = Field(sa_column=neutral(SmallInteger()))
    digest: bytes = Field(sa_column=key(LargeBinary()))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    expires_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
