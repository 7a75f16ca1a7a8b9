"""A real server for tests: a program of its own on loopback, with two campaigns, their clients and elections.

Every answer is compared with the description of the API, so that a route cannot drift from what it promises.
"""

import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from openapi_schema_validator import OAS31Validator

from accounts.clients import Credentials, create_client
from accounts.scopes import SCOPES
from audit.register import RESTITUTION
from campaigns.create import NewCampaign, NewElection, add_election, create_campaign
from installation.create import create_installation
from installation.open import Installation, open_installation
from kernel.actor import Actor, operator_in
from kernel.identity import CampaignId
from kernel.settings import Settings, load_settings
from tests.factories import activate
from tests.forking import Forked

PURPOSES = ("contact_management", "canvassing", "phone_canvassing", "answering", "rights_request", "administration")
MERGE_PATCH = "application/merge-patch+json"
METRICS_TOKEN = "a secret of the tests that opens figures only"
PAUSE = 2.0
"""Seconds between two numberings of the log: at a fifth of one, a server that nobody asks anything is busy."""
_PATIENCE = 120.0
"""Seconds that a slow machine may take to start a program, to answer and to stop."""
_MOST_PAGES = 1000
_TOKEN_KEPT = 300.0  # seconds: half a token's life


@dataclass
class Campaign:
    """A campaign of a test: a client that may do everything, one that may do nothing, and an election."""

    id: CampaignId
    client: Credentials
    powerless: Credentials
    election: UUID


@dataclass
class Server:
    """A running server, and where everything it writes is found."""

    url: str
    settings: Settings
    campaigns: list[Campaign]
    log: Path
    http: httpx2.Client
    process: int
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    @cached_property
    def description(self) -> dict[str, Any]:
        described: dict[str, Any] = self.http.get("/openapi.json").json()
        return described

    def token(self, credentials: Credentials) -> str:
        kept, since = self._tokens.get(credentials.client_id, ("", 0.0))
        if not kept or time.monotonic() - since > _TOKEN_KEPT:
            form = {"client_id": credentials.client_id, "client_secret": credentials.secret}
            answer = self.http.post("/oauth/token", data={"grant_type": "client_credentials", **form})
            assert answer.status_code == 200, answer.text
            kept = answer.json()["access_token"]
            self._tokens[credentials.client_id] = (kept, time.monotonic())
        return kept

    def headers(self, purpose: str = "contact_management", campaign: int = 0) -> dict[str, str]:
        token = self.token(self.campaigns[campaign].client)
        return {"Authorization": f"Bearer {token}", "Processing-Purpose": purpose}

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        purpose: str = "contact_management",
        campaign: int = 0,
        headers: dict[str, str] | None = None,
    ) -> httpx2.Response:
        """Ask, and compare the answer with the description."""
        given = self.headers(purpose, campaign) | (headers or {})
        answer = self.http.request(method, path, json=body, headers=given)
        self.check(method, path, answer)
        return answer

    def check(self, method: str, path: str, answer: httpx2.Response) -> None:
        operation = self.operation(method, path.partition("?")[0])
        if operation is None:
            assert answer.status_code in {404, 405}, answer.text
            return
        assert str(answer.status_code) in operation["responses"], (method, path, answer.status_code, answer.text)
        content = operation["responses"][str(answer.status_code)].get("content", {})
        media_type = answer.headers.get("content-type", "").partition(";")[0]
        assert media_type in content or (not content and not answer.content)
        if media_type.endswith("json"):
            schema = {**content[media_type]["schema"], "components": self.description["components"]}
            OAS31Validator(schema).validate(answer.json())

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        for template, operations in self.description["paths"].items():
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
            if template == path or (re.fullmatch(pattern, path) and path not in self.description["paths"]):
                found: dict[str, Any] | None = operations.get(method.lower())
                return found
        return None

    def amend(
        self, contact: str, change: dict[str, object], revision: int, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        named = {"Content-Type": MERGE_PATCH, "If-Match": f'"{revision}"'} | (headers or {})
        return self.ask("PATCH", f"/v1/contacts/{contact}", change, headers=named)

    def origin(self, campaign: int = 0) -> int:
        body = {"kind": "newsletter", "obtained_on": "2026-01-01"}
        number: int = self.ask("POST", "/v1/origins", body, campaign=campaign).json()["number"]
        return number

    def proposed(self, campaign: int = 0, **fields: object) -> dict[str, Any]:
        return {"category": "regular", "origin": self.origin(campaign), "fields": fields}

    def contact(self, campaign: int = 0, **fields: object) -> str:
        answer = self.ask("POST", "/v1/contacts", self.proposed(campaign, **fields), campaign=campaign)
        assert answer.status_code == 201, answer.text
        contact: str = answer.json()["id"]
        return contact

    def listed(
        self, path: str, campaign: int = 0, limit: int = 200, *, purpose: str = "contact_management"
    ) -> list[dict[str, Any]]:
        """Return all of a listing."""
        return walked(lambda asked: self.ask("GET", asked, purpose=purpose, campaign=campaign), path, limit)

    def entries(self, event: str, campaign: int = 0) -> list[dict[str, Any]]:
        answer = self.ask(
            "GET", f"/v1/audit/entries?event={event}&limit=100", purpose="administration", campaign=campaign
        )
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries


def walked(ask: Callable[[str], httpx2.Response], path: str, limit: int = 200) -> list[dict[str, Any]]:
    """Walk a listing to its empty page: tests share one server, whose lists grow."""
    found: list[dict[str, Any]] = []
    asked = first = path if "limit=" in path else f"{path}{'&' if '?' in path else '?'}limit={limit}"
    for _ in range(_MOST_PAGES):
        page = ask(asked).json()
        items: list[dict[str, Any]] = next(value for name, value in page.items() if name != "next")
        if not items:
            return found
        found += items
        asked = f"{first}&cursor={page['next']}"
    raise AssertionError(f"{path} never ends")


@contextmanager
def serving(database_url: str, folder: Path, **more: str) -> Iterator[Server]:
    """Prepare an installation and run its server, whose standard error is kept; ``more`` is its environment's."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    settings = load_settings(
        data_dir=folder / "data", database_url=database_url, hosting="FR", public_url=url, checkpoint_seconds=PAUSE
    )
    create_installation(settings)
    with open_installation(settings) as installation:
        campaigns = [prepared_campaign(installation, place) for place in range(2)]
    log = folder / "stderr"
    with httpx2.Client(base_url=url, timeout=_PATIENCE) as http:
        process = Forked(_words(port), _environment(settings) | more, folder, log)
        try:
            _wait(http, process, log)
            yield Server(url, settings, campaigns, log, http, process.pid)
        finally:
            process.terminate()
            process.wait(_PATIENCE)


@contextmanager
def another_process(server: Server) -> Iterator[str]:
    """Run one more server on the same installation, and yield its address."""
    port = _free_port()
    log = server.log.with_name(f"stderr-{port}")
    url = f"http://127.0.0.1:{port}"
    with httpx2.Client(base_url=url, timeout=_PATIENCE) as http:
        process = Forked(_words(port), _environment(server.settings), log.parent, log)
        try:
            _wait(http, process, log)
            yield url
        finally:
            process.terminate()
            process.wait(_PATIENCE)


@contextmanager
def serving_beside(server: Server, **more: str) -> Iterator[httpx2.Client]:
    """Run one more process of the same installation."""
    port, log = _free_port(), server.log.with_name("stderr-beside")
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE) as http:
        process = Forked(_words(port), _environment(server.settings) | more, log.parent, log)
        try:
            _wait(http, process, log)
            yield http
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _words(port: int) -> list[str]:
    return ["serve", "--host", "127.0.0.1", "--port", str(port)]


def _environment(settings: Settings) -> dict[str, str]:
    ours = {
        "ISOLOIR_DATA_DIR": str(settings.data_dir),
        "ISOLOIR_DATABASE_URL": settings.database_url,
        "ISOLOIR_HOSTING": "FR",
        "ISOLOIR_PUBLIC_URL": settings.public_url,
        "ISOLOIR_CHECKPOINT_SECONDS": str(PAUSE),
        # All tests share one client and one address: those of quotas start servers of their own.
        **{
            f"ISOLOIR_RATE_{name}": "1000000"
            for name in ("READS", "WRITES", "TOKENS", "FAILURES", "GUESSES", "SIGN_INS")
        },
        "ISOLOIR_METRICS_TOKEN": METRICS_TOKEN,
        "ISOLOIR_DRAIN_SECONDS": "0",
    }
    return {**os.environ, **ours}


def prepared_campaign(installation: Installation, place: int) -> Campaign:
    """Create an active campaign with an election and two clients."""
    new = NewCampaign(controller=f"Parti {place}", kind="party", name=f"Campagne {place}", country="FR")
    campaign = create_campaign(installation.register, installation.provider, new)
    operator = operator_in(campaign)
    rounds = NewElection(
        title="Municipales", type="municipal", first_round=date(2027, 3, 14), second_round=date(2027, 3, 21)
    )
    activate(installation.register, operator)
    return Campaign(
        campaign,
        client_of(installation, operator),
        create_client(installation.register, operator, name="rien", scopes=(), purposes=PURPOSES),
        add_election(installation.register, operator, rounds),
    )


def client_of(installation: Installation, operator: Actor) -> Credentials:
    """Create a client that may do everything."""
    purposes = (*PURPOSES, RESTITUTION)
    return create_client(installation.register, operator, name="essai", scopes=SCOPES, purposes=purposes)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait(http: httpx2.Client, process: Forked, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            http.get("/healthz")
        except httpx2.TransportError:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(log.read_text(encoding="utf-8")) from None
            time.sleep(0.05)
        else:
            return
