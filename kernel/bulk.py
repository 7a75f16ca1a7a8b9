"""Many rows at once, by the path each engine has for it.

PostgreSQL refuses COPY into a table under row-level security. Rows are staged by COPY in a temporary table, gone with
the transaction, and inserted from there, so that the policies see each of them. SQLite takes one prepared statement.
"""

import sqlite3
import struct
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import repeat, starmap
from operator import attrgetter
from typing import Any

import psycopg
from sqlalchemy import Column, Table, insert

from kernel.columns import Converter, sqlite_converters
from kernel.pipeline import Pipeline
from kernel.prepared import Pending, Prepared, postgresql_type

Rows = Sequence[Sequence[Any]]

_FIXED = {"uuid": "16s", "bigint": "q", "integer": "i", "smallint": "h"}
"""PostgreSQL's types of one width, and how they are packed."""
_BYTES = attrgetter("bytes")

FEW = 64
"""Rows up to which a message for each in the pipeline costs less than a temporary table."""


def send_few(pipeline: Pipeline, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Pending:
    """Send a few rows without waiting, each by the same prepared statement."""
    prepared, touched = _insert_into(table, tuple(columns)), Pending()
    for row in rows:
        pipeline.send(prepared, dict(zip(columns, row, strict=True)), touched)
    return touched


@cache
def _insert_into(table: Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(table), columns)


def copy_postgresql(
    connection: psycopg.Connection[Any], table: Table, columns: Sequence[Column[Any]], rows: Rows
) -> Pending:
    """Stage many rows by COPY and insert them; the connection is not in pipeline mode, which knows no COPY."""
    names, staged = _names(columns), f'pg_temp."staged_{table.name}"'
    made = f"CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS SELECT {names} FROM {_target(table)} WITH NO DATA"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(made.encode())
        with cursor.copy(f"COPY {staged} ({names}) FROM STDIN (FORMAT BINARY)".encode()) as copy:
            _write(copy, [postgresql_type(column).lower() for column in columns], columns, rows)
        inserted = cursor.execute(f"INSERT INTO {_target(table)} ({names}) SELECT {names} FROM {staged}".encode())  # noqa: S608
        touched = inserted.rowcount
        # One transaction may store into one table more than once.
        cursor.execute(f"DROP TABLE {staged}".encode())
    return Pending(rows=touched)


def _write(copy: psycopg.Copy, types: Sequence[str], columns: Sequence[Column[Any]], rows: Rows) -> None:
    if _FIXED.keys() >= set(types) and not any(column.nullable for column in columns):
        copy.write(_fixed(types, rows))
        return
    copy.set_types(types)
    write = copy.write_row
    for row in rows:
        write(row)


def _fixed(types: Sequence[str], rows: Rows) -> bytes:
    """Write rows whose every column has one width, such as index entries: in a third of the driver's time."""
    kinds = [_FIXED[name] for name in types]
    parts: list[Iterable[Any]] = [repeat(len(kinds))]
    for kind, values in zip(kinds, zip(*rows, strict=True), strict=True):
        parts += repeat(struct.calcsize(f">{kind}")), map(_BYTES, values) if kind == "16s" else values
    row = struct.Struct(">h" + "".join([f"i{kind}" for kind in kinds]))
    # The format's header says: no flags, no extension; a count of -1 ends it.
    return b"".join((b"PGCOPY\n\xff\r\n\0", bytes(8), *starmap(row.pack, zip(*parts)), b"\xff\xff"))  # noqa: B905 - repeat has no end


def copy_sqlite(connection: sqlite3.Connection, table: Table, columns: Sequence[Column[Any]], rows: Rows) -> Pending:
    """Run one prepared statement over all rows."""
    marks = ", ".join("?" * len(columns))
    stored = _converted(rows, sqlite_converters(list(columns)))
    cursor = connection.executemany(f'INSERT INTO "{table.name}" ({_names(columns)}) VALUES ({marks})', stored)  # noqa: S608
    return Pending(rows=cursor.rowcount)


def _names(columns: Sequence[Column[Any]]) -> str:
    return ", ".join(f'"{column.name}"' for column in columns)


def _target(table: Table) -> str:
    return f'"{table.schema}"."{table.name}"' if table.schema else f'"{table.name}"'


def _converted(rows: Iterable[Sequence[Any]], converters: Sequence[Converter | None]) -> Iterable[Sequence[Any]]:
    """Turn rows into what the engine stores, column by column."""
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place, convert in enumerate(converters):
        if convert is not None:
            columns[place] = map(convert, columns[place])
    return zip(*columns, strict=True)
