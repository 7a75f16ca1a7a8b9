"""One contact created and one read over HTTP on PostgreSQL: CPU of server and database together, and the tail.

``python -m bench.requests [requests]``. The CPU is what the kernel accounts to the server and to the database's
processes between the first request and the last; the client's own is not in it.
"""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from accounts.clients import Credentials, create_client
from accounts.scopes import SCOPES
from bench.place import PURPOSE, Place, fresh_place, servers

REQUESTS = 1_500
CLIENTS = (1, 2, 8, 32)
TICK = os.sysconf("SC_CLK_TCK")


def measure(requests: int) -> None:
    """Print CPU a request, and the median and the 99th percentile by the number of clients."""
    with servers() as urls, fresh_place(urls["postgresql"]) as place, _served(place) as (port, server, token):
        contact = _create(port, token, 0)
        kinds = {
            "create": lambda number: ("POST", "/v1/contacts", _body(place, number)),
            "read with note": lambda _: ("GET", f"/v1/contacts/{contact}", None),
        }
        print("\nrequests over HTTP, PostgreSQL: milliseconds")
        print(f"  {'':16s}{'clients':>8s}{'CPU each':>10s}{'median':>10s}{'p99':>10s}{'a second':>10s}")
        for name, make in kinds.items():
            for clients in CLIENTS:
                _load(port, token, make, requests // 5, clients)
                before, began = _cpu(server), time.perf_counter()
                times = sorted(_load(port, token, make, requests, clients))
                took, cpu = time.perf_counter() - began, _cpu(server) - before
                tail = times[int(len(times) * 0.99) - 1]
                print(
                    f"  {name:16s}{clients:8d}{cpu / len(times) * 1e3:10.2f}{statistics.median(times) * 1e3:10.2f}"
                    f"{tail * 1e3:10.2f}{len(times) / took:10.0f}"
                )


@contextmanager
def _served(place: Place) -> Generator[tuple[int, int, str]]:
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
    command = [str(Path(sys.executable).with_name("isoloir")), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield port, server.pid, _token(port, client)
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


def _body(place: Place, number: int) -> bytes:
    fields = {
        "last_name": f"Mesure{number}",
        "first_names": "Jeanne",
        "email": [f"mesure{number}.{os.getpid()}@example.org"],
        "note": ["préfère être contactée le soir"],
    }
    return json.dumps({"category": "regular", "origin": place.newsletter.number, "fields": fields}).encode()


def _create(port: int, token: str, number: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    body = json.dumps(
        {"category": "regular", "origin": 1, "fields": {"last_name": f"Lue{number}", "first_names": "Ana"}}
    )
    connection.request("POST", "/v1/contacts", body, _headers(token))
    answer = connection.getresponse()
    told = json.loads(answer.read())
    assert answer.status == http.client.CREATED, told
    return str(told["id"])


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Processing-Purpose": PURPOSE, "Content-Type": "application/json"}


def _load(port: int, token: str, make: object, requests: int, clients: int) -> list[float]:
    """Send ``requests`` from ``clients`` connections; return how long each took."""
    times: list[float] = []
    first = time.monotonic_ns()
    counter = iter(range(first, first + requests))
    lock = threading.Lock()

    def run() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while True:
            with lock:
                number = next(counter, None)
            if number is None:
                return
            method, path, body = make(number)  # type: ignore[operator]
            began = time.perf_counter()
            connection.request(method, path, body, _headers(token))
            answer = connection.getresponse()
            told = answer.read()
            took = time.perf_counter() - began
            assert answer.status in {200, 201}, (answer.status, told[:300])
            with lock:
                times.append(took)

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == requests
    return times


def _cpu(server: int) -> float:
    """Return the seconds of CPU that the server and every PostgreSQL process have used."""
    total = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            name, _, rest = (folder / "stat").read_text().rpartition(") ")
        except OSError:
            continue
        if int(folder.name) == server or name.endswith("(postgres"):
            fields = rest.split()
            total += int(fields[11]) + int(fields[12])
    return total / TICK


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS)
