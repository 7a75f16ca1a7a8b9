"""How long until the command line answers and until the server does: ``python -m bench.startup``."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from installation.create import create_installation
from kernel.settings import load_settings

ROUNDS = 5
ISOLOIR = str(Path(sys.executable).with_name("isoloir"))


def measure() -> None:
    """Print the median seconds of ``isoloir --help`` and from ``isoloir serve`` to its first answer."""
    helped = statistics.median(_help() for _ in range(ROUNDS))
    with tempfile.TemporaryDirectory() as folder:
        create_installation(load_settings(data_dir=Path(folder), hosting="FR"))
        served = statistics.median(_serve(folder) for _ in range(ROUNDS))
    print(f"\nstart, median of {ROUNDS}: isoloir --help {helped:.2f} s, isoloir serve ready after {served:.2f} s")


def _help() -> float:
    began = time.perf_counter()
    subprocess.run([ISOLOIR, "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _serve(folder: str) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"ISOLOIR_DATA_DIR": folder, "ISOLOIR_HOSTING": "FR"}
    began = time.perf_counter()
    command = [ISOLOIR, "serve", "--port", str(port)]
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
