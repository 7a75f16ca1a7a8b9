"""The public form of a campaign, and what waits for its mailbox to confirm it: seven days at most."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Index, Integer, LargeBinary, PrimaryKeyConstraint, SmallInteger, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, key, neutral, personal


class SignupForm(SQLModel, table=True):
    """The form as it was from an instant on: open or closed, with which boxes."""

    __tablename__ = "signup_form"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "number"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    number: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    is_open: bool = Field(sa_column=neutral(Boolean()))
    boxes: str = Field(sa_column=neutral(Text()))
    changed_at: datetime = Field(sa_column=neutral(Instant()))


class Signup(SQLModel, table=True):
    """What somebody asked for by the public pages, before their mailbox answered; all that was typed is sealed."""

    __tablename__ = "signup"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "expires_at"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    wish: str = Field(sa_column=neutral(Text()))
    sealed: bytes = Field(sa_column=personal(LargeBinary()))
    secret_version: int | None = Field(default=None, sa_column=neutral(SmallInteger(), nullable=True))
    secret_digest: bytes | None = Field(default=None, sa_column=key(LargeBinary(), nullable=True))
    notice: int | None = Field(default=None, sa_column=neutral(Integer(), nullable=True))
    asked_at: datetime = Field(sa_column=neutral(Instant()))
    expires_at: datetime = Field(sa_column=neutral(Instant()))
