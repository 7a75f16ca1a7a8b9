"""Many rows of one table, held column by column, and the form in which PostgreSQL copies them in."""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, LargeBinary

from kernel.binary import form_of
from kernel.columns import Converter, Identifier

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""No flags, no extension."""
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_LENGTH = struct.Struct(">i").pack
_VARIED = Identifier, BigInteger, LargeBinary
"""Types of which hardly two rows have the same value."""


class Same(NamedTuple):
    """A column in which every row has the same value."""

    value: Any


Part = Sequence[Any] | Same


class Sheet(Sequence[tuple[Any, ...]]):
    """Rows held column by column; it reads like a list of rows."""

    __slots__ = ("_count", "parts")

    def __init__(self, count: int, parts: Sequence[Part]) -> None:
        self._count = count
        self.parts = parts
        if any(len(part) != count for part in parts if not isinstance(part, Same)):
            message = "every column of a sheet has one value for each row"
            raise ValueError(message)

    @classmethod
    def of_rows(cls, rows: Sequence[Sequence[Any]]) -> "Sheet":
        """Turn rows, all of one width, into columns."""
        return cls(len(rows), list(zip(*rows, strict=True)))

    def __repr__(self) -> str:
        """Show how large it is, never what it holds."""
        return f"Sheet({self._count} rows)"

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401 - a row for a place, rows for a slice
        return list(self)[place]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return islice(zip(*map(_endless, self.parts)), self._count)  # noqa: B905 - some have no end

    def converted(self, converters: Sequence[Converter | None]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows as an engine stores them, each column by its converter."""
        parts = [part if one is None else _mapped(one, part) for one, part in zip(converters, self.parts, strict=True)]
        return islice(zip(*map(_endless, parts)), self._count)  # noqa: B905 - some have no end

    def binary(self, columns: Sequence[Column[Any]]) -> bytes:
        """Return the rows as PostgreSQL's binary COPY reads them."""
        pieces: list[bytes | Sequence[bytes]] = [struct.pack(">h", len(columns))]
        for column, part in zip(columns, self.parts, strict=True):
            for piece in _pieces(column, part):
                # What all rows share is written in one piece with what they share before it.
                if isinstance(piece, bytes) and isinstance(pieces[-1], bytes):
                    pieces[-1] += piece
                else:
                    pieces.append(piece)
        rows = zip(*[repeat(piece) if isinstance(piece, bytes) else piece for piece in pieces])  # noqa: B905 - some have no end
        return b"".join(chain((_HEADER,), chain.from_iterable(islice(rows, self._count)), (_END,)))


def _endless(part: Part | Iterable[Any]) -> Iterable[Any]:
    return repeat(part.value) if isinstance(part, Same) else part


def _mapped(convert: Converter, part: Part) -> Part:
    return Same(convert(part.value)) if isinstance(part, Same) else list(map(convert, part))


def _pieces(column: Column[Any], part: Part) -> list[bytes | Sequence[bytes]]:
    """Return what a column adds to each row, with its length before it; a single piece is every row's."""
    write = form_of(column.type).write
    if isinstance(part, Same):
        return [_sized(write, part.value)]
    if part and all(one is part[0] for one in part):
        return [_sized(write, part[0])]
    if column.nullable or not isinstance(column.type, _VARIED):
        known = {value: _sized(write, value) for value in set(part)}
        return [next(iter(known.values()))] if len(known) == 1 else [list(map(known.__getitem__, part))]
    values = list(map(write, part))
    lengths = list(map(len, values))
    if len(set(lengths)) == 1:
        return [_LENGTH(lengths[0]), values]
    return [list(map(_LENGTH, lengths)), values]


def _sized(write: Callable[[Any], bytes], value: Any) -> bytes:  # noqa: ANN401 - of the column's type
    if value is None:
        return _NULL
    written = write(value)
    return _LENGTH(len(written)) + written
