"""Statements compiled once, for the paths that every request takes.

On PostgreSQL each is prepared once a connection and then sent by its name with values in binary form
(``kernel.pipeline``). On SQLite, where nothing travels, it runs at once.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from psycopg.pq.abc import PGresult
from sqlalchemy import (
    Column,
    Delete,
    Insert,
    Select,
    Table,
    TableValuedAlias,
    TextClause,
    Update,
    bindparam,
    column,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from kernel.binary import form_of
from kernel.columns import Identifier

_ONE_ROW = re.compile(rb"INSERT INTO \S+ \([^()]*\) VALUES \([^()]*\)")
"""Nothing else: no second row, no choice of rows, no word on what to do where there is one already."""
_POSTGRESQL = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # the library's own


class Prepared:
    """A statement with named parameters, the same text and the same types for every call.

    Every parameter's name is its column's, or the name it was bound under; an insert names all its columns.
    """

    def __init__(
        self, statement: Select[Any] | Insert | Update | Delete | TextClause, columns: Sequence[str] | None = None
    ) -> None:
        self.statement = statement
        compiled = statement.compile(
            dialect=_POSTGRESQL,
            column_keys=None if columns is None else list(columns),
            compile_kwargs={"render_postcompile": True},
        )
        names = list(compiled.positiontup or ())
        forms = [form_of(compiled.binds[name].type) for name in names]
        self.text = str(compiled).encode()
        self.oids = [form.oid for form in forms]
        self.name = _named(self.text, self.oids)
        self.formats = [1] * len(forms)
        self._fixed = {name: value for name, value in compiled.params.items() if columns is None and value is not None}
        self._writers = [(name, form.write) for name, form in zip(names, forms, strict=True)]
        self._readers, self._row = _reading(statement)
        self.inserts_one = isinstance(statement, Insert) and _ONE_ROW.fullmatch(self.text) is not None
        """Whether each call inserts one row, or fails."""

    def values(self, given: Mapping[str, Any]) -> list[bytes | None]:
        """Return the parameters of one call, in the order of their places."""
        every = {**self._fixed, **given} if self._fixed else given
        return [None if (value := every[name]) is None else write(value) for name, write in self._writers]

    def rows(self, result: PGresult) -> list[Any]:
        """Read the rows of an answer; their columns are attributes."""
        value, row, readers = result.get_value, self._row, self._readers
        return [
            row(*[None if (data := value(number, place)) is None else read(data) for place, read in readers])
            for number in range(result.ntuples)
        ]


@cache
def deleting_of(table: Table, columns: tuple[str, ...]) -> Prepared:
    """Return the deletion of a campaign's rows in which each of these columns has one value."""
    own = (table.c[name] == bindparam(name, required=False) for name in ("campaign_id", *columns))
    return Prepared(delete(table).where(*own))


@cache
def reading_of(table: Table, column: str, names: tuple[str, ...]) -> Prepared:
    """Return the reading of a campaign's rows in which a column has one value: these columns of them, or all."""
    own = (table.c[name] == bindparam(name, required=False) for name in ("campaign_id", column))
    return Prepared((select(*(table.c[name] for name in names)) if names else select(table)).where(*own))


def _named(text: bytes, oids: Sequence[int]) -> bytes:
    """Name a statement by what it is: whoever meets the name on a pooled connection runs no other statement."""
    return b"isoloir_" + sha256(b"%s %s" % (text, str(list(oids)).encode())).hexdigest()[:16].encode()


def _reading(
    statement: Select[Any] | Insert | Update | Delete | TextClause,
) -> tuple[list[tuple[int, Callable[[bytes], Any]]], type]:
    columns = list(statement.selected_columns) if isinstance(statement, Select) else []
    readers = [form_of(column.type).read for column in columns]
    return list(enumerate(readers)), namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]  # noqa: PYI024


def postgresql_type(column: Column[Any]) -> str:
    """Return the name PostgreSQL has for a column's type."""
    return column.type.compile(_POSTGRESQL)


def listed_ids(name: str) -> TableValuedAlias:
    """Return the ids of one parameter as a table with the column ``id``, on PostgreSQL, each as often as it is given.

    Joined, each id is looked up by itself, or all in one pass; compared with ``ANY`` a plan made for any list may
    compare every row with every id.
    """
    listed = func.unnest(bindparam(name, required=False, type_=ARRAY(Identifier())))
    return listed.table_valued(column("id", Identifier())).render_derived(name)


class Pending:
    """A change that was sent; how many rows it touched is known when the pipeline is settled.

    ``due`` is how many it touches unless it fails, where its words say so; else None.
    """

    __slots__ = ("due", "rows")

    def __init__(self, rows: int = 0, due: int | None = None) -> None:
        self.rows = rows
        self.due = due
