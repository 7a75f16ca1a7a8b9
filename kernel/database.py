"""One way into the database: a transaction of one campaign, on SQLite or on PostgreSQL.

Both engines run in the driver's autocommit mode; the transaction's own words are sent here, so that opening one costs
one message: on PostgreSQL the role without rights over the log and the campaign of row-level security are set in it,
on SQLite the gate is taken first and the write lock with it.
"""

import sqlite3
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, CursorResult, Engine, Executable, Row, Table, create_engine, event, make_url
from sqlalchemy.engine import Result
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from kernel.bulk import FEW, copy_postgresql, copy_sqlite, send_postgresql
from kernel.columns import KEYS
from kernel.errors import Misconfigured
from kernel.gate import Gate
from kernel.identity import CampaignId
from kernel.prepared import Pending, Pipeline, Prepared
from kernel.settings import Settings

APPLICATION_ROLE = "isoloir_app"
"""The PostgreSQL role under which every transaction runs; it cannot change or delete entries."""

_IDLE_LIMIT = "60s"
_SETTINGS = (
    f"SELECT set_config('role', '{APPLICATION_ROLE}', true) AS role, "
    f"set_config('idle_in_transaction_session_timeout', '{_IDLE_LIMIT}', true) AS idle, "
)
_SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "cache_size=-65536",
    "wal_autocheckpoint=4000",
)


class Transaction:
    """Run statements in one transaction of one campaign; everything is undone unless ``commit`` was called.

    It begins with its first statement, so that screening and sealing hold neither a connection nor SQLite's gate.
    """

    def __init__(self, connect: Callable[[], Connection], words: Sequence[str], *, on_postgresql: bool) -> None:
        self._connect = connect
        self._words = words
        self._connected: Connection | None = None
        self._begun = False
        self._piped: Pipeline | None = None
        self.on_postgresql = on_postgresql

    @property
    def _connection(self) -> Connection:
        """Return the connection with the transaction begun, one statement after the other."""
        if self._piped is not None:
            self._piped.close()
            self._piped = None
        connection = self._taken()
        if not self._begun:
            connection.exec_driver_sql("; ".join(self._words))
            self._begun = True
        return connection

    @property
    def _pipeline(self) -> Pipeline:
        """Return the PostgreSQL connection in pipeline mode, with the transaction begun."""
        if self._piped is None:
            driver = _driver_of(self._taken())
            if not self._begun:
                # One message: in pipeline mode each statement is a message of its own.
                driver.execute("; ".join(self._words))
                self._begun = True
            self._piped = Pipeline(driver)
        return self._piped

    def _taken(self) -> Connection:
        if self._connected is None:
            self._connected = self._connect()
        return self._connected

    def run(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return all rows of a prepared statement."""
        if self.on_postgresql:
            return self._pipeline.send(prepared.text, prepared.given(values)).fetchall()
        return self._connection.execute(prepared.statement, values).all()

    def send(self, prepared: Prepared, rows: Sequence[Mapping[str, Any]]) -> Pending:
        """Send a prepared change for each of ``rows``; ``settle`` tells whether and on how many rows it worked."""
        if self.on_postgresql:
            pipeline = self._pipeline
            return Pending([pipeline.send(prepared.text, row) for row in rows])
        return Pending(rows=self.change(prepared.statement, rows))

    def settle(self) -> None:
        """Wait for everything that was sent. Raises what the first failing statement raised."""
        if self._piped is not None:
            self._piped.settle()

    def abandon(self) -> None:
        """Leave pipeline mode at the end, whatever state the transaction is in."""
        if self._piped is not None:
            self._piped.abandon()
            self._piped = None

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
        described = [table.columns[name] for name in columns]
        if not self.on_postgresql:
            return copy_sqlite(_sqlite_driver_of(self._connection), table, described, rows)
        if len(rows) <= FEW:
            return send_postgresql(self._pipeline, table, described, rows)
        return copy_postgresql(_driver_of(self._connection), table, described, rows)

    def lock(self, numbers: Iterable[int]) -> None:
        """Hold the numbered locks until the end of the transaction; SQLite's gate already excludes everybody else."""
        if self.on_postgresql:
            self._pipeline.send(
                "SELECT pg_advisory_xact_lock(n) FROM (SELECT unnest(%s::bigint[]) AS n ORDER BY 1) AS ordered",
                (sorted(set(numbers)),),
            )

    def try_lock(self, number: int) -> bool:
        """Hold a numbered lock until the end if nobody else does; SQLite's gate already excludes everybody else."""
        if not self.on_postgresql:
            return True
        answer = self._pipeline.send("SELECT pg_try_advisory_xact_lock(%s::bigint)", (number,)).fetchone()
        return bool(answer and answer[0])

    def commit(self) -> None:
        """Make everything durable."""
        if self._piped is None:
            self._connection.exec_driver_sql("COMMIT")
        else:
            self._piped.send("COMMIT")
            self._piped.settle()

    def _execute(self, statement: Executable, given: Any) -> Result[Any]:  # noqa: ANN401
        return self._connection.execute(statement, given)


class Database:
    """Open transactions and readings; one per process."""

    def __init__(self, settings: Settings) -> None:
        url = make_url(settings.url)
        self.on_postgresql = url.get_backend_name() == "postgresql"
        self._gate: Gate | None = None
        if self.on_postgresql:
            self._engine = _postgresql_engine(settings)
        else:
            if not url.database:
                message = "an SQLite database needs a file: everything durable is in it"
                raise Misconfigured(message)
            self.path = Path(url.database)
            self._gate = Gate(self.path.with_name(self.path.name + ".gate"))
            self._engine = _sqlite_engine(settings)

    @contextmanager
    def transaction(self, campaign: CampaignId) -> Generator[Transaction]:
        """Open a writing transaction in ``campaign``; leave without ``commit`` and nothing has happened."""
        words = _begin_postgresql(campaign) if self.on_postgresql else ("BEGIN IMMEDIATE",)
        with self._transaction(words, gated=True) as transaction:
            yield transaction

    @contextmanager
    def directory(self) -> Generator[Transaction]:
        """Open a reading of the unscoped tables: the directory of controllers and campaigns."""
        words = ("BEGIN READ ONLY", f"SET LOCAL ROLE {APPLICATION_ROLE}") if self.on_postgresql else ("BEGIN",)
        with self._transaction(words, gated=False) as transaction:
            yield transaction

    @contextmanager
    def _transaction(self, words: Sequence[str], *, gated: bool) -> Generator[Transaction]:
        with ExitStack() as opened:
            connect = partial(opened.enter_context, self._taken(gated=gated))
            transaction = Transaction(connect, words, on_postgresql=self.on_postgresql)
            try:
                yield transaction
            finally:
                transaction.abandon()

    @contextmanager
    def _taken(self, *, gated: bool) -> Generator[Connection]:
        gate = self._gate.held() if gated and self._gate is not None else nullcontext()
        with gate, self._engine.connect() as connection:
            try:
                yield connection
            finally:
                _undo_what_is_open(connection)

    @property
    def connections(self) -> int:
        """Return how many connections are in use at this moment."""
        pool = self._engine.pool
        return pool.checkedout() if isinstance(pool, QueuePool) else 0

    def forget_inherited(self) -> None:
        """Drop what a forked child inherited: two processes must not speak on one connection, nor share a gate."""
        self._engine.dispose(close=False)
        if self._gate is not None:
            self._gate = Gate(self.path.with_name(self.path.name + ".gate"))

    def truncate_wal(self) -> None:
        """Fold SQLite's write-ahead log into the file and cut it to nothing, so that erased bytes leave the disk."""
        if self._gate is None:
            return
        with self._gate.held(), self._engine.connect() as connection:
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            if busy:
                message = "the write-ahead log could not be truncated: another program reads the database"
                raise Misconfigured(message)

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


def keys_lock(campaign: CampaignId) -> int:
    """Name the lock that a campaign's transactions share, and that a step of a key rotation holds alone."""
    return 0x1503 ^ (campaign.int & 0x7FFF_FFFF_FFFF_0000)


def _begin_postgresql(campaign: CampaignId) -> tuple[str, ...]:
    return (
        "BEGIN",
        f"SET LOCAL isoloir.campaign = '{campaign}'",
        _SETTINGS + f"pg_advisory_xact_lock_shared({keys_lock(campaign)})",
    )


def _driver_of(connection: Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        message = "the connection is closed"
        raise Misconfigured(message)
    return driver


def _sqlite_driver_of(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        message = "the connection is closed"
        raise Misconfigured(message)
    return driver


def _undo_what_is_open(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.rollback()


def _postgresql_engine(settings: Settings) -> Engine:
    return create_engine(
        settings.url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        pool_size=settings.database_pool,
        max_overflow=0,
        pool_reset_on_return=None,
        execution_options={"preserve_rowcount": True},
        connect_args={"prepare_threshold": 3 if settings.database_prepare else None, "application_name": "isoloir"},
    )


def _sqlite_engine(settings: Settings) -> Engine:
    engine = create_engine(
        settings.url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        pool_reset_on_return=None,
        connect_args={"check_same_thread": False, "timeout": 30},
        execution_options={"schema_translate_map": {KEYS: None}, "preserve_rowcount": True},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    """Set what a file of ours needs: ``secure_delete=ON`` (FAST leaves freed pages in the file: measured)."""
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
