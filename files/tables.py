"""How files are read and how far they are: ids, columns, rules, counts; no name of a file, no value in it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, PrimaryKeyConstraint, Text
from sqlmodel import Field, SQLModel

from kernel.columns import Identifier, Instant, neutral, personal


class ColumnMapping(SQLModel, table=True):
    """What somebody said the columns of a header are; the header itself is kept as a keyed digest alone."""

    __tablename__ = "column_mapping"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "header"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    header: bytes = Field(sa_column=neutral(LargeBinary()))
    fields: str = Field(sa_column=neutral(Text()))
    said_at: datetime = Field(sa_column=neutral(Instant()))


class ImportRun(SQLModel, table=True):
    """An import: who asked for it and how, how far it is, what became of its rows. Its id is its job's too."""

    __tablename__ = "import_run"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"), Index(None, "campaign_id", "created_at"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    state: str = Field(sa_column=neutral(Text()))
    actor: str = Field(sa_column=neutral(Text()))
    actor_kind: str = Field(sa_column=neutral(Text()))
    purpose: str = Field(sa_column=neutral(Text()))
    declared: str = Field(sa_column=neutral(Text()))
    size: int = Field(sa_column=neutral(BigInteger()))
    consumed: int = Field(sa_column=neutral(BigInteger()))
    counts: str = Field(sa_column=neutral(Text()))
    plan: str = Field(sa_column=neutral(Text()))
    failure: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    has_report: bool = Field(sa_column=neutral(Boolean()))
    created_at: datetime = Field(sa_column=neutral(Instant()))
    started_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))


class ImportTrace(SQLModel, table=True):
    """What one chunk of an import made, as ids of sixteen bytes one after the other: contacts, claims, words held."""

    __tablename__ = "import_trace"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "job_id", "chunk"), Index(None, "campaign_id", "written_at"))

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    job_id: UUID = Field(sa_column=neutral(Identifier()))
    chunk: int = Field(sa_column=neutral(Integer(), autoincrement=False))
    persons: bytes = Field(sa_column=personal(LargeBinary()))
    claims: bytes = Field(sa_column=personal(LargeBinary()))
    reviews: bytes = Field(sa_column=personal(LargeBinary()))
    written_at: datetime = Field(sa_column=neutral(Instant()))


class ImportUndo(SQLModel, table=True):
    """An import that is taken back: by whom, how far it is, what came of it. Its id is the import's."""

    __tablename__ = "import_undo"
    __table_args__ = (PrimaryKeyConstraint("campaign_id", "id"),)

    campaign_id: UUID = Field(sa_column=neutral(Identifier()))
    id: UUID = Field(sa_column=neutral(Identifier()))
    state: str = Field(sa_column=neutral(Text()))
    actor: str = Field(sa_column=neutral(Text()))
    actor_kind: str = Field(sa_column=neutral(Text()))
    purpose: str = Field(sa_column=neutral(Text()))
    place: str = Field(sa_column=neutral(Text()))
    counts: str = Field(sa_column=neutral(Text()))
    failure: str | None = Field(default=None, sa_column=neutral(Text(), nullable=True))
    begun_at: datetime = Field(sa_column=neutral(Instant()))
    finished_at: datetime | None = Field(default=None, sa_column=neutral(Instant(), nullable=True))
