"""Requests, what happened to each, and the visits of the public pages; what tells of a person is sealed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Date,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    false,
)
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, key, neutral, personal


class RightsRequest(SQLModel, table=True):
    """A request: who asks and what for is sealed under a key of its own, in the compartment ``rights``."""

    __tablename__ = "rights_request"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "id"),
        UniqueConstraint("campaign_id", "reference"),
        Index(None, "campaign_id", "state", "due_on"),
        Index(None, "campaign_id", "contact_id"),
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    reference: str = Field(sa_column=neutral(Text()))
    kind: str = Field(sa_column=neutral(Text()))
    state: str = Field(sa_column=neutral(Text()))
    way: str = Field(sa_column=neutral(Text()))
    asker: str = Field(sa_column=neutral(Text()))
    language: str = Field(sa_column=neutral(Text()))
    contact_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    external_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    first_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    minor: bool = Field(sa_column=neutral(Boolean()))
    received_on: date = Field(sa_column=neutral(Date()))
    recorded_at: datetime = Field(sa_column=neutral(Instant()))
    due_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
    extended: bool = Field(sa_column=neutral(Boolean()))
    paused_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
    paused_days: int = Field(sa_column=neutral(Integer()))
    alerted: int = Field(sa_column=neutral(SmallInteger()))
    identity: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    reason: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    ground: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    answer_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    ended_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
    posted_digest: bytes | None = Field(default=None, sa_column=key(LargeBinary(), nullable=True))
    posted_until: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    posted_tries: int = Field(sa_column=neutral(SmallInteger()))
    document_asked: bool = Field(sa_column=neutral(Boolean(), server_default=false()))
    sealed: bytes = Field(sa_column=personal(LargeBinary()))


class RightsStep(SQLModel, table=True):
    """What happened to a request: when, by which role, and in its own words, which are sealed."""

    __tablename__ = "rights_step"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "request_id", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    request_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    act: str = Field(sa_column=neutral(Text()))
    at: datetime = Field(sa_column=neutral(Instant()))
    role: str = Field(sa_column=neutral(Text()))
    reason: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    sealed: bytes | None = Field(default=None, sa_column=personal(LargeBinary(), nullable=True))


class RightsDocument(SQLModel, table=True):
    """A document that was asked for after a recorded doubt: sealed under a key of its own, gone with the decision."""

    __tablename__ = "rights_document"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), UniqueConstraint("campaign_id", "request_id"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    request_id: UUID = Field(sa_column=neutral(Identifier()))
    media_type: str = Field(sa_column=neutral(Text()))
    size: int = Field(sa_column=personal(Integer()))
    sealed: bytes = Field(sa_column=personal(LargeBinary()))
    given_at: datetime = Field(sa_column=neutral(Instant()))


class RightsVisit(SQLModel, table=True):
    """A visit of the public pages: what was typed so far, sealed, and the code that was sent; an hour at most."""

    __tablename__ = "rights_visit"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "expires_at"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    secret_version: int = Field(sa_column=neutral(SmallInteger()))
    secret_digest: bytes = Field(sa_column=key(LargeBinary()))
    sealed: bytes = Field(sa_column=personal(LargeBinary()))
    tries: int = Field(sa_column=neutral(SmallInteger()))
    expires_at: datetime = Field(sa_column=neutral(Instant()))
