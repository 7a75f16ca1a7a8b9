"""Tickets: what one recipient is told of one person, under the recipient's own ids; sealed, and gone when answered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, LargeBinary, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral, personal


class RecipientTicket(SQLModel, table=True):
    """One telling to one recipient: which act, until when it waits, whether it was acknowledged."""

    __tablename__ = "recipient_ticket"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "id"),
        Index(None, "campaign_id", "contact_id"),
        Index(None, "campaign_id", "state", "chase_at"),
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    contact_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    """The contact, while it is there; of an erased one nothing is named."""
    recipient: str = Field(sa_column=neutral(Text()))
    recipient_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    act: str = Field(sa_column=neutral(Text()))
    told_by: str = Field(sa_column=neutral(Text()))
    state: str = Field(sa_column=neutral(Text()))
    sealed: bytes | None = Field(default=None, sa_column=personal(LargeBinary(), nullable=True))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    until: datetime = Field(sa_column=neutral(Instant()))
    chase_at: datetime = Field(sa_column=neutral(Instant()))
    chased: int = Field(sa_column=neutral(Integer()))
    ended_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
