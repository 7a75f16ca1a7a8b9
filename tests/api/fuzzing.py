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


@dataclass(frozen=True)
class Step:
    """One request of the fuzzer and how it was answered."""

    scenario: int
    method: str
    path: str
    ids: tuple[tuple[str, str], ...]
    status: int

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"


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


def fuzz(server: Server, fuzzed: Fuzzed, folder: Path, *options: str, token: str = "", examples: int = 4) -> list[Step]:
    """Let the fuzzer loose; return its steps, or fail with what it found."""
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
    return list(_steps(report))


def reached(steps: list[Step]) -> set[str]:
    """Return the operations that answered with what was asked for: there ``ignored_auth`` has tried them without."""
    return {one.label for one in steps if 200 <= one.status < 300}


def read_again(steps: list[Step]) -> set[str]:
    """Return the operations that deleted something, of which the same walk then read what was no longer there."""
    found = set()
    for place, one in enumerate(steps):
        if one.method == "DELETE" and one.status == 204:
            missed = [two for two in steps[place:] if two.method == "GET" and two.status == 404]
            if any((two.scenario, two.path, two.ids) == (one.scenario, one.path, one.ids) for two in missed):
                found.add(one.label)
    return found


def _steps(report: Path) -> Iterator[Step]:
    for number, line in enumerate(report.read_text(encoding="utf-8").splitlines()):
        recorder: dict[str, Any] = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for name, case in recorder.get("cases", {}).items():
            told, answer = case["value"], recorder["interactions"].get(name, {}).get("response")
            if answer is not None:
                ids = tuple(sorted((key, str(value)) for key, value in told.get("path_parameters", {}).items()))
                yield Step(number, told["method"], told["path"], ids, answer["status_code"])
