"""``isoloir serve`` as a program of a test's own, with one campaign in it, for what a shared server may not be told."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from signal import SIGTERM
from uuid import uuid4

import httpx2
from sqlalchemy import make_url

from accounts.clients import create_client
from accounts.scopes import SCOPES
from campaigns.create import NewCampaign, create_campaign
from contacts.declare import NewOrigin, declare_origin
from installation.create import create_installation
from installation.open import Installation, open_installation
from kernel.actor import operator_in
from kernel.identity import CampaignId
from kernel.settings import Settings, load_settings
from tests.api.serving import METRICS_TOKEN
from tests.factories import activate
from tests.forking import Forked

PATIENCE = 120.0


@dataclass
class Program:
    """``isoloir serve``, with one campaign, and what its clients need."""

    process: "Forked | subprocess.Popen[bytes]"
    url: str
    settings: Settings
    campaign: CampaignId
    headers: dict[str, str] = field(default_factory=dict)
    origin: int = 1

    def stop(self) -> None:
        self.process.send_signal(SIGTERM)

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
    process = _start(
        ["serve", "--port", str(port), "--processes", str(processes)], os.environ | ours, folder, processes
    )
    try:
        _wait(url, process, folder / "stderr")
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        token = httpx2.post(f"{url}/oauth/token", data=form, timeout=PATIENCE).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Processing-Purpose": "contact_management"}
        yield Program(process, url, settings, campaign, headers)
    finally:
        process.kill()
        process.wait(PATIENCE)


def _start(
    words: list[str], environment: dict[str, str], folder: Path, processes: int
) -> "Forked | subprocess.Popen[bytes]":
    """Start a program that has loaded all it needs, but of several processes: how they count is settled by loading."""
    if processes == 1:
        return Forked(words, environment, folder, folder / "stderr")
    with (folder / "stderr").open("wb") as log:
        command = [sys.executable, "-m", "cli.main", *words]
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)


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


def _wait(url: str, process: "Forked | subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            if httpx2.get(f"{url}/readyz", timeout=PATIENCE).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(log.read_text(encoding="utf-8"))
        time.sleep(0.05)
