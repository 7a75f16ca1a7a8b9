"""Contacts, their blind index, and the registries of origins, custom fields and tags.

A row in clear is pseudonymous, not anonymous: docs/threat-model.md says what each clear column leaks.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, index, neutral, personal


class Contact(SQLModel, table=True):
    """One person in one campaign; every field stands in the packed record, sealed one by one."""

    __tablename__ = "contact"
    # A listing goes in the order of the last change: new rows always come at the end of its index.
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "updated_at", "id"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    category: str = Field(sa_column=personal(Text()))
    origin: int = Field(sa_column=neutral(Integer()))
    commune: str | None = Field(default=None, sa_column=personal(Text(), nullable=True))
    polling_station: str | None = Field(default=None, sa_column=personal(Text(), nullable=True))
    restricted: bool = Field(sa_column=neutral(Boolean()))
    flagged: bool = Field(sa_column=neutral(Boolean()))
    consent_from: date | None = Field(default=None, sa_column=personal(Date(), nullable=True))
    target_from: date | None = Field(default=None, sa_column=personal(Date(), nullable=True))
    due_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    updated_at: datetime = Field(sa_column=neutral(Instant()))
    revision: int = Field(sa_column=neutral(Integer()))
    index_version: int = Field(sa_column=neutral(Integer()))
    indexes: bytes = Field(sa_column=index(LargeBinary()))
    record: bytes = Field(sa_column=personal(LargeBinary()))


class ContactIndex(SQLModel, table=True):
    """One blind-index value of one contact. The value alone decides: field and key version are in the keyed hash."""

    __tablename__ = "contact_index"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "value", "contact_id"), {"sqlite_with_rowid": False})

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    value: int = Field(sa_column=index(BigInteger(), autoincrement=False))
    contact_id: UUID = Field(sa_column=neutral(Identifier()))


class ContactTag(SQLModel, table=True):
    """A governed tag on a contact."""

    __tablename__ = "contact_tag"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "contact_id", "tag"), {"sqlite_with_rowid": False})

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    contact_id: UUID = Field(sa_column=neutral(Identifier()))
    tag: int = Field(sa_column=personal(Integer(), autoincrement=False))


class DeclaredOrigin(SQLModel, table=True):
    """Where data come from: kind, day, election and evidence, declared before anything is recorded from it."""

    __tablename__ = "origin"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    kind: str = Field(sa_column=neutral(Text()))
    obtained_on: date = Field(sa_column=neutral(Date()))
    election_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    evidence: str = Field(sa_column=neutral(Text()))
    papers: str = Field(default="{}", sa_column=neutral(Text(), server_default="{}"))
    synthetic: bool = Field(sa_column=neutral(Boolean()))
    handover_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    declared_at: datetime = Field(sa_column=neutral(Instant()))


class CustomField(SQLModel, table=True):
    """A field a campaign added, after its name passed the screen."""

    __tablename__ = "custom_field"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "number"), UniqueConstraint("campaign_id", "name"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    name: str = Field(sa_column=neutral(Text(), words="column"))
    created_at: datetime = Field(sa_column=neutral(Instant()))


class Tag(SQLModel, table=True):
    """A tag a campaign may set, after its name passed the screen."""

    __tablename__ = "tag"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "number"), UniqueConstraint("campaign_id", "name"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    name: str = Field(sa_column=neutral(Text(), words="tag"))
    created_at: datetime = Field(sa_column=neutral(Instant()))
