"""One contact created and one read over HTTP on PostgreSQL: CPU of application and database, and the tail.

``python -m bench.requests [requests] [processes]``. The CPU is what the kernel accounts to the server's processes and
to the database's between the first request and the last; the client's own is not in it. A server makes its detector
ready beside its first seconds, once for its whole life: that is waited for.
"""

import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from accounts.clients import Credentials, create_client
from accounts.scopes import SCOPES
from bench import yardstick
from bench.cpu import Meter
from bench.load import load
from bench.place import PURPOSE, Place, fresh_place, servers

REQUESTS = 2_000
PROCESSES = 2
CLIENTS = (1, 2, 8, 32)
_IDLE = 60.0
"""Milliseconds of CPU a second: what all processes' pauses and looks at the outbox take together."""
_MOST_PAUSES = 120
WRITES = 0.2
"""The share of writes in the mix: a campaign's day reads four times as often as it writes."""


@dataclass(frozen=True)
class Served:
    """A running server of the program, and a client that may use it."""

    port: int
    token: str
    origin: int
    meter: Meter

    def create(self, number: int) -> bytes:
        """Write the request that creates a contact nobody has seen."""
        fields = {
            "last_name": f"Mesure{number}",
            "first_names": "Jeanne",
            "email": [f"mesure{number}.{os.getpid()}@example.org"],
            "note": ["préfère être contactée le soir"],
        }
        body = json.dumps({"category": "regular", "origin": self.origin, "fields": fields}).encode()
        return self._request(f"POST /v1/contacts HTTP/1.1\r\nContent-Length: {len(body)}\r\n", body)

    def read(self, contact: str) -> bytes:
        """Write the request that reads a contact."""
        return self._request(f"GET /v1/contacts/{contact} HTTP/1.1\r\n")

    def _request(self, first: str, body: bytes = b"") -> bytes:
        headers = f"Host: 127.0.0.1\r\nAuthorization: Bearer {self.token}\r\nProcessing-Purpose: {PURPOSE}\r\n"
        return f"{first}{headers}Content-Type: application/json\r\n\r\n".encode() + body


def measure(requests: int, processes: int = PROCESSES) -> None:
    """Print CPU a request, and the median and the 99th percentile by the number of clients."""
    yardstick.measure()
    with servers() as urls, fresh_place(urls["postgresql"]) as place, serving(place, processes) as served:
        numbers = iter(range(time.monotonic_ns(), sys.maxsize))
        contact = _create_one(served, next(numbers))
        _wait_until_idle(served.meter)
        draw = random.Random(2027)  # noqa: S311 - the same order of reads and writes in every run

        def create() -> bytes:
            return served.create(next(numbers))

        def read() -> bytes:
            return served.read(contact)

        def either() -> bytes:
            return create() if draw.random() < WRITES else read()

        print(f"\nrequests over HTTP, PostgreSQL, {processes} processes: milliseconds")
        print(
            f"  {'':16s}{'clients':>8s}{'CPU app':>10s}{'CPU db':>10s}{'together':>10s}{'median':>10s}{'p99':>10s}",
            end="",
        )
        print(f"{'a second':>10s}")
        for clients in CLIENTS:
            _run(served, "create", create, requests, clients)
        for clients in CLIENTS:
            _run(served, "read with note", read, requests, clients)
        _run(served, "80 % reads", either, requests * 2, CLIENTS[-1])


def _run(served: Served, name: str, make: Callable[[], bytes], requests: int, clients: int) -> None:
    load(served.port, _made(make, requests // 5), clients)
    prepared = list(_made(make, requests))
    before, began = served.meter.read(), time.perf_counter()
    times = sorted(load(served.port, prepared, clients))
    took, cpu = time.perf_counter() - began, served.meter.read().since(before, requests)
    tail = times[int(len(times) * 0.99) - 1]
    print(
        f"  {name:16s}{clients:8d}{cpu.application:10.2f}{cpu.database:10.2f}{sum(cpu):10.2f}"
        f"{statistics.median(times) * 1e3:10.2f}{tail * 1e3:10.2f}{len(times) / took:10.0f}",
        flush=True,
    )


def _wait_until_idle(meter: Meter) -> None:
    """Wait until the server does nothing but wait for requests."""
    for _ in range(_MOST_PAUSES):
        before = meter.read()
        time.sleep(1)
        if meter.read().since(before, 1).application < _IDLE:
            return
    raise TimeoutError


def _made(make: Callable[[], bytes], requests: int) -> Iterable[bytes]:
    return (make() for _ in range(requests))


@contextmanager
def serving(place: Place, processes: int) -> Generator[Served]:
    """Run the program's server as its users do, until the end."""
    register, settings = place.installation.register, place.installation.settings
    client = create_client(register, place.actor, name="bench", scopes=SCOPES, purposes=[PURPOSE])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "ISOLOIR_DATA_DIR": str(settings.data_dir),
        "ISOLOIR_DATABASE_URL": settings.database_url,
        "ISOLOIR_HOSTING": "FR",
        "ISOLOIR_LOG_LEVEL": "warning",
        "ISOLOIR_RATE_READS": "1000000",
        "ISOLOIR_RATE_WRITES": "1000000",
    }
    options = ["serve", "--port", str(port), "--processes", str(processes)]
    command = [str(Path(sys.executable).with_name("isoloir")), *options]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            token = _token(port, client)
            yield Served(port, token, place.newsletter.number, Meter(server.pid, settings.url))
        finally:
            server.terminate()


def _token(port: int, client: Credentials) -> str:
    form = f"grant_type=client_credentials&client_id={client.client_id}&client_secret={client.secret}"
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("POST", "/oauth/token", form, {"Content-Type": "application/x-www-form-urlencoded"})
            return str(json.loads(connection.getresponse().read())["access_token"])
        except OSError:
            time.sleep(0.1)
    raise TimeoutError


def _create_one(served: Served, number: int) -> str:
    """Create a contact and return its id."""
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(served.create(number))
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        told = json.loads(answer.read())
    assert answer.status == http.client.CREATED, told
    return str(told["id"])


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    measure(*given or [REQUESTS])
