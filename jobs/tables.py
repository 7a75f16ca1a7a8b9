"""Jobs and their chunks, the outbox, webhooks; what they keep names ids, columns and rules, never a value."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, PrimaryKeyConstraint, SmallInteger, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, key, neutral


class Job(SQLModel, table=True):
    """An import, an export or a rotation, and how far it is."""

    __tablename__ = "job"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "kind", "fingerprint"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    kind: str = Field(sa_column=neutral(Text()))
    state: str = Field(sa_column=neutral(Text()))
    fingerprint: bytes = Field(sa_column=neutral(LargeBinary()))
    declared: str = Field(sa_column=neutral(Text()))
    started_at: datetime = Field(sa_column=neutral(Instant()))
    finished_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))


class JobChunk(SQLModel, table=True):
    """A chunk that is done: its presence is what makes a second try do nothing."""

    __tablename__ = "job_chunk"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "job_id", "chunk"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    job_id: UUID = Field(sa_column=neutral(Identifier()))
    chunk: int = Field(sa_column=neutral(BigInteger(), autoincrement=False))
    result: str = Field(sa_column=neutral(Text()))


class RequestKey(SQLModel, table=True):
    """A request that a client must be able to send twice: what became of it, for a day; never what it said."""

    __tablename__ = "request_key"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "digest"), Index(None, "campaign_id", "created_at"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    digest: bytes = Field(sa_column=neutral(LargeBinary()))
    fingerprint: bytes = Field(sa_column=neutral(LargeBinary()))
    status: int = Field(sa_column=neutral(SmallInteger()))
    outcome: str = Field(sa_column=neutral(Text()))
    created_at: datetime = Field(sa_column=neutral(Instant()))


class Task(SQLModel, table=True):
    """A task of the outbox: what is to be done, when, by whom at this moment, and how it went so far.

    Its payload names ids and kinds, never a value of a person.
    """

    __tablename__ = "task"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "state", "due_at"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    kind: str = Field(sa_column=neutral(Text()))
    target: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    payload: str = Field(sa_column=neutral(Text()))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    due_at: datetime = Field(sa_column=neutral(Instant()))
    attempts: int = Field(sa_column=neutral(Integer()))
    state: str = Field(sa_column=neutral(Text()))
    lease: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    leased_until: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    failure: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))


class Change(SQLModel, table=True):
    """What tools that poll must take out or put back: a kind and the ids of contacts, for sixty days."""

    __tablename__ = "change"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "at", "id"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    kind: str = Field(sa_column=neutral(Text()))
    at: datetime = Field(sa_column=neutral(Instant()))
    contacts: str = Field(sa_column=neutral(Text()))


class WebhookEndpoint(SQLModel, table=True):
    """An address that is told of events of the campaign."""

    __tablename__ = "webhook_endpoint"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    url: str = Field(sa_column=neutral(Text()))
    events: str = Field(sa_column=neutral(Text()))
    enabled: bool = Field(sa_column=neutral(Boolean()))
    disabled_because: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    failures: int = Field(sa_column=neutral(Integer()))
    dead_letters: int = Field(sa_column=neutral(Integer()))
    paused_until: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    active_from: datetime = Field(sa_column=neutral(Instant()))


class WebhookSecret(SQLModel, table=True):
    """A secret under which messages to an endpoint are signed; two live during a rotation."""

    __tablename__ = "webhook_secret"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "endpoint_id", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    endpoint_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    sealed: bytes = Field(sa_column=key(LargeBinary()))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    expires_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))


class WebhookDelivery(SQLModel, table=True):
    """One attempt to deliver a message: when, how long, how it ended; neither what was sent nor what came back."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "endpoint_id", "at"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    endpoint_id: UUID = Field(sa_column=neutral(Identifier()))
    task_id: UUID = Field(sa_column=neutral(Identifier()))
    type: str = Field(sa_column=neutral(Text()))
    attempt: int = Field(sa_column=neutral(Integer()))
    at: datetime = Field(sa_column=neutral(Instant()))
    milliseconds: int = Field(sa_column=neutral(Integer()))
    outcome: str = Field(sa_column=neutral(Text()))
    status_class: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
