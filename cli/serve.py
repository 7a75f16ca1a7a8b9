"""Serve the API: one process on SQLite, several on PostgreSQL; the schema and the hosting are checked before."""

import importlib
import signal
import socket
import sys
from argparse import Namespace
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from errno import EADDRINUSE
from types import FrameType
from typing import Any

import uvicorn

from cli.answer import Answer
from cli.opening import settings_of
from cli.prefork import serve_from_many
from installation.open import Installation, open_installation
from kernel.errors import Conflict, Invalid
from kernel.gate import only_one
from kernel.settings import Settings

_BACKLOG = 2048
_WEB = "api.app"


def serve(given: Namespace) -> Answer:
    """Serve until told to stop. Raises Misconfigured, Conflict when another server or program is in the way."""
    more = {} if given.processes is None else {"processes": given.processes}
    settings = settings_of(given, **more)
    with (
        leaving_cleanly(),
        listening(given.host, given.port) as door,
        open_for_serving(settings) as installation,
    ):
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
    """Serve an open installation, in as many processes as its settings say."""
    # The web door is found by name: the two doors do not know each other.
    application = importlib.import_module(_WEB).create_app(installation)
    if installation.settings.processes == 1:
        _run(application, door)
        return

    def serve() -> None:
        installation.register.forget_inherited()
        _run(application, door)

    serve_from_many(installation.settings.processes, serve)


def _run(application: Any, door: socket.socket) -> None:  # noqa: ANN401 - the web framework is the other door's
    configuration = uvicorn.Config(
        application, log_config=None, access_log=False, server_header=False, proxy_headers=False, lifespan="on"
    )
    uvicorn.Server(configuration).run(sockets=[door])


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
