"""Contacts listed over HTTP: by purpose, noted, polled, streamed."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.api.serving import Server

LINES = {"Accept": "application/x-ndjson"}


def everybody(server: Server, query: str = "", purpose: str = "contact_management") -> tuple[list[dict[str, Any]], str]:
    found: list[dict[str, Any]] = []
    answer = server.ask("GET", f"/v1/contacts?limit=200{query}", purpose=purpose)
    while answer.json()["contacts"]:
        found += answer.json()["contacts"]
        answer = server.ask("GET", answer.links["next"]["url"], purpose=purpose)
    return found, answer.json()["next"]


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def test_a_listing_shows_what_the_purpose_discloses_and_is_noted(server: Server) -> None:
    since = now()
    contact = server.contact(last_name="Dupont", email=[f"{uuid4().hex}@example.org"], address={"city": "Paris"})
    whole, _ = everybody(server, f"&updated_since={since}")
    shown, _ = everybody(server, f"&updated_since={since}", "canvassing")
    assert [set(one["fields"]) for one in whole if one["id"] == contact] == [{"last_name", "email", "address"}]
    assert [set(one["fields"]) for one in shown if one["id"] == contact] == [{"last_name", "address"}]
    entries = server.entries("contact.listed")
    told = next(one for one in entries if one["counts"] and one["purpose"] == "canvassing")
    assert (told["counts"], told["fields"]) == ({"contact.read": len(shown)}, ["address", "last_name"])


def test_a_poller_sees_what_changed_and_nobody_twice_without_need(server: Server) -> None:
    first = server.contact(last_name="Dupont")
    _, cursor = everybody(server)
    second = server.contact(last_name="Durand")
    server.amend(first, {"origin": server.origin(), "fields": {"title": "Mme"}}, 1)
    changed, _ = everybody(server, f"&cursor={cursor}")
    assert [one["id"] for one in changed][-2:] == [second, first]


def test_a_restricted_contact_is_listed_withheld_and_an_erased_one_not_at_all(server: Server) -> None:
    since = now()
    restricted, erased = server.contact(last_name="Dupont"), server.contact(last_name="Durand")
    server.ask("POST", f"/v1/contacts/{restricted}/restriction", {"ground": "objection_pending"})
    server.ask("DELETE", f"/v1/contacts/{erased}", purpose="rights_request")
    found, _ = everybody(server, f"&updated_since={since}")
    shown = {one["id"]: one for one in found}
    assert (shown[restricted]["withheld"], shown[restricted]["fields"]) == ("restricted", {})
    assert erased not in shown


def test_a_poller_is_told_what_to_take_out(server: Server) -> None:
    since = now()
    contact = server.contact(last_name="Durand")
    begins = server.ask("GET", f"/v1/changes?since={since}&limit=200").json()["next"]
    server.ask("POST", f"/v1/contacts/{contact}/restriction", {"ground": "objection_pending"})
    server.ask("DELETE", f"/v1/contacts/{contact}", purpose="rights_request")
    answer, found = server.ask("GET", f"/v1/changes?cursor={begins}&limit=1"), []
    while answer.json()["changes"]:
        found += [one["kind"] for one in answer.json()["changes"] if contact in one["contacts"]]
        answer = server.ask("GET", answer.links["next"]["url"])
    assert found == ["contact.restricted", "contact.erased"]
    assert server.ask("GET", f"/v1/changes?cursor={answer.json()['next']}").status_code == 200
    refused = server.ask("GET", "/v1/changes?since=2026-13-01T00:00:00Z").json()
    assert refused["errors"][0]["properties"] == ["since"]


def test_clear_columns_narrow_a_listing(server: Server) -> None:
    body = {**server.proposed(last_name="Dupont"), "commune": "2A004", "polling_station": "0099"}
    contact = server.ask("POST", "/v1/contacts", body).json()["id"]
    found, _ = everybody(server, "&commune=2A004&polling_station=0099&category=regular")
    assert [one["id"] for one in found][-1:] == [contact]
    assert {one["commune"] for one in found} == {"2A004"}


@pytest.mark.parametrize(
    "since",
    [
        "yesterday",
        "2026-11-21",
        "2026-11-21T20:15:00",
        "2026-02-30T00:00:00Z",
        "0001-01-01T00:00:00%2B14:00",
        "1764000000",
    ],
)
def test_an_instant_has_a_zone_and_is_on_the_calendar(server: Server, since: str) -> None:
    answer = server.ask("GET", f"/v1/contacts?updated_since={since}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["properties"][0].endswith("updated_since")


def test_all_pages_come_as_lines_and_the_last_says_where_to_go_on(server: Server) -> None:
    since = now()
    contacts = [server.contact(last_name="Dupont") for _ in range(3)]
    answer = server.http.get(f"/v1/contacts?limit=2&updated_since={since}", headers={**server.headers(), **LINES})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    assert answer.headers["cache-control"] == "no-store"
    *shown, last = [json.loads(one) for one in answer.text.splitlines()]
    assert [one["id"] for one in shown] == contacts
    later = server.contact(last_name="Durand")
    polled, _ = everybody(server, f"&cursor={last['next']}")
    assert later in [one["id"] for one in polled]


def test_lines_are_refused_before_the_first_like_any_reading(server: Server) -> None:
    answer = server.http.get("/v1/contacts", headers={**server.headers("curiosity"), **LINES})
    assert (answer.status_code, answer.json()["code"]) == (400, "purpose-not-declared")
    answer = server.http.get("/v1/contacts?cursor=x", headers={**server.headers(), **LINES})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


def test_each_page_of_lines_is_noted_before_it_is_sent(server: Server) -> None:
    since = now()
    for _ in range(3):
        server.contact(last_name="Dupont")
    before = len(server.entries("contact.listed"))
    server.http.get(f"/v1/contacts?limit=1&updated_since={since}", headers={**server.headers(), **LINES})
    assert len(server.entries("contact.listed")) >= min(100, before + 4)
