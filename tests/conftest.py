"""What every test has: both engines with the schema the migrations built, and no way to the outside."""

import ipaddress
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import hypothesis
import psycopg
import pytest
from sqlalchemy import make_url

from cli import words
from tests.postgres_server import drop_database, running_cluster

if TYPE_CHECKING:
    from tests.factories import World

# A slow machine is no finding: properties have no deadline.
hypothesis.settings.register_profile("isoloir", deadline=None)
hypothesis.settings.load_profile("isoloir")

_ROOM = 2**31


def _write_in_memory() -> None:
    """Keep what tests write in memory where there is room: it is thrown away, and a disk only makes them wait."""
    memory = Path("/dev/shm")  # noqa: S108 - folders made in it are their owner's alone
    if "TMPDIR" not in os.environ and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM:
        tempfile.tempdir = os.environ["TMPDIR"] = str(memory)


_write_in_memory()


def _hear_interrupts() -> None:
    """Undo what a shell does to programs in the background: those that tests start would never hear Ctrl-C either."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


_hear_interrupts()


def _stays_here(host: object) -> bool:
    if host in {None, "", b"", "localhost", b"localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse every way out but loopback and Unix sockets; an audit hook cannot be patched away by a test."""
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and not _stays_here(address[0]):
            raise ConnectionRefusedError("tests do not leave this machine")
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"} and not _stays_here(arguments[0]):
        raise ConnectionRefusedError("tests look no host up")


sys.addaudithook(_guard)


@pytest.fixture(autouse=True)
def in_french() -> None:
    """Speak French, as the product does, whatever language the test before it chose."""
    words.choose(words.FRENCH)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Yield the URL of a maintenance database whose role may create databases and roles."""
    if given := os.environ.get("ISOLOIR_TEST_DATABASE_URL"):
        yield given
    else:
        with running_cluster() as url:
            yield url


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """Yield the name of a database that the migrations built once for the session."""
    from migrations.run import upgrade  # noqa: PLC0415 - tests without a database do without alembic

    with _created(postgresql_server, template="template1") as name:
        upgrade(_url(postgresql_server, name))
        yield name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file that the migrations built once for the session."""
    from migrations.run import upgrade  # noqa: PLC0415

    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """Yield the URL of an empty PostgreSQL database of this test's own."""
    with _created(postgresql_server, template=postgresql_template) as name:
        yield _url(postgresql_server, name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the URL of an empty SQLite database of this test's own."""
    path = tmp_path / "isoloir.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of an empty database of this test's own; the test runs once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> "Iterator[World]":
    """Yield an installation with an active campaign in it, of this test's own."""
    from tests.factories import opened_world  # noqa: PLC0415 - tests without a world do without the product

    with opened_world(database_url, tmp_path) as one:
        yield one


def _url(server: str, name: str) -> str:
    return make_url(server).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)


@contextmanager
def _created(server: str, *, template: str) -> Iterator[str]:
    name = f"isoloir_test_{token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'.encode())
        try:
            yield name
        finally:
            drop_database(server, name)
