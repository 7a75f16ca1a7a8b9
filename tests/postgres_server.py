"""A throw-away PostgreSQL cluster: made for one test session, gone with it, even if the session is killed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

OWNER = "isoloir"
"""The role that owns the databases: no superuser, so that row-level security binds it as it does in production."""

_SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "logging_collector": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
    "timezone": "UTC",
}
_PATIENCE = 30.0


@contextmanager
def running_cluster(settings: Mapping[str, str] = _SETTINGS) -> Iterator[str]:
    """Start a cluster, yield the URL of its owner's maintenance database, stop and delete the cluster.

    Unless ``settings`` say otherwise it is fast and keeps nothing through a crash.
    """
    folder = Path(tempfile.mkdtemp(prefix="isoloir-postgres-"))
    try:
        user = _unprivileged()
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
        data = folder / "data"
        _initialise(data, user)
        port = _free_port()
        server = _start(data, folder, port, user, settings)
        try:
            _wait(server, folder, port)
            _create_owner(folder, port)
            yield f"postgresql://{OWNER}@127.0.0.1:{port}/postgres"
        finally:
            # An immediate shutdown: nobody needs what the cluster holds.
            server.send_signal(signal.SIGQUIT)
            server.wait(_PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def drop_database(server: str, name: str) -> None:
    """Drop a database, on a cluster of ours as its superuser.

    A session of another superuser, such as a dump's, may not be gone yet, and nobody else may end it.
    """
    own = make_url(server).set(drivername="postgresql", database="postgres")
    if "ISOLOIR_TEST_DATABASE_URL" not in os.environ:
        own = own.set(username="postgres")
    with psycopg.connect(own.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _unprivileged() -> str:
    """Return the user that runs the server: PostgreSQL refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _program(name: str) -> str:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = shutil.which(name, path=os.pathsep.join([*map(str, reversed(folders)), os.environ.get("PATH", "")]))
    if found is None:
        message = f"PostgreSQL's {name} is not on this machine: run scripts/install_postgres"
        raise FileNotFoundError(message)
    return found


def _as(user: str, *, dies_with_us: bool = False) -> list[str]:
    # The kernel sends the signal when pytest dies, however it dies: no orphan keeps running.
    words = ["setpriv", "--pdeathsig", "QUIT"] if dies_with_us else ["setpriv"]
    if os.geteuid() == 0:
        words += [f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"]
    return words if len(words) > 1 else []


def _initialise(data: Path, user: str) -> None:
    initdb = [_program("initdb"), "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
    command = [*_as(user), *initdb, "--no-instructions", f"--pgdata={data}"]
    subprocess.run(command, check=True, capture_output=True, cwd="/")


def _start(data: Path, folder: Path, port: int, user: str, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    listening = ["-D", str(data), "-k", str(folder), "-h", "127.0.0.1", "-p", str(port)]
    with (folder / "log").open("wb") as log:
        command = [*_as(user, dies_with_us=True), _program("postgres"), *listening, *options]
        return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait(server: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(host=str(folder), port=port, user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError((folder / "log").read_text(encoding="utf-8", errors="replace")) from None
            time.sleep(0.02)
        else:
            return


def _create_owner(folder: Path, port: int) -> None:
    with psycopg.connect(
        host=str(folder), port=port, user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE")
