"""Tell a database that does not answer now, and a row that another made first, from a statement that is wrong."""

import sqlite3

import psycopg
from psycopg import errors
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


_TWICE = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})


def is_made_twice(problem: BaseException) -> bool:
    """Tell whether a row was there already: two who look first and then write both find nothing (a race)."""
    raised = _raised(problem)
    if isinstance(raised, sqlite3.IntegrityError):
        return getattr(raised, "sqlite_errorcode", None) in _TWICE
    return isinstance(raised, errors.UniqueViolation)


def is_out_of_reach(problem: BaseException) -> bool:
    """Tell whether a driver failed because the database was not there, had no room, or was busy with others."""
    if isinstance(problem, NoneFree):
        return True
    raised = _raised(problem)
    if isinstance(raised, sqlite3.Error):
        code: int | None = getattr(raised, "sqlite_errorcode", None)
        return code is not None and code & _FAMILY in _PASSING
    return isinstance(raised, psycopg.OperationalError | psycopg.InterfaceError)


def _raised(problem: BaseException) -> BaseException | None:
    """Return what the driver raised, which the library may have wrapped."""
    return problem.orig if isinstance(problem, DBAPIError) else problem
