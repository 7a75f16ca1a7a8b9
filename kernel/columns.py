"""Column types that both engines share, and the class every column must declare.

A column is *personal* (about a person), *key* (opens something), *index* (answers "is this person in the file?") or
*neutral*. The suite refuses a column without a class; every personal one must belong to a holding.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Dialect,
    LargeBinary,
    MetaData,
    Table,
    TypeDecorator,
    any_,
    bindparam,
    literal,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.types import String, TypeEngine
from sqlmodel import SQLModel

from kernel.identity import PersonId, Persons

KEYS = "keys"
"""The PostgreSQL schema of wrapped keys, with its own grants; SQLite has no schemas and drops the name."""

SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class ColumnClass(StrEnum):
    """What a column can tell about a person."""

    PERSONAL = "personal"
    KEY = "key"
    INDEX = "index"
    NEUTRAL = "neutral"


class Identifier(TypeDecorator[UUID]):
    """Keep a UUID natively on PostgreSQL and as 16 bytes on SQLite."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the engine's own type."""
        return dialect.type_descriptor(PG_UUID(as_uuid=True) if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: UUID | bytes | None, dialect: Dialect) -> UUID | bytes | None:
        """Give the driver what it stores; many identifiers at once come as their sixteen bytes."""
        if dialect.name == "postgresql":
            return UUID(bytes=value) if isinstance(value, bytes) else value
        return _bytes(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:  # noqa: ANN401 - the driver's own
        """Return a UUID whatever the engine."""
        return value if value is None or dialect.name == "postgresql" else UUID(bytes=value)


class Instant(TypeDecorator[datetime]):
    """Keep an instant in UTC: ``timestamptz`` on PostgreSQL, fixed-width ISO 8601 text on SQLite."""

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the engine's own type."""
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Give the driver what it stores."""
        return value if value is None or dialect.name == "postgresql" else instant_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """Return an aware instant in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else datetime.fromisoformat(value)


def instant_text(at: datetime) -> str:
    """Write an instant as fixed-width text that sorts like time: ``2026-11-21T20:15:00.000000+00:00``."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def personal(of: TypeEngine[Any], **given: Any) -> Column[Any]:  # noqa: ANN401 - passed on to Column
    """Declare a column that tells something about a person."""
    return _classed(ColumnClass.PERSONAL, of, given)


def key(of: TypeEngine[Any], **given: Any) -> Column[Any]:  # noqa: ANN401
    """Declare a column that holds a wrapped key."""
    return _classed(ColumnClass.KEY, of, given)


def index(of: TypeEngine[Any], **given: Any) -> Column[Any]:  # noqa: ANN401
    """Declare a column that holds blind-index values."""
    return _classed(ColumnClass.INDEX, of, given)


def neutral(of: TypeEngine[Any], **given: Any) -> Column[Any]:  # noqa: ANN401
    """Declare a column that tells nothing about a person by itself.

    ``words`` says that people write it freely, and as what it is screened whenever it is stored: ``note``, ``tag``...
    """
    return _classed(ColumnClass.NEUTRAL, of, given)


def _classed(of_class: ColumnClass, of: TypeEngine[Any], given: dict[str, Any]) -> Column[Any]:
    given.setdefault("nullable", False)
    words = given.pop("words", None)
    info = {"class": of_class} if words is None else {"class": of_class, "words": words}
    return Column(of, info=info, **given)


def table_of(model: type[SQLModel]) -> Table:
    """Return the Core table that ``model`` describes."""
    table = model.__table__  # type: ignore[attr-defined]  # SQLModel sets it on table classes
    if not isinstance(table, Table):
        raise TypeError(model.__name__)
    return table


def tells_of_persons(table: Table) -> bool:
    """Tell whether reading ``table`` must be noted: it has a personal, key or index column."""
    return any(column.info.get("class") != ColumnClass.NEUTRAL for column in table.columns)


@cache
def free_words(table: Table) -> Mapping[str, str]:
    """Return the columns of ``table`` that people write freely, each with what it is screened as."""
    return {column.name: column.info["words"] for column in table.columns if "words" in column.info}


def without_schemas(metadata: MetaData) -> MetaData:
    """Copy ``metadata`` as SQLite sees it: the same tables, no schemas."""
    flat = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(flat, schema=None, referred_schema_fn=lambda *_: None)  # type: ignore[arg-type]  # None is the documented way
    return flat


class _Written(TypeDecorator[str]):
    """Give PostgreSQL an array of identifiers as its text: to look at each takes longer than to find the rows."""

    impl = ARRAY(PG_UUID())
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> None:  # noqa: ARG002 - the library's signature
        """Leave the text as it is."""
        return


_FEW = 16
_CUT = text(
    "(WITH RECURSIVE cut(start) AS (SELECT 1 UNION ALL SELECT start + 16 FROM cut WHERE start + 16 < length(:ids)) "
    "SELECT substr(:ids, start, 16) FROM cut)"
)
"""Identifiers written in a row, cut into a column of them."""


def among(column: ColumnElement[Any], ids: Iterable[UUID], *, on_postgresql: bool) -> ColumnElement[bool]:
    """Say that a column names one of these ids: they are one parameter, and the statement is the same for any ids.

    Both engines took several times as long to bind and plan a thousand parameters as to find the rows. Few are
    parameters on SQLite, each by itself.
    """
    wanted = ids if isinstance(ids, Persons) else Persons(map(PersonId, ids))
    if on_postgresql:
        return column == any_(literal(wanted.listed, _Written()))
    if len(wanted) <= _FEW:
        return column.in_(wanted)
    given = bindparam("ids", wanted.packed, type_=LargeBinary(), unique=True)
    return column.op("IN", is_comparison=True)(_CUT.bindparams(given))


Converter = Callable[[Any], Any]


def sqlite_converters(columns: list[Column[Any]]) -> list[Converter | None]:
    """Return for each column what turns a Python value into SQLite's, or None where nothing is needed."""
    kinds: dict[type, Converter] = {Identifier: _bytes, Instant: _instant, Date: _day}
    return [kinds.get(type(column.type)) for column in columns]


def _bytes(value: UUID | bytes | None) -> bytes | None:
    return value if value is None or isinstance(value, bytes) else value.bytes


@lru_cache(256)
def _instant(value: datetime | None) -> str | None:
    return None if value is None else instant_text(value)


@lru_cache(4096)
def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
