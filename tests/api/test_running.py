"""What the program tells of itself, to whom, and how it ends: not ready first, no request lost, the log numbered."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import psycopg
import pytest
from sqlalchemy import make_url

from accounts.clients import create_client
from accounts.scopes import SCOPES
from audit.standing import log_standing
from audit.verify import verify_log
from campaigns.create import NewCampaign, create_campaign
from campaigns.directory import list_campaigns
from contacts.declare import NewOrigin, declare_origin
from crypto.campaign_keys import PURPOSES as KEY_PURPOSES
from installation.create import create_installation
from installation.open import Installation, open_installation
from installation.readiness import CHECKS
from kernel.actor import operator_in
from kernel.identity import CampaignId
from kernel.settings import Settings, load_settings
from keys.load import load_campaign_keys
from tests.api.serving import METRICS_TOKEN, Server
from tests.attachments.samples import PDF, scan_of
from tests.factories import activate

LABELS = {"method", "route", "status", "le", "problem", "category", "event", "state", "purpose", "check", "pid"}
_PATIENCE = 60.0
_FIGURE = re.compile(r"(\w+?)(?:\{(.*)\})? ([-+.0-9e]+|NaN)")


def figures(server: Server) -> dict[tuple[str, str], float]:
    answer = server.http.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    server.check("GET", "/metrics", answer)
    assert answer.status_code == 200
    found = {}
    for line in answer.text.splitlines():
        if not line.startswith("#"):
            told = _FIGURE.fullmatch(line)
            assert told, line
            found[told[1], told[2] or ""] = float(told[3])
    return found


def test_readiness_names_its_checks_and_nothing_else(server: Server) -> None:
    answer = server.http.get("/readyz")
    server.check("GET", "/readyz", answer)
    assert answer.json() == {"status": "ready", "checks": dict.fromkeys(CHECKS, "ok")}


def test_a_check_that_fails_is_named_without_why(server: Server) -> None:
    path = server.settings.root_key_file
    path.rename(path.with_suffix(".aside"))
    try:
        answer = answered(server, 503)
    finally:
        path.with_suffix(".aside").rename(path)
    server.check("GET", "/readyz", answer)
    told = answer.json()
    assert told["code"] == "not-ready"
    assert told["checks"]["keys"] == "failing"
    assert str(server.settings.data_dir) not in answer.text
    answered(server, 200)
    assert server.http.get("/healthz").json() == {"status": "ok"}


@contextmanager
def out_of_reach(server: Server) -> Iterator[None]:
    """Let PostgreSQL turn the server away, and end the connections that it has."""
    url = make_url(server.settings.url).set(drivername="postgresql")
    maintenance = url.set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(maintenance, autocommit=True) as owner:
        owner.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false'.encode())
        ended = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
        owner.execute(ended, (url.database,))
        try:
            yield
        finally:
            owner.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true'.encode())


def test_while_the_database_is_away_every_answer_says_when_to_ask_again(server: Server) -> None:
    if server.settings.url.startswith("sqlite"):
        return
    known = server.headers()
    form = {"client_id": server.campaigns[0].client.client_id, "client_secret": server.campaigns[0].client.secret}
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/v1/origins", {"headers": known}),
        ("POST", "/v1/tags", {"headers": known, "json": {"name": "bientot"}}),
        ("POST", "/oauth/token", {"data": {"grant_type": "client_credentials", **form}}),
    ]
    with out_of_reach(server):
        for method, path, given in asked:
            answer = server.http.request(method, path, **given)
            server.check(method, path, answer)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert int(answer.headers["Retry-After"]) > 0
        assert answered(server, 503).json()["checks"]["database"] == "failing"
        assert server.http.get("/healthz").status_code == 200
    assert server.ask("GET", "/v1/origins").status_code == 200
    answered(server, 200)


def answered(server: Server, status: int) -> httpx2.Response:
    end = time.monotonic() + _PATIENCE
    while (answer := server.http.get("/readyz")).status_code != status:
        assert time.monotonic() < end
        time.sleep(0.1)
    return answer


@pytest.mark.parametrize(
    "given",
    [{}, {"Authorization": "Bearer"}, {"Authorization": f"Bearer {METRICS_TOKEN}x"}, {"X-Forwarded-For": "127.0.0.1"}],
)
def test_figures_are_for_whoever_holds_their_secret(server: Server, given: dict[str, str]) -> None:
    answer = server.http.get("/metrics", headers=given)
    server.check("GET", "/metrics", answer)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_a_token_of_the_api_opens_no_figures(server: Server) -> None:
    assert server.http.get("/metrics", headers=server.headers()).status_code == 401


def _settled(server: Server) -> dict[tuple[str, str], float]:
    """Return the figures once every entry that other tests made is numbered and counted."""
    end = time.monotonic() + _PATIENCE
    told = figures(server)
    while told["isoloir_sequencer_waiting", ""] and time.monotonic() < end:
        time.sleep(0.1)
        told = figures(server)
    return told


def test_figures_count_requests_refusals_and_entries(server: Server) -> None:
    before = _settled(server)
    contact = server.contact(last_name="Dupont", note=["elle est musulmane"])
    server.ask("GET", f"/v1/contacts/{contact}")
    server.ask("GET", f"/v1/contacts/{uuid4()}")
    wanted = {
        ("isoloir_requests_total", 'method="GET",route="/v1/contacts/{contact}",status="2xx"'): 1,
        ("isoloir_requests_total", 'method="GET",route="/v1/contacts/{contact}",status="4xx"'): 1,
        ("isoloir_request_seconds_count", 'method="GET",route="/v1/contacts/{contact}"'): 2,
        ("isoloir_refusals_total", 'problem="not-found"'): 1,
        ("isoloir_forbidden_total", 'category="religion"'): 1,
        ("isoloir_entries_total", 'event="contact.recorded"'): 1,
    }
    end = time.monotonic() + _PATIENCE
    while True:
        after = figures(server)
        grown = {name: after.get(name, 0) - before.get(name, 0) for name in wanted}
        if grown == wanted or time.monotonic() > end:
            break
        time.sleep(0.1)
    assert grown == wanted


def test_figures_tell_of_keys_disk_and_log(server: Server) -> None:
    told = figures(server)
    with open_installation(server.settings) as installation:
        assert told["isoloir_campaigns", ""] == len(list_campaigns(installation.database))
    assert told["isoloir_root_key_versions", ""] == 1
    assert told["isoloir_disk_free_bytes", ""] > 0
    assert told["isoloir_sequencer_lag_seconds", ""] >= 0
    assert told["isoloir_sequencer_waiting", ""] >= 0
    assert told["isoloir_database_connections", ""] >= 0
    assert {labels for name, labels in told if name == "isoloir_key_age_seconds"} == {
        f'purpose="{purpose}"' for purpose in KEY_PURPOSES
    }
    assert {labels: told[name, labels] for name, labels in told if name == "isoloir_ready"} == {
        f'check="{check}"': 1 for check in CHECKS
    }


def test_figures_have_labels_of_a_closed_list_and_tell_of_nobody(server: Server) -> None:
    canary = f"canarichiffre{uuid4().hex[:8]}"
    contact = server.contact(last_name=canary)
    server.ask("GET", f"/v1/contacts/{contact}?reason={canary}", purpose="canvassing")
    server.http.request(canary.upper(), f"/{canary}")
    server.http.get(f"/v1/contacts/{canary}", headers={"Processing-Purpose": canary, "User-Agent": canary})
    answer = server.http.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    names = {name for labels in re.findall(r"\{(.*)\}", answer.text) for name in re.findall(r'(\w+)="', labels)}
    assert names <= LABELS
    secrets = [canary, contact, "Campagne 0", "Parti 0", *(str(one.id) for one in server.campaigns)]
    secrets += [one.client.client_id for one in server.campaigns]
    assert not [one for one in secrets if one.lower() in answer.text.lower()]


# --- one program of its own


@dataclass
class Program:
    """``isoloir serve``, with one campaign, and what its clients need."""

    process: "subprocess.Popen[bytes]"
    url: str
    settings: Settings
    campaign: CampaignId
    headers: dict[str, str] = field(default_factory=dict)
    origin: int = 1

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def body(self) -> dict[str, object]:
        name = f"Personne{uuid4().hex}"
        return {"category": "regular", "origin": self.origin, "fields": {"last_name": name, "first_names": "Marie"}}


@contextmanager
def running(database_url: str, folder: Path, processes: int = 1, **more: str) -> Iterator[Program]:
    on_sqlite = make_url(database_url).get_backend_name() == "sqlite"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = load_settings(
        data_dir=folder / "data", database_url="" if on_sqlite else database_url, hosting="FR", public_url=url
    )
    create_installation(settings)
    with open_installation(settings) as installation:
        campaign, client_id, secret = _prepared(installation)
    ours = {
        "ISOLOIR_DATA_DIR": str(settings.data_dir),
        "ISOLOIR_DATABASE_URL": settings.database_url,
        "ISOLOIR_HOSTING": "FR",
        "ISOLOIR_PUBLIC_URL": url,
        "ISOLOIR_CHECKPOINT_SECONDS": "3600",
        "ISOLOIR_METRICS_TOKEN": METRICS_TOKEN,
        "ISOLOIR_DRAIN_SECONDS": "1.5",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        **more,
    }
    command = [sys.executable, "-m", "cli.main", "serve", "--port", str(port), "--processes", str(processes)]
    with (folder / "stderr").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **ours}, stdout=log, stderr=log, cwd=folder)
    try:
        _wait(url, process, folder / "stderr")
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        token = httpx2.post(f"{url}/oauth/token", data=form, timeout=_PATIENCE).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Processing-Purpose": "contact_management"}
        yield Program(process, url, settings, campaign, headers)
    finally:
        process.kill()
        process.wait(_PATIENCE)


def _prepared(installation: Installation) -> tuple[CampaignId, str, str]:
    new = NewCampaign(controller="Parti", kind="party", name="Campagne", country="FR")
    campaign = create_campaign(installation.register, installation.provider, new)
    operator = operator_in(campaign, frozenset({"contact_management"}))
    activate(installation.register, operator)
    with installation.register.open(operator, "contact_management") as processing:
        declare_origin(processing, NewOrigin(kind="newsletter", obtained_on=date(2026, 1, 1)))
    client = create_client(
        installation.register, operator, name="essai", scopes=SCOPES, purposes=("contact_management",)
    )
    return campaign, client.client_id, client.secret


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            if httpx2.get(f"{url}/readyz", timeout=_PATIENCE).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(log.read_text(encoding="utf-8"))
        time.sleep(0.05)


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
            client.join(_PATIENCE)

    def _record(self) -> None:
        with httpx2.Client(base_url=self._program.url, headers=self._program.headers, timeout=_PATIENCE) as http:
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
            from sqlalchemy import text  # noqa: PLC0415

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
        told = httpx2.get(f"{program.url}/readyz", timeout=_PATIENCE)
        while told.status_code == 200:
            told = httpx2.get(f"{program.url}/readyz", timeout=_PATIENCE)
        assert (told.status_code, told.json()["checks"]["serving"]) == (503, "failing")
        assert {name for name, word in told.json()["checks"].items() if word == "failing"} == {"serving"}
        late = httpx2.post(
            f"{program.url}/v1/contacts", json=program.body(), headers=program.headers, timeout=_PATIENCE
        )
        assert late.status_code == 201, "taken while others go elsewhere"
        load.join()
        assert program.process.wait(_PATIENCE) == 0
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
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=_PATIENCE)


def test_a_request_in_flight_is_answered_before_the_end(database_url: str, tmp_path: Path) -> None:
    content = scan_of(500_000)
    with running(database_url, tmp_path, ISOLOIR_DRAIN_SECONDS="0") as program, _connected(program) as wire:
        wire.sendall(_head(program, len(content)) + content[:200_000])
        time.sleep(0.5)
        program.stop()
        time.sleep(0.5)
        wire.sendall(content[200_000:])
        answer = wire.recv(1 << 16)
        assert answer.startswith(b"HTTP/1.1 201")
        assert program.process.wait(_PATIENCE) == 0
        everything_is_numbered(program, 0)


def test_a_request_that_never_ends_does_not_hold_the_end_up(database_url: str, tmp_path: Path) -> None:
    more = {"ISOLOIR_DRAIN_SECONDS": "0", "ISOLOIR_SHUTDOWN_SECONDS": "1"}
    with running(database_url, tmp_path, 1, **more) as program, _connected(program) as wire:
        wire.sendall(_head(program, 100_000) + b"%PDF-1.7\n")
        time.sleep(0.5)
        program.stop()
        # Less than the patience with a slow sender: it is not that which ended.
        assert program.process.wait(25) == 0
        everything_is_numbered(program, 0)


def test_a_second_signal_ends_the_drain_at_once(sqlite_url: str, tmp_path: Path) -> None:
    with running(sqlite_url, tmp_path, ISOLOIR_DRAIN_SECONDS="300") as program:
        program.stop()
        while httpx2.get(f"{program.url}/readyz", timeout=_PATIENCE).status_code == 200:
            time.sleep(0.01)
        program.stop()
        assert program.process.wait(_PATIENCE) == 0


def test_without_a_secret_there_are_no_figures(sqlite_url: str, tmp_path: Path) -> None:
    with running(sqlite_url, tmp_path, ISOLOIR_METRICS_TOKEN="") as program:
        for given in ({}, {"Authorization": "Bearer"}, program.headers):
            assert httpx2.get(f"{program.url}/metrics", headers=given, timeout=_PATIENCE).status_code == 404


def test_processes_put_their_figures_together_and_begin_at_nought(postgresql_url: str, tmp_path: Path) -> None:
    left = tmp_path / "data" / "metrics"
    left.mkdir(parents=True)
    (left / "counter_1.db").write_bytes(b"left by another run")
    with running(postgresql_url, tmp_path, 2) as program:
        for _ in range(40):
            httpx2.get(f"{program.url}/v1/nowhere", timeout=_PATIENCE)
        told = {
            httpx2.get(f"{program.url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}).text
            for _ in range(6)
        }
        for page in told:
            assert 'isoloir_requests_total{method="GET",route="none",status="4xx"} 40.0' in page
            assert "isoloir_sequencer_lag_seconds " in page
        assert not (left / "counter_1.db").exists()
        assert {path.stat().st_mode & 0o077 for path in left.iterdir()} == {0}
        assert json.dumps(sorted(path.suffix for path in left.iterdir())).count(".db") >= 2
