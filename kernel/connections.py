"""The connections of one process: opened when first needed, kept open, each lent to one transaction at a time.

The library's own pool makes several objects for each loan; for a request of two round trips they were a tenth of its
CPU. Here a loan is an item taken from a list.
"""

import sqlite3
from contextlib import suppress
from threading import Semaphore
from typing import Any

import psycopg
from psycopg import pq
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import ConnectionPoolEntry

from kernel.columns import KEYS
from kernel.errors import Misconfigured
from kernel.pipeline import Pipeline
from kernel.settings import Settings

_PATIENCE = 30.0
"""Seconds to wait for a connection that others have."""
_MOST_ON_SQLITE = 16
_IDLE = pq.TransactionStatus.IDLE
_LARGEST_LOG = 64_000
"""Pages of 4 KiB up to which SQLite's log grows before it is folded: what is written often is folded once."""
_SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "cache_size=-65536",
    f"wal_autocheckpoint={_LARGEST_LOG}",
)


class Lent:
    """A connection as the library sees it and as the driver does, with its pipeline on PostgreSQL."""

    __slots__ = ("_driver", "_pipeline", "connection")

    def __init__(self, connection: Connection, *, prepare: bool) -> None:
        self.connection = connection
        driver: Any = connection.connection.driver_connection
        self._driver = driver
        self._pipeline = Pipeline(driver, prepare=prepare) if isinstance(driver, psycopg.Connection) else None

    @property
    def pipeline(self) -> Pipeline:
        """Return the pipeline to PostgreSQL."""
        if self._pipeline is None:
            raise _closed()
        return self._pipeline

    @property
    def postgresql(self) -> psycopg.Connection[Any]:
        """Return PostgreSQL's own connection."""
        if not isinstance(self._driver, psycopg.Connection):
            raise _closed()
        return self._driver

    @property
    def sqlite(self) -> sqlite3.Connection:
        """Return SQLite's own connection."""
        if not isinstance(self._driver, sqlite3.Connection):
            raise _closed()
        return self._driver

    @property
    def is_open(self) -> bool:
        """Tell whether nothing says that the server has gone meanwhile."""
        return self._pipeline is None or self._pipeline.is_quiet

    def clean(self) -> bool:
        """Roll back what is open; tell whether the connection can be lent again."""
        if self._pipeline is None:
            self._driver.rollback()
        else:
            self._pipeline.abandon()
            libpq = self._driver.pgconn
            if libpq.transaction_status != _IDLE:
                # The driver's own rollback would also forget every statement that is prepared on the server.
                with suppress(psycopg.Error):
                    libpq.exec_(b"ROLLBACK")
                if libpq.transaction_status != _IDLE:
                    return False
        if self.connection.invalidated:
            return False
        if self.connection.in_transaction():
            self.connection.rollback()  # The library's own idea of a transaction: nothing is sent.
        return True

    def close(self) -> None:
        """Close it for good."""
        with suppress(psycopg.Error, sqlite3.Error):
            self._driver.close()
        self.connection.invalidate()
        self.connection.close()


class Connections:
    """Lend at most so many connections as the settings say; whoever finds none waits."""

    def __init__(self, settings: Settings) -> None:
        self.on_postgresql = settings.url.startswith("postgresql")
        self._prepare = settings.database_prepare
        self._engine = _postgresql_engine(settings) if self.on_postgresql else _sqlite_engine(settings)
        self._free = Semaphore(settings.database_pool if self.on_postgresql else _MOST_ON_SQLITE)
        self._idle: list[Lent] = []
        self._lent: set[Lent] = set()

    @property
    def in_use(self) -> int:
        """Return how many are lent at this moment."""
        return len(self._lent)

    def take(self) -> Lent:
        """Return a connection of which nobody else knows. Raises what the driver raises where none can be opened."""
        if not self._free.acquire(timeout=_PATIENCE):
            message = "no connection to the database became free"
            raise NoneFree(message)
        try:
            lent = self._opened()
        except BaseException:
            self._free.release()
            raise
        self._lent.add(lent)
        return lent

    def _opened(self) -> Lent:
        with suppress(IndexError):
            while True:
                lent = self._idle.pop()
                if lent.is_open:
                    return lent
                lent.close()
        return Lent(self._engine.connect(), prepare=self._prepare)

    def give_back(self, lent: Lent) -> None:
        """Take a connection back; what was not committed is undone, and one that is lost is not lent again."""
        self._lent.discard(lent)
        is_clean = False
        try:
            is_clean = lent.clean()
        finally:
            if is_clean:
                self._idle.append(lent)
            else:
                lent.close()
            self._free.release()

    def close(self) -> None:
        """Close what nobody has."""
        while self._idle:
            self._idle.pop().close()


def _closed() -> Misconfigured:
    return Misconfigured("the connection is closed, or another engine's")


def _postgresql_engine(settings: Settings) -> Engine:
    return create_engine(
        settings.url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        poolclass=NullPool,
        execution_options={"preserve_rowcount": True},
        # The driver takes statements of its own back from the server all at once, and ours with them: it has none.
        connect_args={"prepare_threshold": None, "application_name": "isoloir"},
    )


def _sqlite_engine(settings: Settings) -> Engine:
    engine = create_engine(
        settings.url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        poolclass=NullPool,
        connect_args={"check_same_thread": False, "timeout": 30},
        execution_options={"schema_translate_map": {KEYS: None}, "preserve_rowcount": True},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    """Set what a file of ours needs: ``secure_delete=ON`` (FAST leaves freed pages in the file: measured)."""
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
