"""Serve the API: one process on SQLite, several on PostgreSQL; the schema and the hosting are checked before."""

import importlib
import os
import signal
import socket
import sys
from argparse import Namespace
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from errno import EADDRINUSE
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from cli.answer import Answer
from cli.opening import settings_of
from installation.open import Installation, open_installation
from kernel.errors import Conflict, Invalid
from kernel.gate import only_one
from kernel.settings import Settings

_BACKLOG = 2048
_WEB = "api.app"
_WORKER = "api.app:served"
_CONNECTION = "api.connection:Connection"


def serve(given: Namespace) -> Answer:
    """Serve until told to stop. Raises Misconfigured, Conflict when another server or program is in the way."""
    more = {} if given.processes is None else {"processes": given.processes}
    settings = settings_of(given, **more)
    with leaving_cleanly(), listening(given.host, given.port) as door:
        if settings.processes > 1:
            _serve_with_many(settings, door)
        else:
            with open_for_serving(settings) as installation:
                serve_installation(installation, door)
    return Answer({"served": True})


@contextmanager
def open_for_serving(settings: Settings) -> Generator[Installation]:
    """Open the installation as its server: alone on SQLite."""
    with ExitStack() as stack:
        installation = stack.enter_context(open_installation(settings))
        if not installation.database.on_postgresql:
            path = installation.database.path
            stack.enter_context(only_one(path.with_name(path.name + ".server"), "isoloir serve"))
        yield installation


@contextmanager
def listening(host: str, port: int) -> Generator[socket.socket]:
    """Take the port, so that a busy one is a plain error and an early caller waits instead of being turned away."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        message = f"the address {host} cannot be listened on"
        raise Invalid(message) from None
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(address)
            door.listen(_BACKLOG)
        except OSError as problem:
            if problem.errno != EADDRINUSE:
                message = f"the address {host} cannot be listened on"
                raise Invalid(message) from None
            message = f"the port {port} of {host} is taken: stop the other program or choose --port"
            raise Conflict(message) from None
        door.set_inheritable(True)
        yield door


def serve_installation(installation: Installation, door: socket.socket) -> None:
    """Serve an open installation in this process."""
    # The web door is found by name: the two doors do not know each other.
    application = importlib.import_module(_WEB).create_app(installation)
    uvicorn.Server(_configuration(application, installation.settings.shutdown_seconds)).run(sockets=[door])


def _serve_with_many(settings: Settings, door: socket.socket) -> None:
    with open_for_serving(settings):
        pass
    # A process of its own reads the settings anew: what the command line said must reach it.
    os.environ["ISOLOIR_DATA_DIR"] = str(Path(settings.data_dir).absolute())
    os.environ["ISOLOIR_PROCESSES"] = str(settings.processes)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_emptied(settings.metrics_dir.absolute()))
    configuration = _configuration(_WORKER, settings.shutdown_seconds, workers=settings.processes)
    Multiprocess(configuration, sockets=[door]).run()


def _emptied(folder: Path) -> Path:
    """Empty the folder where the processes put their counts together: those of the last run are no more."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()
    return folder


def _configuration(application: Any, seconds: int, workers: int = 1) -> uvicorn.Config:  # noqa: ANN401 - the web framework is the other door's
    return uvicorn.Config(
        application,
        factory=isinstance(application, str),
        workers=workers,
        http=_CONNECTION,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
        timeout_graceful_shutdown=seconds,
    )


@contextmanager
def leaving_cleanly() -> Generator[None]:
    """Treat a stop from the keyboard or the system as an end, not as a failure."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        print(file=sys.stderr)
    finally:
        signal.signal(signal.SIGTERM, before)
