"""Books that tell of no person: which task is due, who does it, how it ended. No entry of the log tells of them.

They are no way round the register: each is opened for named tables, and a table with personal data or an index cannot
be named.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, Row, Table
from sqlalchemy.sql.dml import Delete, Insert, Update
from sqlalchemy.sql.selectable import Select
from sqlalchemy.sql.util import find_tables

from audit.context import CampaignContext
from kernel.columns import ColumnClass
from kernel.database import Transaction
from kernel.errors import SilentWrite

_OF_PERSONS = frozenset({ColumnClass.PERSONAL, ColumnClass.INDEX})


class Books:
    """Read and change the named tables of one campaign."""

    def __init__(
        self, transaction: Transaction, context: CampaignContext, at: datetime, tables: Sequence[Table]
    ) -> None:
        for table in tables:
            if any(column.info.get("class") in _OF_PERSONS for column in table.columns):
                message = f"{table.name} tells of persons: it is no book"
                raise SilentWrite(message)
        self._transaction = transaction
        self._tables = frozenset(tables)
        self.keys = context.keys
        self.phase = context.phase
        self.at = at

    def look_up(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """Return the rows of a reading of these tables."""
        for table in find_tables(statement, check_columns=True, include_selects=True):
            if isinstance(table, Table):
                self._check(table)
        return self._transaction.query(statement)

    def execute(
        self, statement: Insert | Update | Delete, rows: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None
    ) -> int:
        """Change rows of these tables and return how many."""
        self._check(statement.table)
        return self._transaction.change(statement, rows)

    def lock(self, numbers: Iterable[int]) -> None:
        """Hold numbered locks until the end."""
        self._transaction.lock(numbers)

    def _check(self, table: FromClause) -> None:
        if table not in self._tables:
            message = "another table than those the books were opened for"
            raise SilentWrite(message)
