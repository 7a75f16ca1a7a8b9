"""The staff's tables: accounts, the index they are found by, sessions, recovery codes, failed tries, positions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Date, Index, Integer, LargeBinary, PrimaryKeyConstraint, SmallInteger, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, index, key, neutral, personal


class StaffAccount(SQLModel, table=True):
    """A member of staff in one campaign. Name, e-mail, password hash and TOTP secret are sealed under the own key."""

    __tablename__ = "staff_account"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    role: str = Field(sa_column=neutral(Text()))
    state: str = Field(sa_column=neutral(Text()))
    identity: bytes = Field(sa_column=personal(LargeBinary()))
    password: bytes | None = Field(default=None, sa_column=key(LargeBinary(), nullable=True))
    totp: bytes | None = Field(default=None, sa_column=key(LargeBinary(), nullable=True))
    totp_step: int = Field(sa_column=neutral(BigInteger()))
    invitation_version: int | None = Field(default=None, sa_column=neutral(SmallInteger(), nullable=True))
    invitation: bytes | None = Field(default=None, sa_column=key(LargeBinary(), nullable=True))
    invitation_until: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    left_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))
    due_on: date | None = Field(default=None, sa_column=neutral(Date(), nullable=True))


class StaffIndex(SQLModel, table=True):
    """The keyed hash of an e-mail address: one account an address, found without reading it."""

    __tablename__ = "staff_index"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "value"), Index(None, "campaign_id", "staff_id"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    value: int = Field(sa_column=index(BigInteger(), autoincrement=False))
    staff_id: UUID = Field(sa_column=neutral(Identifier()))


class StaffSession(SQLModel, table=True):
    """A session of somebody who signed in; its secret is kept as a keyed digest."""

    __tablename__ = "staff_session"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "staff_id"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    staff_id: UUID = Field(sa_column=neutral(Identifier()))
    secret_version: int = Field(sa_column=neutral(SmallInteger()))
    secret_digest: bytes = Field(sa_column=key(LargeBinary()))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    used_at: datetime = Field(sa_column=neutral(Instant()))
    expires_at: datetime = Field(sa_column=neutral(Instant()))


class StaffRecovery(SQLModel, table=True):
    """A recovery code that was not used yet, as a keyed digest."""

    __tablename__ = "staff_recovery"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "staff_id", "digest"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    staff_id: UUID = Field(sa_column=neutral(Identifier()))
    version: int = Field(sa_column=neutral(SmallInteger()))
    digest: bytes = Field(sa_column=key(LargeBinary()))


class StaffTry(SQLModel, table=True):
    """The tries to sign in that have not succeeded yet, by account and address, both as keyed digests."""

    __tablename__ = "staff_try"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "account", "address"), Index(None, "campaign_id", "last_at"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    account: bytes = Field(sa_column=index(LargeBinary()))
    address: bytes = Field(sa_column=index(LargeBinary()))
    failures: int = Field(sa_column=neutral(Integer()))
    last_at: datetime = Field(sa_column=neutral(Instant()))
    not_before: datetime = Field(sa_column=neutral(Instant()))


class StaffPosition(SQLModel, table=True):
    """Where somebody who chose to share it was last, sealed under their own key: one row a person, and no trail."""

    __tablename__ = "staff_position"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "staff_id"), Index(None, "campaign_id", "until"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    staff_id: UUID = Field(sa_column=neutral(Identifier()))
    place: bytes = Field(sa_column=personal(LargeBinary()))
    until: datetime = Field(sa_column=neutral(Instant()))
