"""Right requests beside 200 wrong ones a second at the token endpoint: ``python -m bench.token_flood [seconds]``.

Two processes on PostgreSQL, as in production. The right ones are tokens and readings, from an address of their own and
from the flood's; the wrong ones are wrong secrets, ids that nobody has, and tokens with a wrong signature, in turn.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import timeit
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from accounts.clients import Credentials, create_client
from accounts.scopes import SCOPES
from bench.place import PURPOSE, Place, fresh_place, servers
from bench.requests import _token as first_token
from kernel.rate import Buckets, Policy

SECONDS = 15
ROUNDS = 3
WRONG_A_SECOND = 200
RIGHT_A_SECOND = 10
FLOOD, FRIEND = "127.0.0.1", "127.0.0.2"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def measure(seconds: int = SECONDS) -> None:
    """Print the median and the 99th percentile of right requests, without the flood and with it, taking turns."""
    with servers() as urls, fresh_place(urls["postgresql"]) as place, _served(place) as (port, client, token):
        print(f"\none bucket taken: {_taking(place):.1f} microseconds of CPU")
        found: dict[str, tuple[list[float], Counter[int]]] = {}
        wrong = Counter[int]()
        for _ in range(ROUNDS):
            _rounds(port, client, token, seconds / ROUNDS, "alone", found)
            with _flood(port, client, token) as answers:
                _rounds(port, client, token, seconds / ROUNDS, "beside the flood", found)
            wrong += answers
        print(f"right requests beside {WRONG_A_SECOND} wrong ones a second, PostgreSQL, two processes: milliseconds")
        print(f"  {'':48s}{'median':>10s}{'p99':>10s}{'answers':>24s}")
        for name, (times, statuses) in sorted(found.items()):
            _tell(name, times, statuses)
        print(f"  the wrong ones, {sum(wrong.values())} of them: {dict(sorted(wrong.items()))}")


def _rounds(
    port: int,
    client: Credentials,
    token: str,
    seconds: float,
    name: str,
    found: dict[str, tuple[list[float], Counter[int]]],
) -> None:
    for address, where in ((FRIEND, "its own address"), (FLOOD, "the flood's address")):
        for kind, ask in (("token", _ask_token(client)), ("reading", _ask_reading(token))):
            times, answers = _right(port, address, ask, seconds)
            known = found.setdefault(f"{kind}, {where}, {name}", ([], Counter()))
            known[0].extend(times)
            known[1].update(answers)


def _tell(name: str, times: list[float], answers: Counter[int]) -> None:
    tail = sorted(times)[int(len(times) * 0.99) - 1]
    print(f"  {name:48s}{statistics.median(times) * 1e3:10.2f}{tail * 1e3:10.2f}{dict(answers)!s:>24s}")


def _taking(place: Place) -> float:
    buckets = Buckets(place.folder / "rates-bench", place.installation.clock)
    policy, rounds = Policy(name="read", quota=1_000_000), 20_000
    who = "7d0f5c1e-8f64-4f0a-9a5b-0d6a54a1b111"
    took = timeit.timeit(lambda: buckets.take(policy, who), timer=time.process_time, number=rounds)
    buckets.close()
    return took / rounds * 1e6


@contextmanager
def _served(place: Place) -> Generator[tuple[int, Credentials, str]]:
    settings = place.installation.settings
    client = create_client(place.installation.register, place.actor, name="bench", scopes=SCOPES, purposes=[PURPOSE])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "ISOLOIR_DATA_DIR": str(settings.data_dir),
        "ISOLOIR_DATABASE_URL": settings.database_url,
        "ISOLOIR_HOSTING": "FR",
        "ISOLOIR_LOG_LEVEL": "warning",
        "ISOLOIR_RATE_TOKENS": "1000000",
    }
    command = [str(Path(sys.executable).with_name("isoloir")), "serve", "--port", str(port), "--processes", "2"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield port, client, first_token(port, client)
        finally:
            server.terminate()


Ask = Callable[[http.client.HTTPConnection], http.client.HTTPResponse]


def _ask_token(client: Credentials) -> Ask:
    form = _form(client.client_id, client.secret)
    return lambda connection: _sent(connection, "POST", "/oauth/token", form, FORM)


def _ask_reading(token: str) -> Ask:
    headers = {"Authorization": f"Bearer {token}", "Processing-Purpose": PURPOSE}
    return lambda connection: _sent(connection, "GET", "/v1/elections", None, headers)


def _form(client: str, secret: str) -> str:
    return urlencode({"grant_type": "client_credentials", "client_id": client, "client_secret": secret})


def _sent(
    connection: http.client.HTTPConnection, method: str, path: str, body: str | None, headers: dict[str, str]
) -> http.client.HTTPResponse:
    connection.request(method, path, body, headers)
    return connection.getresponse()


def _right(port: int, address: str, ask: Ask, seconds: float) -> tuple[list[float], Counter[int]]:
    """Ask at an even pace; return how long each answer took from when it was due, and the statuses."""
    connection = http.client.HTTPConnection("127.0.0.1", port, source_address=(address, 0))
    times, answers, began = [], Counter[int](), time.perf_counter()
    for number in range(round(seconds * RIGHT_A_SECOND)):
        due = began + number / RIGHT_A_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        answer = ask(connection)
        answer.read()
        times.append(time.perf_counter() - due)
        answers[answer.status] += 1
    return times, answers


@contextmanager
def _flood(port: int, client: Credentials, token: str) -> Generator[Counter[int]]:
    """Send wrong requests at an even pace from four connections until the measurement is over."""
    wrong: list[Ask] = [
        _ask_token(Credentials(client.client_id, "x" * 43)),
        _ask_token(Credentials(client.client_id[:-4] + "AAAA", client.secret)),
        _ask_reading(token[:-4] + "AAAA"),
        _ask_token(Credentials("isoloir_" + "A" * 43, "x")),
    ]
    over, answers, threads = threading.Event(), Counter[int](), len(wrong)

    def run(place: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, source_address=(FLOOD, 0))
        began, number = time.perf_counter(), 0
        while not over.wait(max(0.0, began + number * threads / WRONG_A_SECOND - time.perf_counter())):
            answer = wrong[(number + place) % len(wrong)](connection)
            answer.read()
            answers[answer.status] += 1
            number += 1

    running = [threading.Thread(target=run, args=(place,)) for place in range(threads)]
    for thread in running:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in running:
            thread.join()


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
