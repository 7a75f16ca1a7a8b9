"""Serve the API: one process on SQLite, several on PostgreSQL; the schema and the hosting are checked before."""

import os
import signal
import socket
import sys
from argparse import Namespace
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from errno import EADDRINUSE
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from cli.answer import Answer
from cli.loading import load
from cli.opening import settings_of
from cli.prefork import serve_from_many
from cli.words import say
from installation.open import Installation, open_installation
from kernel.errors import Conflict, Invalid
from kernel.gate import only_one
from kernel.settings import Settings

_BACKLOG = 2048
_LAST_NUMBERING = 10.0
"""Seconds that a process may take, once its requests have ended, to number the log a last time."""
_WEB = "api.app"
_CONNECTION = "api.connection:Connection"


def serve(given: Namespace) -> Answer:
    """Serve until told to stop. Raises Misconfigured, Conflict when another server or program is in the way."""
    more = {} if given.processes is None else {"processes": given.processes}
    settings = settings_of(given, **more)
    with (
        leaving_cleanly(),
        listening(given.host, given.port, settings.processes) as doors,
        open_for_serving(settings) as installation,
    ):
        if not getattr(given, "json", False):
            # Told before the fork, and flushed: what stands in a buffer would be told by every process.
            print(where_it_listens(given.host, given.port, len(doors), settings.public_url), flush=True)
        serve_installation(installation, doors)
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
def listening(host: str, port: int, doors: int = 1) -> Generator[list[socket.socket]]:
    """Take the port, so that a busy one is a plain error and an early caller waits instead of being turned away.

    Of several doors each process has its own, among which the kernel shares out callers: at one door whoever woke
    first took them all, and half of the processors stood idle.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        message = f"the address {host} cannot be listened on"
        raise Invalid(message) from None
    with ExitStack() as opened:
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)  # Shared doors alone would not tell that another server has the port.
            taken = [opened.enter_context(_door(family, address, shared=doors > 1)) for _ in range(doors)]
        except OSError as problem:
            if problem.errno != EADDRINUSE:
                message = f"the address {host} cannot be listened on"
                raise Invalid(message) from None
            message = f"the port {port} of {host} is taken: stop the other program or choose --port"
            raise Conflict(message) from None
        yield taken


def _door(family: int, address: Any, *, shared: bool) -> socket.socket:  # noqa: ANN401 - as the system writes it
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    door.bind(address)
    door.listen(_BACKLOG)
    return door


def serve_installation(installation: Installation, doors: Sequence[socket.socket]) -> None:
    """Serve an open installation, in one process for each door."""
    if len(doors) > 1:
        _count_together(installation.settings.metrics_dir.absolute())
    # The web door is found by name: the two doors do not know each other.
    application = load(_WEB).create_app(installation)
    if len(doors) == 1:
        _run(application, doors[0])
        return

    def serve(door: socket.socket) -> None:
        installation.register.forget_inherited()
        _run(application, door)

    settings = installation.settings
    patience = settings.drain_seconds + settings.shutdown_seconds + _LAST_NUMBERING
    serve_from_many([partial(serve, door) for door in doors], patience=patience)


def where_it_listens(host: str, port: int, processes: int, public_url: str) -> str:
    """Say where the server listens, and as what it is reached where that was set: the log speaks to programs only."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    reached = f"http://{address}" if public_url == Settings.model_fields["public_url"].default else public_url
    description = f"{reached.rstrip('/')}/openapi.json"
    return say(
        f"À l'écoute sur {address} ({processes} processus) ; description de l'API : {description}",
        f"Listening on {address} ({processes} processes); description of the API: {description}",
    )


def _count_together(folder: Path) -> None:
    """Let the processes put their counts together, without those of the last run; read when figures are imported."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _run(application: Any, door: socket.socket) -> None:  # noqa: ANN401 - the web framework is the other door's
    configuration = uvicorn.Config(
        application,
        http=_CONNECTION,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
        timeout_graceful_shutdown=application.state.installation.settings.shutdown_seconds,
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
