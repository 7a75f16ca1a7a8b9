"""Saved selections: words of the campaign's own, judged before they were kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral


class SavedSelection(SQLModel, table=True):
    """A choice of contacts for one purpose; it names nobody."""

    __tablename__ = "selection"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), UniqueConstraint("campaign_id", "name"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    name: str = Field(sa_column=neutral(Text(), words="tag"))
    purpose: str = Field(sa_column=neutral(Text()))
    clauses: str = Field(sa_column=neutral(Text()))
    created_at: datetime = Field(sa_column=neutral(Instant()))
