"""Statements compiled once, for the paths that every request takes.

On PostgreSQL they go to the driver in pipeline mode: they are sent one after the other without waiting for each answer,
so that a request costs two or three round trips instead of ten. On SQLite, where nothing travels, they run at once.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.pq.abc import PGconn
from psycopg.rows import namedtuple_row
from psycopg.waiting import Ready, Wait
from sqlalchemy import Column, Insert, Select, make_url

_POSTGRESQL = make_url("postgresql+psycopg://").get_dialect()()


class Prepared:
    """A statement with named parameters, the same text for every call.

    Every parameter's name is its column's, or the name it was bound under; an insert names all its columns.
    """

    def __init__(self, statement: Select[Any] | Insert, columns: Sequence[str] | None = None) -> None:
        self.statement = statement
        compiled = statement.compile(
            dialect=_POSTGRESQL,
            column_keys=None if columns is None else list(columns),
            compile_kwargs={"render_postcompile": True},
        )
        self._fixed = {name: value for name, value in compiled.params.items() if columns is None and value is not None}
        self.text = str(compiled)

    def given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters of one call."""
        return {**self._fixed, **values}


def postgresql_type(column: Column[Any]) -> str:
    """Return the name PostgreSQL has for a column's type."""
    return column.type.compile(_POSTGRESQL)


class Pending:
    """A change that was sent; how many rows it touched is known when the pipeline is settled."""

    __slots__ = ("_cursors", "_rows")

    def __init__(self, cursors: Sequence[psycopg.Cursor[Any]] = (), rows: int = 0) -> None:
        self._cursors = cursors
        self._rows = rows

    @property
    def rows(self) -> int:
        """Return how many rows were touched; only after settling."""
        return self._rows + sum(cursor.rowcount for cursor in self._cursors)


class Pipeline:
    """A PostgreSQL connection in pipeline mode."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._entered = connection.pipeline()
        self._pipeline = self._entered.__enter__()

    def send(self, text: str, values: Mapping[str, Any] | Sequence[Any] | None = None) -> psycopg.Cursor[Any]:
        """Send a statement without waiting for its answer, and to its last byte."""
        cursor = self._connection.cursor(row_factory=namedtuple_row, binary=True).execute(text, values)
        if self._connection.pgconn.flush():
            # The driver writes once and would then wait for the answer to what a full socket left behind, for ever.
            self._connection.wait(_written(self._connection.pgconn))
        return cursor

    def settle(self) -> None:
        """Wait for all answers. Raises what the first failing statement raised."""
        self._pipeline.sync()

    def close(self) -> None:
        """Leave pipeline mode, having waited for all answers. Raises what a failing statement raised."""
        self._entered.__exit__(None, None, None)

    def abandon(self) -> None:
        """Leave pipeline mode, whatever failed before: what was sent is about to be rolled back."""
        with suppress(psycopg.Error):
            self._entered.__exit__(None, None, None)


def _written(driver: PGconn) -> PQGen[None]:
    """Write until nothing is left, reading what comes meanwhile, lest both sides wait for each other."""
    while driver.flush():
        if (yield Wait.RW) & Ready.R:
            driver.consume_input()
