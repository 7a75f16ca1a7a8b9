"""Tell a database that does not answer now from a statement that is wrong."""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
"""What SQLite says of its file and of others at it; its other operational errors are faults of a statement."""
_FAMILY = 0xFF
"""The bits of an extended code of SQLite's that say its family."""


def is_out_of_reach(problem: BaseException) -> bool:
    """Tell whether a driver failed because the database was not there, had no room, or was busy with others."""
    if isinstance(problem, NoneFree):
        return True
    raised = problem.orig if isinstance(problem, DBAPIError) else problem
    if isinstance(raised, sqlite3.Error):
        code: int | None = getattr(raised, "sqlite_errorcode", None)
        return code is not None and code & _FAMILY in _PASSING
    return isinstance(raised, psycopg.OperationalError | psycopg.InterfaceError)
