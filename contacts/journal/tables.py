"""The journal of imports: what each changed contact was before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, LargeBinary, PrimaryKeyConstraint
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral, personal


class ContactJournal(SQLModel, table=True):
    """One change of one contact by one job: the data it took and brought, sealed under the person's key."""

    __tablename__ = "contact_journal"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "job_id", "contact_id", "revision"),
        Index(None, "campaign_id", "contact_id"),
        Index(None, "campaign_id", "written_at"),
    )

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    job_id: UUID = Field(sa_column=neutral(Identifier()))
    contact_id: UUID = Field(sa_column=neutral(Identifier()))
    revision: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    written_at: datetime = Field(sa_column=neutral(Instant()))
    sealed: bytes = Field(sa_column=personal(LargeBinary()))
