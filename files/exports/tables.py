"""How far exports are, and what is asked for: ids, codes, counts, and a reason that was screened."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral


class ExportRun(SQLModel, table=True):
    """An export: who asked for what, to whom it goes, how far it is, until when its file waits. Its id is its job's."""

    __tablename__ = "export_run"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "created_at"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    state: str = Field(sa_column=neutral(Text()))
    actor: str = Field(sa_column=neutral(Text()))
    actor_kind: str = Field(sa_column=neutral(Text()))
    held: str = Field(sa_column=neutral(Text()))
    """The scopes of reading and the role that the actor held when asking: the export is theirs and reads no more."""
    purpose: str = Field(sa_column=neutral(Text()))
    recipient_id: UUID = Field(sa_column=neutral(Identifier()))
    reason: str = Field(sa_column=neutral(Text(), words="note"))
    declared: str = Field(sa_column=neutral(Text()))
    cap: int = Field(sa_column=neutral(Integer()))
    weight: int = Field(sa_column=neutral(Integer()))
    """How many contacts it counts for in its actor's day: its cap, and what it holds once that is known."""
    approval_id: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    chunks: int = Field(sa_column=neutral(Integer()))
    after: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    """Where the next chunk begins: a contact's random id."""
    counts: str = Field(sa_column=neutral(Text()))
    failure: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    file: UUID | None = Field(default=None, sa_column=neutral(Identifier(), nullable=True))
    """The finished file in the spool; it is gone once the state says so."""
    size: int = Field(sa_column=neutral(BigInteger()))
    collected: int = Field(sa_column=neutral(Integer()))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    started_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    until: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
