"""What is a database out of reach, and what is a statement of ours that is wrong."""

import sqlite3

import psycopg
from psycopg import errors
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoneFree

from kernel.reach import is_made_twice, is_out_of_reach


def of_sqlite(code: int, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> sqlite3.Error:
    problem = kind("x")
    problem.sqlite_errorcode = code
    return problem


def test_only_what_may_be_otherwise_a_little_later_is_out_of_reach() -> None:
    cases: list[tuple[BaseException, bool]] = [
        (NoneFree("x"), True),
        (psycopg.OperationalError("x"), True),
        (psycopg.InterfaceError("x"), True),
        (errors.DeadlockDetected("x"), True),
        (errors.AdminShutdown("x"), True),
        (errors.DiskFull("x"), True),
        (errors.UniqueViolation("x"), False),
        (errors.InsufficientPrivilege("x"), False),
        (DBAPIError("x", None, psycopg.OperationalError("x")), True),
        (IntegrityError("x", None, errors.UniqueViolation("x")), False),
        (DBAPIError("x", None, of_sqlite(sqlite3.SQLITE_BUSY)), True),
        (of_sqlite(sqlite3.SQLITE_IOERR | 10 << 8), True),
        (of_sqlite(sqlite3.SQLITE_FULL), True),
        (of_sqlite(sqlite3.SQLITE_ERROR), False),
        (sqlite3.OperationalError("x"), False),
        (ValueError("x"), False),
    ]
    assert [(type(one).__name__, is_out_of_reach(one)) for one, _ in cases] == [
        (type(one).__name__, wanted) for one, wanted in cases
    ]


def test_only_a_row_that_is_there_already_is_made_twice() -> None:
    cases: list[tuple[BaseException, bool]] = [
        (errors.UniqueViolation("x"), True),
        (IntegrityError("x", None, errors.UniqueViolation("x")), True),
        (of_sqlite(sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.IntegrityError), True),
        (of_sqlite(sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.IntegrityError), True),
        (of_sqlite(sqlite3.SQLITE_CONSTRAINT_NOTNULL, sqlite3.IntegrityError), False),
        (errors.ForeignKeyViolation("x"), False),
        (psycopg.OperationalError("x"), False),
        (ValueError("x"), False),
    ]
    assert [is_made_twice(one) for one, _ in cases] == [wanted for _, wanted in cases]
