"""Legal holds, and the events that end what no date ends."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Index, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral, personal


class ContactHold(SQLModel, table=True):
    """A legal hold: one contact, or the whole campaign where none is named, is kept in restricted archive meanwhile."""

    __tablename__ = "contact_hold"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "contact_id"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    contact_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    reason: str = Field(sa_column=personal(Text()))
    reference: str = Field(sa_column=personal(Text(), words="note"))
    role: str = Field(sa_column=neutral(Text()))
    actor: str = Field(sa_column=neutral(Text()))
    placed_at: datetime = Field(sa_column=neutral(Instant()))
    expires_on: date = Field(sa_column=neutral(Date()))


class ContactEnding(SQLModel, table=True):
    """An event that ended something with a person: a membership, a mandate, a life."""

    __tablename__ = "contact_ending"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "contact_id", "event"), {"sqlite_with_rowid": False})

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    contact_id: UUID = Field(sa_column=neutral(Identifier()))
    event: str = Field(sa_column=personal(Text()))
    ended_on: date = Field(sa_column=neutral(Date()))
    recorded_at: datetime = Field(sa_column=neutral(Instant()))
