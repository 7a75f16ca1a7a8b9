"""The directory of campaigns (the only unscoped tables), and what each campaign declares of itself."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKeyConstraint, Integer, LargeBinary, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral, personal


class Controller(SQLModel, table=True):
    """Who answers for the file (GDPR art. 4(7)). A candidate's name stands on the ballot: it is public."""

    __tablename__ = "controller"
    __table_args__ = (PrimaryKeyConstraint("id"),)

    id: UUID = Field(sa_column=neutral(Identifier()))
    kind: str = Field(sa_column=neutral(Text()))
    name: str = Field(sa_column=neutral(Text()))
    created_at: datetime = Field(sa_column=neutral(Instant()))


class Campaign(SQLModel, table=True):
    """One file of contacts, kept apart from every other."""

    __tablename__ = "campaign"
    __table_args__ = (PrimaryKeyConstraint("id"), ForeignKeyConstraint(["controller_id"], ["controller.id"]))

    id: UUID = Field(sa_column=neutral(Identifier()))
    controller_id: UUID = Field(sa_column=neutral(Identifier()))
    name: str = Field(sa_column=neutral(Text()))
    country: str = Field(sa_column=neutral(Text()))
    created_at: datetime = Field(sa_column=neutral(Instant()))


class Election(SQLModel, table=True):
    """A ballot of the campaign, with its rounds: data from the roll leave after the last."""

    __tablename__ = "election"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    title: str = Field(sa_column=neutral(Text(), words="title"))
    first_round: date = Field(sa_column=neutral(Date()))
    second_round: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
    type: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    state: str = Field(sa_column=neutral(Text()))
    changed_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
    places: str = Field(sa_column=neutral(Text()))


class ElectionChange(SQLModel, table=True):
    """A step of an election: held, decided, contested, annulled, and the day of it."""

    __tablename__ = "election_change"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "election_id", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    election_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    state: str = Field(sa_column=neutral(Text()))
    changed_on: date = Field(sa_column=neutral(Date()))
    recorded_at: datetime = Field(sa_column=neutral(Instant()))


class CampaignController(SQLModel, table=True):
    """A controller of the campaign, its own or a joint one, with what its notice publishes: contacts of the body."""

    __tablename__ = "campaign_controller"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    own: bool = Field(sa_column=neutral(Boolean()))
    kind: str = Field(sa_column=neutral(Text()))
    name: str = Field(sa_column=neutral(Text()))
    rights_contact: str = Field(sa_column=neutral(Text(), words="note"))
    dpo_contact: str = Field(sa_column=neutral(Text(), words="note"))
    dpo_not_required: str = Field(sa_column=neutral(Text(), words="note"))
    ended_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
    updated_at: datetime = Field(sa_column=neutral(Instant()))


class Arrangement(SQLModel, table=True):
    """What joint controllers agreed (GDPR art. 26): who informs, who answers, what the notice says of it."""

    __tablename__ = "arrangement"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    controller_id: UUID = Field(sa_column=neutral(Identifier()))
    reference: str = Field(sa_column=neutral(Text(), words="note"))
    informs: str = Field(sa_column=neutral(Text()))
    answers: str = Field(sa_column=neutral(Text()))
    oppositions: str = Field(sa_column=neutral(Text()))
    essence_fr: str = Field(sa_column=neutral(Text()))
    essence_en: str = Field(sa_column=neutral(Text()))
    starts_on: date = Field(sa_column=neutral(Date()))
    ends_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
    recorded_at: datetime = Field(sa_column=neutral(Instant()))


class Handover(SQLModel, table=True):
    """Data that passed from one controller to another: from or to whom, on which ground, when."""

    __tablename__ = "handover"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    direction: str = Field(sa_column=neutral(Text()))
    controller: str = Field(sa_column=neutral(Text()))
    kind: str = Field(sa_column=neutral(Text()))
    ground: str = Field(sa_column=neutral(Text()))
    articles: str = Field(sa_column=neutral(Text()))
    evidence: str = Field(sa_column=neutral(Text(), words="note"))
    arrangement_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    handed_on: date = Field(sa_column=neutral(Date()))
    recorded_at: datetime = Field(sa_column=neutral(Instant()))


class CampaignOperator(SQLModel, table=True):
    """Who hosts the campaign, as processor (GDPR art. 28) or as controller."""

    __tablename__ = "campaign_operator"
    __table_args__ = (PrimaryKeyConstraint("campaign_id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    name: str = Field(sa_column=neutral(Text()))
    role: str = Field(sa_column=neutral(Text()))
    contract: str = Field(sa_column=neutral(Text(), words="note"))
    updated_at: datetime = Field(sa_column=neutral(Instant()))


class Recipient(SQLModel, table=True):
    """Who receives data, or processes them for the controller (GDPR art. 28, 30(1)(d) and (e))."""

    __tablename__ = "recipient"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    kind: str = Field(sa_column=neutral(Text()))
    name: str = Field(sa_column=neutral(Text()))
    hosting: str = Field(sa_column=neutral(Text()))
    control: str = Field(sa_column=neutral(Text()))
    transfer_basis: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    contact: str = Field(sa_column=neutral(Text(), words="note"))
    told_by: str = Field(sa_column=neutral(Text(), words="note"))
    address: str = Field(sa_column=neutral(Text(), words="note"))
    contract: str = Field(sa_column=neutral(Text(), words="note"))
    public_key: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    """The age recipient for which files are encrypted: a key of an organisation, of no person."""
    added_at: datetime = Field(sa_column=neutral(Instant()))
    ended_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))


class Activation(SQLModel, table=True):
    """What the controller declared when the campaign became active; a later declaration replaces it."""

    __tablename__ = "activation"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    edition: str = Field(sa_column=neutral(Text()))
    assessment: str = Field(sa_column=neutral(Text(), words="note"))
    notice: str = Field(sa_column=neutral(Text(), words="note"))
    purposes: str = Field(sa_column=neutral(Text()))
    territories: str = Field(sa_column=neutral(Text()))
    retention: str = Field(sa_column=neutral(Text()))
    activated_at: datetime = Field(sa_column=neutral(Instant()))


class CampaignEnd(SQLModel, table=True):
    """Which campaigns are being handed back, and which are closed; the directory must know before any is entered."""

    __tablename__ = "campaign_end"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "state"),
        ForeignKeyConstraint(["campaign_id"], ["campaign.id"]),
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    state: str = Field(sa_column=neutral(Text()))
    at: datetime = Field(sa_column=neutral(Instant()))


class ClosureStep(SQLModel, table=True):
    """A step of a campaign's end that is done, and what the certificate tells of it."""

    __tablename__ = "closure"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "step"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    step: str = Field(sa_column=neutral(Text()))
    at: datetime = Field(sa_column=neutral(Instant()))
    told: str = Field(sa_column=neutral(Text()))


class CampaignWord(SQLModel, table=True):
    """A word of the campaign's own beside the detector's lexicon: let pass or forbidden, sealed, until its day."""

    __tablename__ = "campaign_word"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    effect: str = Field(sa_column=neutral(Text()))
    sort: str = Field(sa_column=neutral(Text()))
    category: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    reason: str = Field(sa_column=neutral(Text()))
    author: str = Field(sa_column=personal(Text()))
    sealed: bytes = Field(sa_column=personal(LargeBinary()))
    added_at: datetime = Field(sa_column=neutral(Instant()))
    until: datetime = Field(sa_column=neutral(Instant()))
