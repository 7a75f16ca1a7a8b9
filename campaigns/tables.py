"""The directory of controllers and campaigns (the only unscoped tables) and the elections of a campaign."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKeyConstraint, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral


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
    title: str = Field(sa_column=neutral(Text()))
    first_round: date = Field(sa_column=neutral(Date()))
    second_round: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
