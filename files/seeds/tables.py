"""Seed mailboxes: addresses that the controller owns, and the lines under which they left. No person stands in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, PrimaryKeyConstraint
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral


class SeedMailbox(SQLModel, table=True):
    """A mailbox of the controller, sealed: whoever steals the database must not know which lines to leave out."""

    __tablename__ = "seed_mailbox"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    sealed: bytes = Field(sa_column=neutral(LargeBinary()))
    added_at: datetime = Field(sa_column=neutral(Instant()))
    ended_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))


class SeedPlanting(SQLModel, table=True):
    """A line that left in an export: its made-up id, from which its made-up name follows, and whose address it bore."""

    __tablename__ = "seed_planting"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "id"),
        Index(None, "campaign_id", "export_id"),
        Index(None, "campaign_id", "mailbox_id", "planted_at"),
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    mailbox_id: UUID = Field(sa_column=neutral(Identifier()))
    export_id: UUID = Field(sa_column=neutral(Identifier()))
    planted_at: datetime = Field(sa_column=neutral(Instant()))
