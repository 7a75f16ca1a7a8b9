"""The ground that the other tests stand on: databases of their own, and no way to the outside."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.project.places import ROOT

ELSEWHERE = "192.0.2.1"  # RFC 5737: nobody's


def test_a_connection_to_the_outside_is_refused() -> None:
    with socket.socket() as outward, pytest.raises(ConnectionRefusedError, match="do not leave"):
        outward.connect((ELSEWHERE, 9))


def test_a_datagram_to_the_outside_is_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as outward, pytest.raises(ConnectionRefusedError, match="do not leave"):
        outward.sendto(b"", (ELSEWHERE, 9))


def test_a_host_is_not_looked_up() -> None:
    with pytest.raises(ConnectionRefusedError, match="look no host up"):
        socket.getaddrinfo("example.org", 443)


def test_loopback_and_unix_sockets_are_open(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as caller:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        caller.connect(str(tmp_path / "s"))


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_a_migrated_database_of_its_own(database_url: str, turn: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert len(inspect(connection).get_table_names()) > 1
        # A database shared between the turns would hold this table already.
        connection.execute(text("CREATE TABLE mine (turn TEXT)"))
        connection.execute(text("INSERT INTO mine VALUES (:turn)"), {"turn": turn})
    engine.dispose()


ORPHAN = """
import os
from tests.postgres_server import running_cluster
with running_cluster() as url:
    print(url, flush=True)
    os.read(0, 1)
"""


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Yield a folder that the server's own user may enter, unlike tmp_path."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_a_killed_session_leaves_no_server_running(scratch: Path) -> None:
    command = [sys.executable, "-c", ORPHAN]
    environment = {**os.environ, "TMPDIR": str(scratch)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE, text=True) as session:
        assert session.stdout is not None
        address = ("127.0.0.1", int(session.stdout.readline().rpartition(":")[2].partition("/")[0]))
        assert not _is_closed(address)
        os.kill(session.pid, signal.SIGKILL)
    assert any(_is_closed(address) for _ in range(1000))


def _is_closed(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address).close()
    except ConnectionRefusedError:
        return True
    time.sleep(0.02)
    return False
