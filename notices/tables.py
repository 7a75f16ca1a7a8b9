"""Published notices, and when the persons of an origin were told; neither names anybody."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Integer, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral


class Notice(SQLModel, table=True):
    """A version of the notice: its text in both languages and the digest of it; no column of it ever changes."""

    __tablename__ = "notice"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    text_fr: str = Field(sa_column=neutral(Text()))
    text_en: str = Field(sa_column=neutral(Text()))
    label_fr: str = Field(sa_column=neutral(Text()))
    label_en: str = Field(sa_column=neutral(Text()))
    sha256: str = Field(sa_column=neutral(Text()))
    edition: str = Field(sa_column=neutral(Text()))
    purposes: str = Field(sa_column=neutral(Text()))
    origins: str = Field(sa_column=neutral(Text()))
    published_at: datetime = Field(sa_column=neutral(Instant()))


class OriginNotice(SQLModel, table=True):
    """How the persons of an origin were told (RGPD art. 14): each of them, or by a recorded assessment."""

    __tablename__ = "origin_notice"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "origin", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    origin: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    manner: str = Field(sa_column=neutral(Text()))
    notice: int = Field(sa_column=neutral(Integer()))
    told_on: date = Field(sa_column=neutral(Date()))
    reference: str = Field(sa_column=neutral(Text(), words="note"))
    recorded_at: datetime = Field(sa_column=neutral(Instant()))
