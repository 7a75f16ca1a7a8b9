"""Schemathesis against a running server: campaigns of its own, so that no other test meets what it leaves behind."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from accounts.clients import create_client
from accounts.scopes import SCOPES
from campaigns.controllers import ContactPoints, add_joint_controller
from contacts.declare import NewOrigin, declare_origin
from installation.open import open_installation
from kernel.actor import operator_in
from tests.api.serving import Server, prepared_campaign
from tests.factories import declaration

ROOT = Path(__file__).parents[2]
DEPTH = int(os.environ.get("ISOLOIR_FUZZ_DEPTH", "1"))
"""How many times as many examples as in the suite; ``make fuzz`` looks deeper."""
EVERY = "--phases=examples,fuzzing" if DEPTH == 1 else "--phases=examples,coverage,fuzzing"
"""Every operation by itself; the coverage of every edge of every shape takes minutes."""
WALK = "--phases=stateful"
"""From answer to answer, where links lead."""


@dataclass(frozen=True)
class Fuzzed:
    """A campaign that is there to be tried, and what the fuzzer is told of it."""

    place: int
    token: str
    controller: str


def campaign_to_fuzz(server: Server) -> Fuzzed:
    """Create an active campaign with an origin, a joint controller, and a client that may act for every purpose."""
    with open_installation(server.settings) as installation:
        server.campaigns.append(prepared_campaign(installation, len(server.campaigns)))
        operator = operator_in(server.campaigns[-1].id, frozenset({"administration", "contact_management"}))
        with installation.register.open(operator, "administration") as processing:
            points = ContactPoints(rights_contact="droits@example.org", dpo_contact="dpo@example.org")
            controller = add_joint_controller(processing, "Liste", "candidate", points)
        with installation.register.open(operator, "contact_management") as processing:
            declare_origin(processing, NewOrigin(kind="newsletter", obtained_on=date(2026, 1, 1)))
        purposes = tuple(declaration().purposes)
        client = create_client(installation.register, operator, name="fuzz", scopes=SCOPES, purposes=purposes)
    return Fuzzed(len(server.campaigns) - 1, server.token(client), str(controller))


def fuzz(server: Server, fuzzed: Fuzzed, folder: Path, *options: str, token: str = "", examples: int = 2) -> set[str]:
    """Let the fuzzer loose; return the operations that it tried and that answered, or fail with what it found."""
    report = folder / "steps.ndjson"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ISOLOIR_FUZZ_CONTROLLER": fuzzed.controller}
    command = (
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={ROOT / 'tests/openapi/schemathesis.toml'}",
        *("run", f"{server.url}/openapi.json", f"--header=Authorization: Bearer {token or fuzzed.token}"),
        *("--checks=all", f"--max-examples={examples * DEPTH}", "--seed=20261122", "--generation-database=none"),
        *("--suppress-health-check=all", "--continue-on-failure", "--no-color", "--warnings=off"),
        *("--report=ndjson", f"--report-ndjson-path={report}", *options),
    )
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-20000:]
    return set(_tried(report))


def _tried(report: Path) -> Iterator[str]:
    for line in report.read_text(encoding="utf-8").splitlines():
        recorder: dict[str, Any] = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for name, case in recorder.get("cases", {}).items():
            if recorder["interactions"].get(name, {}).get("response") is not None:
                yield f"{case['value']['method']} {case['value']['path']}"
