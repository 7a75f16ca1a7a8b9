"""How long until the command line answers and until the server does: ``python -m bench.startup``."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench import yardstick
from bench.place import fresh_place, servers
from kernel.settings import Settings

ROUNDS = 5
ISOLOIR = str(Path(sys.executable).with_name("isoloir"))


def measure() -> None:
    """Print the median seconds of ``isoloir --help`` and from ``isoloir serve`` to its first answer."""
    yardstick.measure()
    helped = statistics.median(_help() for _ in range(ROUNDS))
    print(f"\nstart, median of {ROUNDS}: isoloir --help {helped:.2f} s", flush=True)
    with servers() as urls:
        for engine, processes in (("sqlite", 1), ("postgresql", 2)):
            with fresh_place(urls[engine]) as place:
                served = statistics.median(_serve(place.installation.settings, processes) for _ in range(ROUNDS))
            print(f"  isoloir serve, {engine}, processes: {processes}, ready after {served:.2f} s", flush=True)


def _environment() -> dict[str, str]:
    """Return ours, without the wish that some workshops have: an installed program keeps its compiled modules."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _help() -> float:
    began = time.perf_counter()
    subprocess.run([ISOLOIR, "--help"], check=True, env=_environment(), stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _serve(settings: Settings, processes: int) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = _environment() | {
        "ISOLOIR_DATA_DIR": str(settings.data_dir),
        "ISOLOIR_DATABASE_URL": settings.database_url,
        "ISOLOIR_HOSTING": "FR",
    }
    began = time.perf_counter()
    command = [ISOLOIR, "serve", "--port", str(port), "--processes", str(processes)]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=nowhere, stderr=nowhere) as server:
        try:
            while not _is_ready(port):
                time.sleep(0.01)
            return time.perf_counter() - began
        finally:
            server.terminate()


def _is_ready(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False


if __name__ == "__main__":
    measure()
