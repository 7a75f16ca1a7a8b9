"""What the program tells of itself in figures: to whom, with which labels, and of all processes together."""

import json
import re
import time
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from campaigns.directory import list_campaigns
from crypto.campaign_keys import PURPOSES as KEY_PURPOSES
from installation.open import open_installation
from installation.readiness import CHECKS
from tests.api.program import PATIENCE, running
from tests.api.serving import METRICS_TOKEN, Server

LABELS = {"method", "route", "status", "le", "problem", "category", "event", "state", "purpose", "check", "pid"}
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


def test_figures_count_requests_and_refusals(server: Server) -> None:
    before = figures(server)
    contact = server.contact(last_name="Dupont", note=["elle est musulmane"])
    server.ask("GET", f"/v1/contacts/{contact}")
    server.ask("GET", f"/v1/contacts/{uuid4()}")
    wanted = {
        ("isoloir_requests_total", 'method="GET",route="/v1/contacts/{contact}",status="2xx"'): 1,
        ("isoloir_requests_total", 'method="GET",route="/v1/contacts/{contact}",status="4xx"'): 1,
        ("isoloir_request_seconds_count", 'method="GET",route="/v1/contacts/{contact}"'): 2,
        ("isoloir_refusals_total", 'problem="not-found"'): 1,
        ("isoloir_forbidden_total", 'category="religion"'): 1,
    }
    end = time.monotonic() + PATIENCE
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


def test_without_a_secret_there_are_no_figures(sqlite_url: str, tmp_path: Path) -> None:
    with running(sqlite_url, tmp_path, ISOLOIR_METRICS_TOKEN="") as program:
        for given in ({}, {"Authorization": "Bearer"}, program.headers):
            assert httpx2.get(f"{program.url}/metrics", headers=given, timeout=PATIENCE).status_code == 404


def _await_figure(url: str, line: str) -> None:
    end = time.monotonic() + PATIENCE
    page = ""
    while line not in page:
        assert time.monotonic() < end, page
        time.sleep(0.1)
        page = httpx2.get(f"{url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}, timeout=PATIENCE).text


def test_processes_put_their_figures_together_and_begin_at_nought(postgresql_url: str, tmp_path: Path) -> None:
    left = tmp_path / "data" / "metrics"
    left.mkdir(parents=True)
    (left / "counter_1.db").write_bytes(b"left by another run")
    with running(postgresql_url, tmp_path, 2, ISOLOIR_CHECKPOINT_SECONDS="1") as program:
        made = httpx2.post(f"{program.url}/v1/contacts", json=program.body(), headers=program.headers, timeout=PATIENCE)
        assert made.status_code == 201
        for _ in range(40):
            httpx2.get(f"{program.url}/v1/nowhere", timeout=PATIENCE)
        told = {
            httpx2.get(f"{program.url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}).text
            for _ in range(6)
        }
        for page in told:
            assert 'isoloir_requests_total{method="GET",route="none",status="4xx"} 40.0' in page
            assert "isoloir_sequencer_lag_seconds " in page
        _await_figure(program.url, 'isoloir_entries_total{event="contact.recorded"} 1.0')
        assert not (left / "counter_1.db").exists()
        assert {path.stat().st_mode & 0o077 for path in left.iterdir()} == {0}
        assert json.dumps(sorted(path.suffix for path in left.iterdir())).count(".db") >= 2
