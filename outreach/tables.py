"""Messages, interactions, sends awaited, and the register of targeting.

An interaction is closed words, references and instants: there is no column for anything that was said.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, Date, Index, PrimaryKeyConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral, personal


class OutreachMessage(SQLModel, table=True):
    """A message of the campaign: what it is for, how it goes out, who answers for it; never its words."""

    __tablename__ = "outreach_message"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), UniqueConstraint("campaign_id", "title"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    kind: str = Field(sa_column=neutral(Text()))
    channel: str = Field(sa_column=neutral(Text()))
    title: str = Field(sa_column=neutral(Text(), words="title"))
    sponsor_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    exemption: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    election_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    created_at: datetime = Field(sa_column=neutral(Instant()))


class StoredInteraction(SQLModel, table=True):
    """One thing that happened between the campaign and a person; rows are added and erased, never changed."""

    __tablename__ = "interaction"
    # A person's rows stand together: every question is about persons. A poller walks along the index.
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "contact_id", "recorded_at", "id"),
        Index(None, "campaign_id", "recorded_at", "id"),
        {"sqlite_with_rowid": False},
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    contact_id: UUID = Field(sa_column=neutral(Identifier()))
    kind: str = Field(sa_column=personal(Text()))
    channel: str = Field(sa_column=personal(Text()))
    outcome: str | None = Field(default=None, sa_column=personal(Text(), nullable=True))
    message_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    message_kind: str | None = Field(default=None, sa_column=personal(Text(), nullable=True))
    eligibility_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    occurred_at: datetime = Field(sa_column=neutral(Instant()))
    recorded_at: datetime = Field(sa_column=neutral(Instant()))
    role: str = Field(sa_column=neutral(Text()))
    actor: str = Field(sa_column=neutral(Text()))


class AwaitedSend(SQLModel, table=True):
    """A sending whose reports are awaited until its eligibility record expires."""

    __tablename__ = "awaited_send"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "eligibility_id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    eligibility_id: UUID = Field(sa_column=neutral(Identifier()))
    channel: str = Field(sa_column=neutral(Text()))
    message_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    message_kind: str = Field(sa_column=neutral(Text()))
    expires_at: datetime = Field(sa_column=neutral(Instant()))


class AwaitedPerson(SQLModel, table=True):
    """Somebody to whom a sending was allowed; ``id`` is the interaction's, if nobody reports it in time."""

    __tablename__ = "awaited_person"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "eligibility_id", "contact_id"),
        Index(None, "campaign_id", "contact_id"),
        {"sqlite_with_rowid": False},
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    eligibility_id: UUID = Field(sa_column=neutral(Identifier()))
    contact_id: UUID = Field(sa_column=personal(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))


class StoredTargeting(SQLModel, table=True):
    """A line of the register of targeting (Regulation (EU) 2024/900, art. 19): how some were chosen, never who."""

    __tablename__ = "targeting"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "recorded_at", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    channel: str = Field(sa_column=neutral(Text()))
    technique: str = Field(sa_column=neutral(Text()))
    criteria: str = Field(sa_column=neutral(Text()))
    counts: str = Field(sa_column=neutral(Text()))
    automated: bool = Field(sa_column=neutral(Boolean()))
    message_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    eligibility_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    purpose: str = Field(sa_column=neutral(Text()))
    role: str = Field(sa_column=neutral(Text()))
    edition: str = Field(sa_column=neutral(Text()))
    starts_on: date = Field(sa_column=neutral(Date()))
    last_use_on: date = Field(sa_column=neutral(Date()))
    recorded_at: datetime = Field(sa_column=neutral(Instant()))
