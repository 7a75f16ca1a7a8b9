"""One way into the database: a transaction of one campaign, on SQLite or on PostgreSQL.

Both engines run in the driver's autocommit mode; the transaction's own words are sent here, so that opening one costs
one message: on PostgreSQL the role without rights over the log and the campaign of row-level security are set in it,
on SQLite the gate is taken first and the write lock with it.
"""

import sqlite3
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors, pq
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    CursorResult,
    Engine,
    Executable,
    Row,
    Table,
    Text,
    bindparam,
    create_engine,
    event,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Result
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from kernel.bulk import FEW, copy_postgresql, copy_sqlite, send_few
from kernel.columns import KEYS
from kernel.errors import Misconfigured
from kernel.gate import Gate
from kernel.identity import CampaignId
from kernel.pipeline import Pipeline
from kernel.prepared import Pending, Prepared
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
_TRY_LOCK = Prepared(
    select(func.pg_try_advisory_xact_lock(bindparam("number", type_=BigInteger), type_=Boolean).label("held"))
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


_KNOWN = "isoloir.prepared"
_IDLE = pq.TransactionStatus.IDLE
Words = Sequence[tuple[Prepared, Mapping[str, Any]]]
"""What a transaction begins with: statements and their values."""


class Transaction:
    """Run statements in one transaction of one campaign; everything is undone unless ``commit`` was called.

    It begins with its first statement, so that screening and sealing hold neither a connection nor SQLite's gate.
    """

    def __init__(self, connect: Callable[[], Connection], words: Words, *, on_postgresql: bool, prepare: bool) -> None:
        self._connect = connect
        self._words = words
        self._connected: Connection | None = None
        self._begun = False
        self._piped: Pipeline | None = None
        self._prepare = prepare
        self.on_postgresql = on_postgresql

    @property
    def _connection(self) -> Connection:
        """Return the connection with the transaction begun, one statement after the other."""
        if self.on_postgresql:
            self._pipeline.leave()
            self._piped = None
        connection = self._taken()
        if not self._begun:
            for word, _ in self._words:
                connection.exec_driver_sql(word.text.decode())
            self._begun = True
        return connection

    @property
    def _pipeline(self) -> Pipeline:
        """Return the PostgreSQL connection in pipeline mode, with the transaction begun."""
        if self._piped is None:
            connection = self._taken()
            known = connection.info.setdefault(_KNOWN, set()) if self._prepare else None
            self._piped = Pipeline(_driver_of(connection), known)
            if not self._begun:
                self._begun = True
                for word, values in self._words:
                    self._piped.send(word, values)
        return self._piped

    def _taken(self) -> Connection:
        if self._connected is None:
            self._connected = self._connect()
        return self._connected

    def run(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return all rows of a prepared statement."""
        if self.on_postgresql:
            return self._pipeline.rows(prepared, values)
        return self._connection.execute(prepared.statement, values).all()

    def send(self, prepared: Prepared, rows: Sequence[Mapping[str, Any]]) -> Pending:
        """Send a prepared change for each of ``rows``; ``settle`` tells whether and on how many rows it worked."""
        if not self.on_postgresql:
            return Pending(rows=self.change(prepared.statement, rows))
        pending = Pending()
        for row in rows:
            self._pipeline.send(prepared, row, pending)
        return pending

    def settle(self) -> None:
        """Wait for everything that was sent. Raises what the first failing statement raised."""
        if self._piped is not None:
            self._piped.settle()

    def abandon(self) -> None:
        """Leave pipeline mode at the end, whatever state the transaction is in: it is about to be rolled back."""
        if self._piped is not None:
            with suppress(psycopg.Error):
                self._piped.leave()
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
        if self.on_postgresql and len(rows) <= FEW:
            return send_few(self._pipeline, table, columns, rows)
        sheet = rows if isinstance(rows, Sheet) else Sheet.of_rows(rows)
        if self.on_postgresql:
            return copy_postgresql(_driver_of(self._connection), table, described, sheet)
        return copy_sqlite(_sqlite_driver_of(self._connection), table, described, sheet)

    def lock(self, numbers: Iterable[int]) -> None:
        """Hold the numbered locks until the end of the transaction; SQLite's gate already excludes everybody else."""
        if self.on_postgresql:
            self._pipeline.send(_LOCK, {"numbers": sorted(set(numbers))})

    def try_lock(self, number: int) -> bool:
        """Hold a numbered lock until the end if nobody else does; SQLite's gate already excludes everybody else."""
        if not self.on_postgresql:
            return True
        (answer,) = self._pipeline.rows(_TRY_LOCK, {"number": number})
        return bool(answer.held)

    def commit(self) -> None:
        """Make everything durable. Raises what the first failing statement raised, even if it was raised before."""
        if not self.on_postgresql:
            self._connection.exec_driver_sql("COMMIT")
        elif self._pipeline.status(_COMMIT) != b"COMMIT":
            # The server rolls a failed transaction back at this word, and does not call that an error.
            raise errors.InFailedSqlTransaction

    def _execute(self, statement: Executable, given: Any) -> Result[Any]:  # noqa: ANN401
        return self._connection.execute(statement, given)


class Database:
    """Open transactions and readings; one per process."""

    def __init__(self, settings: Settings) -> None:
        url = make_url(settings.url)
        self.on_postgresql = url.get_backend_name() == "postgresql"
        self._gate: Gate | None = None
        self._prepare = settings.database_prepare
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
        words = _entering(campaign) if self.on_postgresql else ((_BEGIN_IMMEDIATE, {}),)
        with self._transaction(words, gated=True) as transaction:
            yield transaction

    @contextmanager
    def directory(self) -> Generator[Transaction]:
        """Open a reading of the unscoped tables: the directory of controllers and campaigns."""
        words: Words = ((_BEGIN_READING, {}), (_TAKE_ROLE, {})) if self.on_postgresql else ((_BEGIN, {}),)
        with self._transaction(words, gated=False) as transaction:
            yield transaction

    @contextmanager
    def _transaction(self, words: Words, *, gated: bool) -> Generator[Transaction]:
        with ExitStack() as opened:
            connect = partial(opened.enter_context, self._taken(gated=gated))
            transaction = Transaction(connect, words, on_postgresql=self.on_postgresql, prepare=self._prepare)
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


def _entering(campaign: CampaignId) -> Words:
    return (_BEGIN, {}), (_ENTER_CAMPAIGN, {"campaign": str(campaign), "lock": keys_lock(campaign)})


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
    """Roll back; a connection that is lost is not given back to the pool."""
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection):
        if driver.pgconn.transaction_status != _IDLE:
            # The driver's own rollback would also forget every statement that is prepared on the server.
            with suppress(psycopg.Error):
                driver.pgconn.exec_(b"ROLLBACK")
            if driver.pgconn.transaction_status != _IDLE:
                connection.invalidate()
    elif driver is not None:
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
        # The driver takes statements of its own back from the server all at once, and ours with them: it has none.
        connect_args={"prepare_threshold": None, "application_name": "isoloir"},
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
