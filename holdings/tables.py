"""Orders of erasure: what a person asked for, kept until it is done, so that a crash forgets none of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral


class ErasureOrder(SQLModel, table=True):
    """One person to be erased at their own request; deleted in the transaction that erases them."""

    __tablename__ = "erasure_order"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "person_id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    person_id: UUID = Field(sa_column=neutral(Identifier()))
    ground: str = Field(sa_column=neutral(Text()))
    opposes: bool = Field(sa_column=neutral(Boolean()))
    """Whether the objection is kept, so that nobody writes again: unless the person does not want it."""
    language: str = Field(sa_column=neutral(Text()))
    ordered_at: datetime = Field(sa_column=neutral(Instant()))
