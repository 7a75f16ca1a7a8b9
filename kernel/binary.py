"""PostgreSQL's binary form of the types our columns have, for the statements that every request sends.

The types are the columns' own, so that nothing is guessed from a value: a statement has one form, prepared once.
"""

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Date, Integer, LargeBinary, SmallInteger, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from kernel.columns import Identifier, Instant
from kernel.errors import Misconfigured

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(2000, 1, 1).toordinal()
_SECONDS, _MICROSECONDS = 86_400, 1_000_000
_LONG = 20
_ARRAY = struct.Struct(">iiiii")
_EMPTY = struct.pack(">iii", 0, 0, _LONG)
_UUID = 2950
_NOBODY = struct.pack(">iii", 0, 0, _UUID)
_EIGHT, _SIXTEEN = struct.pack(">i", 8), struct.pack(">i", 16)
_WHOLE = struct.Struct(">q").pack


class Form(NamedTuple):
    """How one type travels: its number in PostgreSQL's catalogue, and the way to bytes and back."""

    oid: int
    write: Callable[[Any], bytes]
    read: Callable[[bytes], Any]


def form_of(of: TypeEngine[Any]) -> Form:
    """Return the form of a column's type. Raises Misconfigured for a type that no column of these statements has."""
    if isinstance(of, ARRAY) and isinstance(of.item_type, Identifier):
        return _IDENTIFIERS
    for kind, form in _FORMS:
        if isinstance(of, kind):
            return form
    message = f"no binary form for {of!r}"
    raise Misconfigured(message)


def _identifier(value: UUID | bytes) -> bytes:
    """Write an identifier; many at once are given as their sixteen bytes."""
    return value if isinstance(value, bytes) else value.int.to_bytes(16, "big")


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big", signed=True)


def _write_instant(value: datetime) -> bytes:
    since = value - _EPOCH
    number = (since.days * _SECONDS + since.seconds) * _MICROSECONDS + since.microseconds
    return number.to_bytes(8, "big", signed=True)


def _read_instant(data: bytes) -> datetime:
    return _EPOCH + timedelta(microseconds=_number(data))


def _write_day(value: date) -> bytes:
    return (value.toordinal() - _FIRST_DAY).to_bytes(4, "big", signed=True)


def _read_day(data: bytes) -> date:
    return date.fromordinal(_FIRST_DAY + _number(data))


def _write_longs(values: Sequence[int]) -> bytes:
    """Write a list: dimensions, nulls, type of items, length, first place; then each with its size."""
    if not values:
        return _EMPTY
    return _ARRAY.pack(1, 0, _LONG, len(values), 1) + _EIGHT + _EIGHT.join(map(_WHOLE, values))


def _read_longs(data: bytes) -> list[int]:
    return [_number(data[start : start + 8]) for start in range(_ARRAY.size + 4, len(data), 12)]


def _write_identifiers(values: Sequence[UUID | bytes]) -> bytes:
    """Write a list of identifiers, as ``_write_longs`` does of numbers."""
    if not values:
        return _NOBODY
    return _ARRAY.pack(1, 0, _UUID, len(values), 1) + _SIXTEEN + _SIXTEEN.join(map(_identifier, values))


def _read_identifiers(data: bytes) -> list[UUID]:
    return [UUID(bytes=data[start : start + 16]) for start in range(_ARRAY.size + 4, len(data), 20)]


_IDENTIFIERS = Form(2951, _write_identifiers, _read_identifiers)
_FORMS: tuple[tuple[type[TypeEngine[Any]], Form], ...] = (
    (Identifier, Form(_UUID, _identifier, lambda data: UUID(bytes=data))),
    (Instant, Form(1184, _write_instant, _read_instant)),
    (ARRAY, Form(1016, _write_longs, _read_longs)),
    (BigInteger, Form(_LONG, _WHOLE, _number)),
    (SmallInteger, Form(21, struct.Struct(">h").pack, _number)),
    (Integer, Form(23, struct.Struct(">i").pack, _number)),
    (Boolean, Form(16, lambda value: b"\x01" if value else b"\0", lambda data: data != b"\0")),
    (Date, Form(1082, _write_day, _read_day)),
    (LargeBinary, Form(17, bytes, bytes)),
    (String, Form(25, str.encode, bytes.decode)),
)
"""The nearest kind first: a BigInteger is an Integer too."""
