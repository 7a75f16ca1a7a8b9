"""One way into the database: a transaction of one campaign, on SQLite or on PostgreSQL.

Both engines run in the driver's autocommit mode; the transaction's own words are sent here, so that opening one costs
one message: on PostgreSQL the role without rights over the log and the campaign of row-level security are set in it,
on SQLite the gate is taken first and the write lock with it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from psycopg import errors
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    CursorResult,
    Executable,
    Row,
    Table,
    Text,
    bindparam,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Result

from kernel.bulk import FEW, copy_sqlite, insert_staged, send_few, stage_postgresql
from kernel.connections import Connections, Lent
from kernel.errors import Conflict, Misconfigured, Unavailable
from kernel.gate import Gate
from kernel.identity import CampaignId
from kernel.pipeline import Pipeline
from kernel.prepared import Pending, Prepared
from kernel.reach import is_made_twice, is_out_of_reach
from kernel.settings import Settings
from kernel.sheet import Sheet

APPLICATION_ROLE = "isoloir_app"
"""The PostgreSQL role under which every transaction runs; it cannot change or delete entries."""

_IDLE_LIMIT = "60s"
_BEGIN = Prepared(text("BEGIN"))
_BEGIN_READING = Prepared(text("BEGIN READ ONLY"))
_BEGIN_IMMEDIATE = Prepared(text("BEGIN IMMEDIATE"))
_COMMIT = Prepared(text("COMMIT"))
_TAKE_ROLE = Prepared(text(f"SET LOCAL ROLE {APPLICATION_ROLE}"))
_ENTER_CAMPAIGN = Prepared(
    text(
        f"SELECT set_config('isoloir.campaign', :campaign, true), set_config('role', '{APPLICATION_ROLE}', true), "
        f"set_config('idle_in_transaction_session_timeout', '{_IDLE_LIMIT}', true), pg_advisory_xact_lock_shared(:lock)"
    ).bindparams(bindparam("campaign", type_=Text), bindparam("lock", type_=BigInteger))
)
_LOCK = Prepared(
    text("SELECT pg_advisory_xact_lock(n) FROM (SELECT unnest(:numbers) AS n ORDER BY 1) AS ordered").bindparams(
        bindparam("numbers", type_=ARRAY(BigInteger))
    )
)
_LOCK_SHARED = Prepared(
    text("SELECT pg_advisory_xact_lock_shared(n) FROM (SELECT unnest(:numbers) AS n ORDER BY 1) AS ordered").bindparams(
        bindparam("numbers", type_=ARRAY(BigInteger))
    )
)
_TRY_LOCK = Prepared(
    select(func.pg_try_advisory_xact_lock(bindparam("number", type_=BigInteger), type_=Boolean).label("held"))
)
_EXPECT_MANY = Prepared(
    text(
        "SELECT set_config('work_mem', '64MB', true), set_config('plan_cache_mode', 'force_custom_plan', true), "
        "set_config('jit', 'off', true)"
    )
)
Words = Sequence[tuple[Prepared, Mapping[str, Any]]]
"""What a transaction begins with: statements and their values."""


class Transaction:
    """Run statements in one transaction of one campaign; everything is undone unless ``commit`` was called.

    It begins with its first statement, so that screening and sealing hold neither a connection nor SQLite's gate.
    """

    def __init__(self, connections: Connections, words: Words, gate: Gate | None = None) -> None:
        self._connections = connections
        self._words = words
        self._gate = gate
        self._held = ExitStack()
        self._lent: Lent | None = None
        self._begun = False
        self._has_ended = False
        self._piped: Pipeline | None = None
        self.on_postgresql = connections.on_postgresql

    def __enter__(self) -> Self:
        """Begin nothing yet."""
        return self

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        """Give the connection back, whatever state the transaction is in.

        Raises Unavailable for one that was lost, Conflict where another made the same row first.
        """
        lent, self._lent, self._piped, self._has_ended = self._lent, None, None, True
        if lent is not None:
            with self._held:
                self._connections.give_back(lent)
        if problem is not None and is_out_of_reach(problem):
            message = "the database does not answer now: try again"
            raise Unavailable(message) from problem
        if problem is not None and is_made_twice(problem):
            message = "the same was made at this moment: read it, then decide"
            raise Conflict(message) from problem

    @property
    def _connection(self) -> Connection:
        """Return the connection with the transaction begun, one statement after the other."""
        if self.on_postgresql:
            self._pipeline.leave()
            self._piped = None
        connection = self._taken().connection
        if not self._begun:
            for word, _ in self._words:
                connection.exec_driver_sql(word.text.decode())
            self._begun = True
        return connection

    @property
    def _pipeline(self) -> Pipeline:
        """Return the PostgreSQL connection in pipeline mode, with the transaction begun."""
        if self._piped is None:
            self._piped = self._taken().pipeline
            self._piped.enter()
            if not self._begun:
                self._begun = True
                for word, values in self._words:
                    self._piped.send(word, values)
        return self._piped

    def _taken(self) -> Lent:
        if self._lent is None:
            if self._has_ended:
                message = "the transaction is over"
                raise Misconfigured(message)
            if self._gate is not None:
                self._held.enter_context(self._gate.held())
            try:
                self._lent = self._connections.take()
            except BaseException:
                self._held.close()
                raise
        return self._lent

    def run(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return all rows of a prepared statement."""
        if self.on_postgresql:
            return self._pipeline.rows(prepared, values)
        return self._connection.execute(prepared.statement, values).all()

    def ask(self, prepared: Prepared, values: Mapping[str, Any]) -> Callable[[], Sequence[Any]]:
        """Send a prepared reading; its rows are there when they are called for, and others go in the same trip."""
        if self.on_postgresql:
            return self._pipeline.ask(prepared, values)
        rows = self.run(prepared, values)
        return lambda: rows

    def send(self, prepared: Prepared, rows: Sequence[Mapping[str, Any]], *, due: int | None = None) -> Pending:
        """Send a prepared change for each of ``rows``; ``settle`` tells whether and on how many rows it worked.

        ``due`` is how many that must be, where the statement does not say so itself.
        """
        if not self.on_postgresql:
            return Pending(rows=self.change(prepared.statement, rows))
        pending = Pending(due=len(rows) if prepared.inserts_one else due)
        for row in rows:
            self._pipeline.send(prepared, row, pending)
        return pending

    def settle(self) -> None:
        """Wait for everything that was sent. Raises what the first failing statement raised."""
        if self._piped is not None:
            self._piped.settle()

    def enter(self, campaign: CampaignId) -> None:
        """Read one campaign from here on, in a reading that began with the directory."""
        if self.on_postgresql:
            self._connection.exec_driver_sql("SELECT set_config('isoloir.campaign', %s, true)", (str(campaign),))

    def query(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """Return all rows of ``statement``."""
        return self._execute(statement, parameters).all()

    def change(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None) -> int:
        """Run a data-changing statement, once or for each of ``rows``, and return how many rows it touched."""
        result = self._execute(statement, rows)
        if not isinstance(result, CursorResult) or result.rowcount < 0:
            message = "the driver did not say how many rows were touched"
            raise Misconfigured(message)
        return result.rowcount

    def copy(self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Pending:
        """Send many rows by the engine's bulk path."""
        if self.on_postgresql and len(rows) <= FEW:
            return send_few(self._pipeline, table, columns, rows)
        described = [table.columns[name] for name in columns]
        sheet = rows if isinstance(rows, Sheet) else Sheet.of_rows(rows)
        if self.on_postgresql:
            stage_postgresql(self._driven.postgresql, table, described, sheet)
            return insert_staged(self._pipeline, table, described)
        return copy_sqlite(self._driven.sqlite, table, described, sheet)

    def lock(self, numbers: Iterable[int], *, shared: bool = False) -> None:
        """Hold the numbered locks until the end of the transaction; SQLite's gate already excludes everybody else.

        ``shared``, whoever asks for it so too holds it beside us.
        """
        if self.on_postgresql:
            self._pipeline.send(_LOCK_SHARED if shared else _LOCK, {"numbers": sorted(set(numbers))})

    def try_lock(self, number: int) -> bool:
        """Hold a numbered lock until the end if nobody else does; SQLite's gate already excludes everybody else."""
        if not self.on_postgresql:
            return True
        (answer,) = self._pipeline.rows(_TRY_LOCK, {"number": number})
        return bool(answer.held)

    def expect_many(self) -> None:
        """Let what follows be planned by what it is asked with, and join a whole campaign in memory.

        A plan made for any list of ids is made for few, and to compile what runs once takes longer than it saves.
        """
        if self.on_postgresql:
            self._pipeline.send(_EXPECT_MANY, {})

    def commit(self) -> None:
        """Make everything durable. Raises what the first failing statement raised, even if it was raised before."""
        if not self.on_postgresql:
            self._connection.exec_driver_sql("COMMIT")
        elif self._pipeline.status(_COMMIT) != b"COMMIT":
            # The server rolls a failed transaction back at this word, and does not call that an error.
            raise errors.InFailedSqlTransaction

    @property
    def _driven(self) -> Lent:
        """Return the connection with the transaction begun, for the driver's own words."""
        _ = self._connection
        return self._taken()

    def _execute(self, statement: Executable, given: Any) -> Result[Any]:  # noqa: ANN401
        return self._connection.execute(statement, given)


class Database:
    """Open transactions and readings; one per process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connections = Connections(settings)
        self._inherited: list[Connections] = []
        self.on_postgresql = self._connections.on_postgresql
        self._gate: Gate | None = None
        if not self.on_postgresql:
            name = make_url(settings.url).database
            if not name:
                message = "an SQLite database needs a file: everything durable is in it"
                raise Misconfigured(message)
            self.path = Path(name)
            self._gate = self._new_gate()

    def transaction(self, campaign: CampaignId) -> Transaction:
        """Open a writing transaction in ``campaign``; leave without ``commit`` and nothing has happened."""
        words = _entering(campaign) if self.on_postgresql else ((_BEGIN_IMMEDIATE, {}),)
        return Transaction(self._connections, words, self._gate)

    def directory(self) -> Transaction:
        """Open a reading of the unscoped tables: the directory of controllers and campaigns."""
        words: Words = ((_BEGIN_READING, {}), (_TAKE_ROLE, {})) if self.on_postgresql else ((_BEGIN, {}),)
        return Transaction(self._connections, words)

    def reading(self, campaign: CampaignId) -> Transaction:
        """Open a reading of ``campaign`` that waits for nobody who writes."""
        return Transaction(self._connections, _entering(campaign) if self.on_postgresql else ((_BEGIN, {}),))

    @property
    def connections(self) -> int:
        """Return how many connections are in use at this moment."""
        return self._connections.in_use

    def forget_inherited(self) -> None:
        """Drop what a forked child inherited: two processes must not speak on one connection, nor share a gate."""
        self._inherited.append(self._connections)  # Kept: closed here, they would end for the parent too.
        self._connections = Connections(self._settings)
        if self._gate is not None:
            self._gate = self._new_gate()

    def _new_gate(self) -> Gate:
        return Gate(self.path.with_name(self.path.name + ".gate"))

    def truncate_wal(self) -> None:
        """Fold SQLite's write-ahead log into the file and cut it to nothing, so that erased bytes leave the disk."""
        if self._gate is None:
            return
        with self._gate.held():
            lent = self._connections.take()
            try:
                busy, *_ = lent.sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self._connections.give_back(lent)
        if busy:
            message = "the write-ahead log could not be truncated: another program reads the database"
            raise Misconfigured(message)

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()


def keys_lock(campaign: CampaignId) -> int:
    """Name the lock that a campaign's transactions share, and that a step of a key rotation holds alone."""
    return 0x1503 ^ (campaign.int & 0x7FFF_FFFF_FFFF_0000)


def _entering(campaign: CampaignId) -> Words:
    return (_BEGIN, {}), (_ENTER_CAMPAIGN, {"campaign": str(campaign), "lock": keys_lock(campaign)})
