"""A processing (GDPR art. 4(2)): who, why, under which edition of the law, in one transaction, with its notes.

Stores receive a ``Processing``, never a connection. It counts the rows it touches by table and verb; the register
commits only if the notes tell of exactly these rows.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Row, Table, delete
from sqlalchemy.sql.dml import Delete, Insert, Update
from sqlalchemy.sql.util import find_tables

from audit.context import CampaignContext
from audit.note import Note
from audit.walker import check_change, check_free, check_rows
from kernel.actor import Actor
from kernel.columns import among, free_words, tells_of_persons
from kernel.database import Transaction
from kernel.errors import SilentWrite
from kernel.identity import CampaignId
from kernel.prepared import Pending, Prepared, deleting_of
from policy.edition import Edition
from policy.words import Reader

_VERBS: tuple[tuple[type, str], ...] = ((Insert, "insert"), (Update, "update"), (Delete, "delete"))


class Processing:
    """Carry one act of processing; only the register makes one."""

    def __init__(
        self,
        transaction: Transaction,
        *,
        actor: Actor,
        purpose: str,
        edition: Edition,
        context: CampaignContext,
        at: datetime,
    ) -> None:
        self._transaction = transaction
        self.actor = actor
        self.purpose = purpose
        self.edition = edition
        self.keys = context.keys
        self.controller = context.controller
        self.controller_id = context.controller_id
        self.phase = context.phase
        self.operator = context.operator
        self.at = at
        self.own = context.own.at(at)
        self.origins = context.origins
        self.own_fields = context.own_fields
        self.tags = context.tags
        self.observed: Counter[str] = Counter()
        self._sent: list[tuple[str, Pending]] = []
        self._due: list[Pending] = []
        self.notes: list[Note] = []
        self.held: dict[type, object] = {}
        """What a room read and holds locked, by its kind, for itself to find again before the end."""

    @property
    def campaign(self) -> CampaignId:
        """Return the campaign in which all of it happens."""
        return self.actor.campaign

    @property
    def reader(self) -> Reader:
        """Return what puts words before the detector, with the campaign's own words beside the lexicon."""
        return Reader(self.edition, self.own)

    @property
    def today(self) -> date:
        """Return the day on which the law is asked."""
        return self.at.date()

    @property
    def on_postgresql(self) -> bool:
        """Tell which engine runs, for the few statements that differ."""
        return self._transaction.on_postgresql

    def read(self, table: Table, statement: Executable, given: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """Return the rows of ``statement``, counted as read from ``table``."""
        rows = self._transaction.query(statement, given)
        self._count(table, "read", len(rows))
        return rows

    def run(self, table: Table, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return the rows of a prepared statement, counted as read from ``table``."""
        rows = self._transaction.run(prepared, values)
        self._count(table, "read", len(rows))
        return rows

    def ask_counted(self, table: Table, prepared: Prepared, values: Mapping[str, Any]) -> Callable[[], Sequence[Any]]:
        """Ask for rows that are counted as read from ``table`` once they are called for."""
        rows = self._transaction.ask(prepared, values)

        def called_for() -> Sequence[Any]:
            self._count(table, "read", len(found := rows()))
            return found

        return called_for

    def send(
        self, table: Table, prepared: Prepared, rows: Sequence[Mapping[str, Any]], *, due: int | None = None
    ) -> int:
        """Send a prepared insert for each of ``rows``; what it touched is counted when the processing settles.

        ``due`` is how many rows these insert in all, unless they fail, where each inserts more than one.
        """
        if _verb(table, prepared.statement) != "insert":
            message = f"a change that is no insert into {table.name}"
            raise SilentWrite(message)
        if rows:
            check_rows(self.reader, table, rows)
            self._await(f"{table.name}.insert", self._transaction.send(prepared, rows, due=due))
        return len(rows)

    def reads(self) -> dict[str, int]:
        """Return how many rows were read, by table."""
        return {name: rows for name, rows in self.observed.items() if rows and name.endswith(".read")}

    def settle(self) -> None:
        """Count everything that was sent, having waited for whatever does not say by its words how many rows it is."""
        if self._sent:
            self._transaction.settle()
        for name, pending in self._sent:
            self.observed[name] += pending.rows
        self._sent.clear()

    def check_due(self) -> None:
        """Raise SilentWrite where the database made other rows, all told, than the statements say: nobody is answered.

        Only what somebody put between a statement and its table makes a difference: a rule or a trigger.
        """
        if any(pending.rows != pending.due for pending in self._due):
            message = "the database did not make the rows it was told to"
            raise SilentWrite(message)

    def look_up(self, table: Table, statement: Executable) -> Sequence[Row[Any]]:
        """Return rows of a table that tells of no person; such a reading needs no note."""
        _check_nobody(table, statement)
        return self._transaction.query(statement)

    def ask(self, table: Table, prepared: Prepared, values: Mapping[str, Any]) -> Callable[[], Sequence[Any]]:
        """Ask for rows of a table that tells of no person; called for at last, what was asked meanwhile comes too."""
        _check_prepared(table, prepared)
        return self._transaction.ask(prepared, values)

    def look_up_prepared(self, table: Table, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return rows of a table that tells of no person, as ``look_up`` does, by a prepared statement."""
        return self.ask(table, prepared, values)()

    def expect_many(self) -> None:
        """Prepare for statements about very many rows: they are planned each time, and have memory."""
        self._transaction.expect_many()

    def execute(
        self,
        table: Table,
        statement: Insert | Update | Delete,
        rows: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None,
    ) -> int:
        """Change rows of ``table``, counted, and return how many."""
        verb = _verb(table, statement)
        if isinstance(rows, Sequence) and not rows:
            return 0
        check_change(self.reader, table, statement, rows)
        return self._count(table, verb, self._transaction.change(statement, rows))

    def change(self, table: Table, prepared: Prepared, values: Mapping[str, Any]) -> None:
        """Send a prepared change of ``table``; what it touched is counted when the processing settles."""
        name = f"{table.name}.{_verb(table, prepared.statement)}"
        self._sent.append((name, self._transaction.send(prepared, [values])))

    def ask_change(self, table: Table, prepared: Prepared, values: Mapping[str, Any]) -> Callable[[], int]:
        """Send a prepared change as ``change`` does; called for, it says how many rows it touched.

        What is asked meanwhile comes in the same trip. Never called for, it is counted all the same.
        """
        self.change(table, prepared, values)
        pending = self._sent[-1][1]

        def called_for() -> int:
            self.settle()
            return pending.rows

        return called_for

    def change_now(self, table: Table, prepared: Prepared, values: Mapping[str, Any]) -> int:
        """Make a prepared change of ``table``, counted, and return how many rows it touched."""
        return self.ask_change(table, prepared, values)()

    def delete_of(self, table: Table, column: str, ids: Sequence[UUID], **also: Any) -> int:  # noqa: ANN401
        """Delete the campaign's rows in which a column has one of these ids, counted, and return how many.

        ``also`` names what else the rows have. For one id the statement is prepared: to erase a person takes very many.
        """
        if len(ids) == 1:
            prepared = deleting_of(table, (column, *also))
            return self.change_now(table, prepared, {"campaign_id": self.campaign, column: ids[0], **also})
        own = [table.c[name] == value for name, value in also.items()]
        own.append(among(table.c[column], ids, on_postgresql=self.on_postgresql))
        return self.execute(table, delete(table).where(table.c.campaign_id == self.campaign, *own))

    def purge(self, table: Table, statement: Executable) -> int:
        """Run a function of the database that deletes rows of ``table``, counted, and return how many it says."""
        return self._count(table, "delete", int(self._transaction.query(statement)[0][0]))

    def copy(self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
        """Send many rows by the engine's bulk path; what it touched is counted when the processing settles."""
        if rows:
            if free_words(table):
                check_rows(self.reader, table, (dict(zip(columns, row, strict=True)) for row in rows))
            self._await(f"{table.name}.insert", self._transaction.copy(table, columns, rows))
        return len(rows)

    def lock(self, numbers: Iterable[int], *, shared: bool = False) -> None:
        """Hold numbered locks until the end, so that concurrent matching on one value goes one after the other.

        ``shared``, beside whoever asks so too.
        """
        self._transaction.lock(numbers, shared=shared)

    def try_lock(self, number: int) -> bool:
        """Hold a numbered lock until the end, unless somebody else holds it."""
        return self._transaction.try_lock(number)

    def note(self, note: Note) -> None:
        """Tell what was done; it is written with the commit, or nothing is. Raises Refusal for a reason that tells."""
        check_free(self.reader, note.free)
        self.notes.append(note)

    def note_also(self, counts: Mapping[str, int], *, place: int = -1) -> None:
        """Tell of more rows in a note already made, the last if none is named: they are part of the same act."""
        note = self.notes[place]
        self.notes[place] = replace(note, counts=Counter(note.counts) + Counter(counts))

    def note_job(self, job: UUID, chunk: int) -> None:
        """Say of which chunk of which job the last note tells."""
        self.notes[-1] = replace(self.notes[-1], job=job, chunk=chunk)

    def _await(self, name: str, pending: Pending) -> None:
        """Count what inserts its rows or fails at once, and everything else when the processing settles."""
        if pending.due is None:
            self._sent.append((name, pending))
            return
        self.observed[name] += pending.due
        self._due.append(pending)

    def _count(self, table: Table, verb: str, rows: int) -> int:
        self.observed[f"{table.name}.{verb}"] += rows
        return rows


def _verb(table: Table, statement: Executable) -> str:
    """Return what a change does. Raises SilentWrite where it is none, or of another table than it says."""
    if isinstance(statement, Insert | Update | Delete) and statement.table is table:
        return next(verb for kind, verb in _VERBS if isinstance(statement, kind))
    message = f"a change of another table than {table.name}, under its name"
    raise SilentWrite(message)


@lru_cache(256)
def _check_prepared(table: Table, prepared: Prepared) -> None:
    _check_nobody(table, prepared.statement)


def _check_nobody(table: Table, statement: Executable) -> None:
    """Raise SilentWrite if a statement reads a table that tells of persons."""
    for read in {table, *find_tables(statement, check_columns=True, include_selects=True)}:  # type: ignore[arg-type]  # an Executable of ours is a select
        if isinstance(read, Table) and tells_of_persons(read):
            message = f"{read.name} tells of persons: read it, and note it"
            raise SilentWrite(message)
