"""Wrapped keys. On PostgreSQL they stand in a schema of their own, so that a backup can leave them out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, PrimaryKeyConstraint, SmallInteger, Text
from sqlmodel import Field, SQLModel

from kernel.columns import KEYS, Identifier, Instant, key, neutral


class StoredCampaignKey(SQLModel, table=True):
    """A key of a campaign, wrapped by the root key."""

    __tablename__ = "campaign_key"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "purpose", "version"), {"schema": KEYS})

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    purpose: str = Field(sa_column=neutral(Text()))
    version: int = Field(sa_column=neutral(SmallInteger()))
    state: str = Field(sa_column=neutral(Text()))
    root_version: int = Field(sa_column=neutral(SmallInteger()))
    wrapped: bytes | None = Field(default=None, sa_column=key(LargeBinary(), nullable=True))
    created_at: datetime = Field(sa_column=neutral(Instant()))


class StoredControllerKey(SQLModel, table=True):
    """The key under which a controller's oppositions are hashed, wrapped by a version of the root key.

    Part of the directory: no campaign's end destroys it, and nothing in it is ever changed; the newest row counts.
    """

    __tablename__ = "controller_key"
    __table_args__ = (PrimaryKeyConstraint("controller_id", "root_version"),)

    controller_id: UUID = Field(sa_column=neutral(Identifier()))
    root_version: int = Field(sa_column=neutral(SmallInteger(), autoincrement=False))
    wrapped: bytes = Field(sa_column=key(LargeBinary()))
    created_at: datetime = Field(sa_column=neutral(Instant()))


class StoredPersonKey(SQLModel, table=True):
    """The key of one compartment of one person, wrapped by the campaign's key-encryption key (60 bytes)."""

    __tablename__ = "person_key"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "person_id", "compartment"),
        {"schema": KEYS},
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    person_id: UUID = Field(sa_column=neutral(Identifier()))
    compartment: int = Field(sa_column=neutral(SmallInteger()))
    generation: int = Field(sa_column=neutral(SmallInteger()))
    kek_version: int = Field(sa_column=neutral(SmallInteger()))
    wrapped: bytes = Field(sa_column=key(LargeBinary()))
