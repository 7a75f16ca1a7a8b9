"""Many rows at once, by the path each engine has for it.

PostgreSQL refuses COPY into a table under row-level security. Rows are staged by COPY in a temporary table, gone with
the transaction, and inserted from there, so that the policies see each of them. SQLite takes one prepared statement.
"""

import sqlite3
from collections.abc import Sequence
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Column, Table, insert, text

from kernel.columns import sqlite_converters
from kernel.pipeline import Pipeline
from kernel.prepared import Pending, Prepared
from kernel.sheet import Sheet

FEW = 64
"""Rows up to which a message for each in the pipeline costs less than a temporary table."""


def send_few(pipeline: Pipeline, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Pending:
    """Send a few rows without waiting, each by the same prepared statement."""
    prepared, touched = _insert_into(table, tuple(columns)), Pending(due=len(rows))
    for row in rows:
        pipeline.send(prepared, dict(zip(columns, row, strict=True)), touched)
    return touched


@cache
def _insert_into(table: Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(table), columns)


def stage_postgresql(
    connection: psycopg.Connection[Any], table: Table, columns: Sequence[Column[Any]], sheet: Sheet
) -> None:
    """Stage many rows by COPY; the connection is not in pipeline mode, which knows no COPY."""
    names, staged = _names(columns), _staged(table)
    made = f"CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS SELECT {names} FROM {_target(table)} WITH NO DATA"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(made.encode())
        with cursor.copy(f"COPY {staged} ({names}) FROM STDIN (FORMAT BINARY)".encode()) as copy:
            copy.write(sheet.binary(columns))


def insert_staged(pipeline: Pipeline, table: Table, columns: Sequence[Column[Any]]) -> Pending:
    """Insert what was staged; the server works on it while the program goes on."""
    inserting, dropping = _from_staged(table, _names(columns))
    touched = Pending()
    pipeline.send(inserting, {}, touched)
    pipeline.send(dropping, {})
    pipeline.push()
    return touched


@cache
def _from_staged(table: Table, names: str) -> tuple[Prepared, Prepared]:
    staged = _staged(table)
    inserting = f"INSERT INTO {_target(table)} ({names}) SELECT {names} FROM {staged}"  # noqa: S608
    # One transaction may store into one table more than once.
    return Prepared(text(inserting)), Prepared(text(f"DROP TABLE {staged}"))


def copy_sqlite(connection: sqlite3.Connection, table: Table, columns: Sequence[Column[Any]], sheet: Sheet) -> Pending:
    """Run one prepared statement over all rows."""
    marks = ", ".join("?" * len(columns))
    stored = sheet.converted(sqlite_converters(list(columns)))
    cursor = connection.executemany(f'INSERT INTO "{table.name}" ({_names(columns)}) VALUES ({marks})', stored)  # noqa: S608
    return Pending(rows=cursor.rowcount)


def _names(columns: Sequence[Column[Any]]) -> str:
    return ", ".join(f'"{column.name}"' for column in columns)


def _staged(table: Table) -> str:
    return f'pg_temp."staged_{table.name}"'


def _target(table: Table) -> str:
    return f'"{table.schema}"."{table.name}"' if table.schema else f'"{table.name}"'
