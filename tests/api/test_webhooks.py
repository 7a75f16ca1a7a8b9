"""Webhooks over HTTP: the server is told to trust this machine by nothing but its settings, so nothing is sent here."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.serving import Server

MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}
URL = "https://hooks.example.invalid/isoloir"


def added(server: Server, campaign: int = 0) -> dict[str, Any]:
    body = {"url": URL, "events": ["contact.erased"]}
    answer = server.ask("POST", "/v1/webhook-endpoints", body, campaign=campaign)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def endpoint(server: Server) -> dict[str, Any]:
    return added(server)


def test_an_endpoint_is_added_and_its_secret_shown_this_once(server: Server, endpoint: dict[str, Any]) -> None:
    assert endpoint["secret"].startswith("whsec_")
    assert endpoint["active_from"] > endpoint["created_at"]
    shown = server.ask("GET", f"/v1/webhook-endpoints/{endpoint['id']}").json()
    assert shown == {name: value for name, value in endpoint.items() if name != "secret"}
    listed = server.listed("/v1/webhook-endpoints")
    assert shown in listed
    assert "secret" not in str(listed)


@pytest.mark.parametrize(
    "body",
    [
        {"url": "http://hooks.example.org/", "events": ["contact.erased"]},
        {"url": "https://127.0.0.1/", "events": ["contact.erased"]},
        {"url": "https://user:canary-4711@example.org/", "events": ["contact.erased"]},
        {"url": URL, "events": []},
        {"url": URL, "events": ["contact.read"]},
        {"url": URL},
    ],
)
def test_an_address_inside_or_an_unknown_event_is_refused_without_repeating_it(
    server: Server, body: dict[str, object]
) -> None:
    answer = server.ask("POST", "/v1/webhook-endpoints", body)
    assert answer.status_code == 422
    assert "canary-4711" not in answer.text


def test_an_endpoint_is_changed_disabled_and_removed(server: Server, endpoint: dict[str, Any]) -> None:
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    change: dict[str, object] = {"events": ["contact.created"], "enabled": False}
    changed = server.ask("PATCH", path, change, headers=MERGE_PATCH).json()
    assert (changed["events"], changed["enabled"]) == (["contact.created"], False)
    assert changed["disabled_because"] == "request"
    assert server.ask("PATCH", path, {"enabled": True}, headers=MERGE_PATCH).json()["enabled"] is True
    assert server.ask("DELETE", path).status_code == 204
    assert server.ask("GET", path).status_code == 404
    assert server.ask("DELETE", path).status_code == 404


def test_a_rotation_shows_another_secret(server: Server, endpoint: dict[str, Any]) -> None:
    answer = server.ask("POST", f"/v1/webhook-endpoints/{endpoint['id']}/rotation", {"overlap_hours": 1})
    assert answer.status_code == 200
    assert answer.json()["secret"] != endpoint["secret"]


def test_a_trial_is_a_job_whose_deliveries_tell_how_it_went(server: Server, endpoint: dict[str, Any]) -> None:
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    answer = server.ask("POST", f"{path}/test")
    assert answer.status_code == 202
    job = answer.json()["job"]
    assert answer.headers["location"] == f"/v1/jobs/{job}"
    shown = server.ask("GET", f"/v1/jobs/{job}")
    assert shown.json()["kind"] == "webhook.deliver"
    assert shown.json()["endpoint"] == endpoint["id"]
    assert server.listed(f"{path}/deliveries") == []


def test_jobs_are_listed_page_by_page(server: Server, endpoint: dict[str, Any]) -> None:
    for _ in range(3):
        server.ask("POST", f"/v1/webhook-endpoints/{endpoint['id']}/test")
    seen = [one["id"] for one in server.listed("/v1/jobs", limit=2)]
    assert len(seen) >= 3
    assert len(set(seen)) == len(seen)
    for bad in ("x", "2026-11-21~x", f"2026-11-21T00:00:00~{uuid4()}"):
        assert server.ask("GET", f"/v1/jobs?cursor={bad}").status_code == 422


def test_dead_letters_are_listed_and_only_they_can_be_replayed(server: Server, endpoint: dict[str, Any]) -> None:
    job = server.ask("POST", f"/v1/webhook-endpoints/{endpoint['id']}/test").json()["job"]
    assert job not in [one["id"] for one in server.listed("/v1/dead-letters")]
    assert server.ask("POST", f"/v1/dead-letters/{job}/replay").status_code == 404
    assert server.ask("POST", f"/v1/dead-letters/{uuid4()}/replay").status_code == 404


def test_another_campaign_sees_neither_endpoint_nor_job(server: Server, endpoint: dict[str, Any]) -> None:
    job = server.ask("POST", f"/v1/webhook-endpoints/{endpoint['id']}/test").json()["job"]
    for path in (f"/v1/webhook-endpoints/{endpoint['id']}", f"/v1/jobs/{job}"):
        assert server.ask("GET", path, campaign=1).status_code == 404


def test_each_route_asks_for_its_scope(server: Server) -> None:
    token = server.token(server.campaigns[0].powerless)
    given = {"Authorization": f"Bearer {token}", "Processing-Purpose": "administration"}
    for path in ("/v1/webhook-endpoints", "/v1/jobs", "/v1/dead-letters"):
        assert server.ask("GET", path, headers=given).status_code == 403
