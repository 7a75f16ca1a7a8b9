"""How the program ends: not ready first, no request lost, the log numbered and signed."""

import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from sqlalchemy import text

from audit.standing import log_standing
from audit.verify import verify_log
from installation.open import open_installation
from kernel.actor import operator_in
from keys.load import load_campaign_keys
from tests.api.program import PATIENCE, Program, running
from tests.attachments.samples import PDF, scan_of


class Load:
    """Clients that record contacts until an answer asks them to go; everything else that ends them is a loss."""

    def __init__(self, program: Program, clients: int) -> None:
        self._program = program
        self.recorded: list[int] = []
        self.lost: list[str] = []
        self._clients = [threading.Thread(target=self._record) for _ in range(clients)]

    def start(self) -> None:
        for client in self._clients:
            client.start()

    def join(self) -> None:
        for client in self._clients:
            client.join(PATIENCE)

    def _record(self) -> None:
        with httpx2.Client(base_url=self._program.url, headers=self._program.headers, timeout=PATIENCE) as http:
            closing = ""
            while closing != "close":
                try:
                    answer = http.post("/v1/contacts", json=self._program.body())
                except httpx2.TransportError as problem:
                    self.lost.append(repr(problem))
                    return
                if answer.status_code != 201:
                    self.lost.append(answer.text)
                self.recorded.append(answer.status_code)
                closing = answer.headers.get("connection", "")


def everything_is_numbered(program: Program, contacts: int) -> None:
    """Check that the database holds as many contacts as were answered, and that the log ends whole and signed."""
    with open_installation(program.settings) as installation:
        operator = operator_in(program.campaign)
        with installation.database.directory() as reading:
            reading.enter(program.campaign)
            keys = load_campaign_keys(reading, installation.provider, program.campaign)
            assert log_standing(reading, program.campaign, keys).waiting == 0
        with installation.register.open(operator, "administration") as processing:
            found = verify_log(processing, installation.checkpoints)
        assert found.problems == []
        with installation.database.directory() as reading:
            reading.enter(program.campaign)
            assert reading.query(text("SELECT count(*) FROM contact")) == [(contacts,)]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_server_under_load_ends_without_losing_a_request(database_url: str, tmp_path: Path, processes: int) -> None:
    if processes > 1 and database_url.startswith("sqlite"):
        pytest.skip("SQLite has one server process")
    # Long enough for a slow machine to be seen draining.
    with running(database_url, tmp_path, processes, ISOLOIR_DRAIN_SECONDS="10") as program:
        load = Load(program, clients=6)
        load.start()
        while len(load.recorded) < 30:
            time.sleep(0.01)
        before = len(load.recorded)
        program.stop()
        told = httpx2.get(f"{program.url}/readyz", timeout=PATIENCE)
        while told.status_code == 200:
            told = httpx2.get(f"{program.url}/readyz", timeout=PATIENCE)
        assert (told.status_code, told.json()["checks"]["serving"]) == (503, "failing")
        assert {name for name, word in told.json()["checks"].items() if word == "failing"} == {"serving"}
        late = httpx2.post(f"{program.url}/v1/contacts", json=program.body(), headers=program.headers, timeout=PATIENCE)
        assert late.status_code == 201, "taken while others go elsewhere"
        load.join()
        if processes == 1:
            program.stop()  # Everything was seen: nobody needs the rest of the time.
        assert program.process.wait(PATIENCE) == 0
        assert load.lost == []
        assert set(load.recorded) == {201}
        assert len(load.recorded) > before
        everything_is_numbered(program, len(load.recorded) + 1)


def _head(program: Program, size: int) -> bytes:
    lines = [
        "POST /v1/attachments?kind=undertaking HTTP/1.1",
        "Host: x",
        f"Content-Type: {PDF}",
        f"Content-Length: {size}",
    ]
    lines += [f"{name}: {value}" for name, value in program.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def _connected(program: Program) -> socket.socket:
    address = urlsplit(program.url)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=PATIENCE)


def test_a_request_in_flight_is_answered_before_the_end(sqlite_url: str, tmp_path: Path) -> None:
    content = scan_of(500_000)
    with running(sqlite_url, tmp_path, ISOLOIR_DRAIN_SECONDS="0") as program, _connected(program) as wire:
        wire.sendall(_head(program, len(content)) + content[:200_000])
        time.sleep(0.5)
        program.stop()
        time.sleep(0.5)
        wire.sendall(content[200_000:])
        answer = wire.recv(1 << 16)
        assert answer.startswith(b"HTTP/1.1 201")
        assert program.process.wait(PATIENCE) == 0
        everything_is_numbered(program, 0)


def test_a_request_that_never_ends_does_not_hold_the_end_up(sqlite_url: str, tmp_path: Path) -> None:
    more = {"ISOLOIR_DRAIN_SECONDS": "0", "ISOLOIR_SHUTDOWN_SECONDS": "1"}
    with running(sqlite_url, tmp_path, 1, **more) as program, _connected(program) as wire:
        wire.sendall(_head(program, 100_000) + b"%PDF-1.7\n")
        time.sleep(0.5)
        program.stop()
        # Less than the patience with a slow sender: it is not that which ended.
        assert program.process.wait(25) == 0
        everything_is_numbered(program, 0)


def test_a_second_signal_ends_the_drain_at_once(sqlite_url: str, tmp_path: Path) -> None:
    with running(sqlite_url, tmp_path, ISOLOIR_DRAIN_SECONDS="300") as program:
        program.stop()
        while httpx2.get(f"{program.url}/readyz", timeout=PATIENCE).status_code == 200:
            time.sleep(0.01)
        program.stop()
        assert program.process.wait(PATIENCE) == 0
