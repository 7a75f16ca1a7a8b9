"""How files were read before: what each column of a header became, by position, without any name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral


class ColumnMapping(SQLModel, table=True):
    """What somebody said the columns of a header are; the header itself is kept as a keyed digest alone."""

    __tablename__ = "column_mapping"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "header"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    header: bytes = Field(sa_column=neutral(LargeBinary()))
    fields: str = Field(sa_column=neutral(Text()))
    said_at: datetime = Field(sa_column=neutral(Instant()))
