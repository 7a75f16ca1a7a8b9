"""Sheets for the door, and whom their numbered lines mean: a random id, no name, until the sheet expires."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Index, Integer, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral, personal


class Sheet(SQLModel, table=True):
    """A sheet: of which place, who made it and who printed it last, and the last day on which it may be keyed in."""

    __tablename__ = "sheet"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "expires_on"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    commune: str = Field(sa_column=neutral(Text()))
    polling_station: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    purpose: str = Field(sa_column=neutral(Text()))
    eligibility_id: UUID = Field(sa_column=neutral(Identifier()))
    lines: int = Field(sa_column=neutral(Integer()))
    made_at: datetime = Field(sa_column=neutral(Instant()))
    made_by: str = Field(sa_column=neutral(Text()))
    printed_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    printed_by: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    expires_on: date = Field(sa_column=neutral(Date()))


class SheetLine(SQLModel, table=True):
    """A numbered line: whom it means, and what was keyed in of it last."""

    __tablename__ = "sheet_line"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "sheet_id", "line"), Index(None, "campaign_id", "contact_id"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    sheet_id: UUID = Field(sa_column=neutral(Identifier()))
    line: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    contact_id: UUID = Field(sa_column=personal(Identifier()))
    outcome: str | None = Field(default=None, sa_column=personal(Text(), nullable=True))
    visited_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
