"""Datasets and their figures by territory.

An area is written with its grain (``station/75056_0012``): it equals no column of a contact, so that a join with one
finds nothing, and no room that knows contacts may import this one.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Float, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral


class TerritoryDataset(SQLModel, table=True):
    """Open data that were brought in: what they are, where they come from, since when (CRPA L322-2)."""

    __tablename__ = "territory_dataset"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    name: str = Field(sa_column=neutral(Text(), words="tag"))
    kind: str = Field(sa_column=neutral(Text()))
    source: str = Field(sa_column=neutral(Text(), words="note"))
    obtained_on: date = Field(sa_column=neutral(Date()))
    recorded_at: datetime = Field(sa_column=neutral(Instant()))


class TerritoryFigure(SQLModel, table=True):
    """One figure of one area: votes for a list or candidate of a published result, a statistic, a score of the area."""

    __tablename__ = "territory_figure"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "dataset_id", "area", "measure"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    dataset_id: UUID = Field(sa_column=neutral(Identifier()))
    area: str = Field(sa_column=neutral(Text()))
    measure: str = Field(sa_column=neutral(Text(), words="tag"))
    figure: float = Field(sa_column=neutral(Float()))
