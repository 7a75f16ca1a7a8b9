"""Follow long work over HTTP to its end."""

import time
from typing import Any

from installation.open import open_installation
from installation.work import worker_of
from tests.api.serving import Server

_PATIENCE = 60.0


def ended(server: Server, place: str) -> dict[str, Any]:
    """Take an import or an export to its end, unless the server's own worker, who looks more rarely, was first."""
    with open_installation(server.settings) as installation:
        worker_of(installation).work_off(server.campaigns[0].id)
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        told: dict[str, Any] = server.ask("GET", place).json()
        if told["state"] not in {"queued", "running"}:
            return told
        time.sleep(0.1)
    raise AssertionError(f"{place} never ends")
