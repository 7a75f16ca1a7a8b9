"""Evidence of consent, the standings derived from it, cohorts, balancing tests and lists of subscribers."""

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
    SmallInteger,
    Text,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, index, neutral, personal


class ConsentEvidence(SQLModel, table=True):
    """What a person is said to have agreed to, refused or taken back: added, never changed but to be archived."""

    __tablename__ = "consent_evidence"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "id"),
        Index(None, "campaign_id", "contact_id"),
        Index(
            "ix_consent_evidence_cohort",
            *("campaign_id", "cohort", "contact_id"),
            sqlite_where=text("cohort IS NOT NULL"),
            postgresql_where=text("cohort IS NOT NULL"),
        ),
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    contact_id: UUID = Field(sa_column=neutral(Identifier()))
    purpose: str = Field(sa_column=personal(Text()))
    channel: int = Field(sa_column=personal(SmallInteger()))
    action: str = Field(sa_column=personal(Text()))
    level: int = Field(sa_column=personal(SmallInteger()))
    indicated_by: str = Field(sa_column=personal(Text()))
    method: str = Field(sa_column=personal(Text()))
    occurred_at: datetime = Field(sa_column=personal(Instant()))
    recorded_at: datetime = Field(sa_column=neutral(Instant()))
    notice: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    origin: int | None = Field(default=None, sa_column=neutral(Integer(), nullable=True))
    cohort: int | None = Field(default=None, sa_column=neutral(Integer(), nullable=True))
    attachment_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    window_from: int | None = Field(default=None, sa_column=personal(SmallInteger(), nullable=True))
    window_to: int | None = Field(default=None, sa_column=personal(SmallInteger(), nullable=True))
    parental: bool = Field(sa_column=personal(Boolean()))
    beyond_election: bool = Field(default=False, sa_column=personal(Boolean()))
    valid_until: date | None = Field(default=None, sa_column=personal(Date(), nullable=True))
    due_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
    sealed: bytes | None = Field(default=None, sa_column=personal(LargeBinary(), nullable=True))


class ConsentStanding(SQLModel, table=True):
    """Where a person stands for one purpose and channel: derived, in the transaction of its evidence."""

    __tablename__ = "consent_standing"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "contact_id", "purpose", "channel"),
        Index("ix_consent_standing_cell", "campaign_id", "purpose", "channel", "contact_id"),
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    contact_id: UUID = Field(sa_column=neutral(Identifier()))
    purpose: str = Field(sa_column=personal(Text()))
    channel: int = Field(sa_column=personal(SmallInteger(), autoincrement=False))
    status: int = Field(sa_column=personal(SmallInteger()))
    awaiting: bool = Field(sa_column=personal(Boolean()))
    parental: bool = Field(sa_column=personal(Boolean()))
    proven_at: datetime | None = Field(default=None, sa_column=personal(Instant(), nullable=True))
    opted_out_at: datetime | None = Field(default=None, sa_column=personal(Instant(), nullable=True))
    valid_until: date | None = Field(default=None, sa_column=personal(Date(), nullable=True))
    window_from: int = Field(sa_column=personal(SmallInteger()))
    window_to: int = Field(sa_column=personal(SmallInteger()))


class ConsentCohort(SQLModel, table=True):
    """A form or list by which many agreed: its wording, period and source, the sample drawn, and what was decided."""

    __tablename__ = "consent_cohort"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    title: str = Field(sa_column=neutral(Text(), words="tag"))
    wording: str = Field(sa_column=neutral(Text()))
    attachment_id: UUID = Field(sa_column=neutral(Identifier()))
    collected_from: date = Field(sa_column=neutral(Date()))
    collected_to: date = Field(sa_column=neutral(Date()))
    origin: int = Field(sa_column=neutral(Integer()))
    state: str = Field(sa_column=neutral(Text()))
    declared_by: str = Field(sa_column=neutral(Text()))
    declared_at: datetime = Field(sa_column=neutral(Instant()))
    decided_by: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))


class CohortSample(SQLModel, table=True):
    """Somebody of a cohort who was drawn at random, so that a reviewer looks at the proof."""

    __tablename__ = "cohort_sample"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "cohort", "contact_id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    cohort: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    contact_id: UUID = Field(sa_column=neutral(Identifier()))
    finding: str | None = Field(default=None, sa_column=personal(Text(), nullable=True))


class BalancingTest(SQLModel, table=True):
    """A documented legitimate interest: for whom, for what, why it outweighs, who approved it and when."""

    __tablename__ = "balancing_test"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    purpose: str = Field(sa_column=neutral(Text()))
    channel: int = Field(sa_column=neutral(SmallInteger()))
    categories: str = Field(sa_column=neutral(Text()))
    interest: str = Field(sa_column=neutral(Text()))
    necessity: str = Field(sa_column=neutral(Text()))
    expectation: str = Field(sa_column=neutral(Text()))
    safeguards: str = Field(sa_column=neutral(Text()))
    made_on: date = Field(sa_column=neutral(Date()))
    review_on: date = Field(sa_column=neutral(Date()))
    ended_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
    recorded_by: str = Field(sa_column=neutral(Text()))
    recorded_at: datetime = Field(sa_column=neutral(Instant()))


class NewsletterGeography(SQLModel, table=True):
    """How the campaign reads the choice of a newsletter's subscribers by place: a dated answer to an open question."""

    __tablename__ = "newsletter_geography"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    places: str = Field(sa_column=neutral(Text()))
    reason: str = Field(sa_column=neutral(Text()))
    recorded_by: str = Field(sa_column=neutral(Text()))
    recorded_at: datetime = Field(sa_column=neutral(Instant()))


class MailingList(SQLModel, table=True):
    """A list that people subscribe to, such as a newsletter; its number is its channel."""

    __tablename__ = "mailing_list"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "number"), Unique("campaign_id", "name"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    name: str = Field(sa_column=neutral(Text(), words="tag"))
    created_at: datetime = Field(sa_column=neutral(Instant()))


class Opposition(SQLModel, table=True):
    """An objection that outlives the contact: a keyed hash of an address or name, for all of a controller.

    Part of the directory: added to and never changed; met again it is added anew with the day.
    """

    __tablename__ = "opposition"
    __table_args__ = (PrimaryKeyConstraint("controller_id", "value", "purpose", "channel", "on"),)

    controller_id: UUID = Field(sa_column=neutral(Identifier()))
    value: int = Field(sa_column=index(BigInteger(), autoincrement=False))
    purpose: str = Field(sa_column=neutral(Text()))
    channel: int = Field(sa_column=neutral(SmallInteger(), autoincrement=False))
    on: date = Field(sa_column=neutral(Date()))
    kind: str = Field(sa_column=neutral(Text()))
    norm: int = Field(sa_column=neutral(SmallInteger()))
    renewed: bool = Field(sa_column=neutral(Boolean()))


class CarriedOpposition(SQLModel, table=True):
    """Objections that another campaign of the controller is yet to be told, by what their persons are known; sealed."""

    __tablename__ = "opposition_carried"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    other_id: UUID = Field(sa_column=neutral(Identifier()))
    repeated: bool = Field(sa_column=neutral(Boolean()))
    sealed: bytes = Field(sa_column=personal(LargeBinary()))
    kept_at: datetime = Field(sa_column=neutral(Instant()))
    due_at: datetime = Field(sa_column=neutral(Instant()))
