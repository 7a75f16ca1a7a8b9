"""Pages of every listing: a sealed cursor, a link, an empty page at the end."""

from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from tests.api.engines import ON_SQLITE
from tests.api.serving import Server
from tests.api.staffing import acting, ask, listed

LISTINGS = {
    "/v1/contacts": ("contacts", "contact_management"),
    "/v1/changes": ("changes", "contact_management"),
    "/v1/elections": ("elections", "contact_management"),
    "/v1/origins": ("origins", "contact_management"),
    "/v1/custom-fields": ("custom_fields", "contact_management"),
    "/v1/tags": ("tags", "contact_management"),
    "/v1/audit/entries": ("entries", "administration"),
    "/v1/attachments": ("attachments", "contact_management"),
    "/v1/imports": ("imports", "contact_management"),
    "/v1/exports": ("exports", "contact_management"),
    "/v1/jobs": ("jobs", "administration"),
    "/v1/dead-letters": ("jobs", "administration"),
    "/v1/clients": ("clients", "administration"),
    "/v1/controllers": ("controllers", "administration"),
    "/v1/arrangements": ("arrangements", "administration"),
    "/v1/handovers": ("handovers", "administration"),
    "/v1/recipients": ("recipients", "administration"),
    "/v1/seeds": ("seeds", "administration"),
    "/v1/webhook-endpoints": ("webhook_endpoints", "administration"),
    "/v1/notices": ("notices", "administration"),
    "/v1/notice-clocks": ("clocks", "administration"),
    "/v1/messages": ("messages", "contact_management"),
    "/v1/interactions": ("interactions", "contact_management"),
    "/v1/targeting": ("targetings", "administration"),
    "/v1/datasets": ("datasets", "contact_management"),
    "/v1/cells": ("cells", "contact_management"),
    "/v1/visits/cells": ("cells", "contact_management"),
    "/v1/sheets": ("sheets", "canvassing"),
    "/v1/recipient-tickets": ("recipient_tickets", "administration"),
    "/v1/retention/runs": ("runs", "administration"),
    "/v1/holds": ("holds", "administration"),
    "/v1/breaches": ("breaches", "administration"),
    "/v1/selections": ("selections", "contact_management"),
    "/v1/rights-requests": ("requests", "rights_request"),
}

OF_STAFF = {"/v1/staff": ("staff", "manager"), "/v1/approvals": ("approvals", "manager")}
TRIED_WITH_THEIR_STAFF = {"/v1/reviews", "/v1/own-words", "/v1/staff/positions"}
EMPTY = {
    *("/v1/attachments", "/v1/dead-letters", "/v1/arrangements", "/v1/handovers", "/v1/webhook-endpoints"),
    *("/v1/notices", "/v1/notice-clocks"),
    *("/v1/messages", "/v1/interactions", "/v1/targeting", "/v1/datasets", "/v1/cells"),
    *("/v1/visits/cells", "/v1/recipient-tickets", "/v1/retention/runs", "/v1/holds", "/v1/breaches", "/v1/selections"),
    *("/v1/rights-requests", "/v1/imports", "/v1/exports", "/v1/sheets", "/v1/seeds"),
}
"""Listings that nothing here fills: their first page is their last."""


TRIED_ELSEWHERE = {
    *("/v1/webhook-endpoints/{endpoint}/deliveries", "/v1/datasets/{dataset}/figures"),
    "/v1/selections/{selection}/contacts",
}


def fill(server: Server) -> None:
    restricted, ground = server.contact(last_name="Dupont"), {"ground": "objection_pending"}
    path = f"/v1/contacts/{restricted}/restriction"
    assert server.ask("POST", path, ground, purpose="rights_request").status_code == 204
    for path in ("/v1/custom-fields", "/v1/tags"):
        assert server.ask("POST", path, {"name": f"mot_{uuid4().hex}"}).status_code == 201


def test_every_route_that_takes_a_cursor_is_tried_here(server: Server) -> None:
    found = {
        path
        for path, operations in server.description["paths"].items()
        for one in operations.get("get", {}).get("parameters", ())
        if one.get("name") == "cursor"
    }
    assert {path for path in found if "{" not in path} == {*LISTINGS, *OF_STAFF, *TRIED_WITH_THEIR_STAFF}
    assert {path for path in found if "{" in path} == TRIED_ELSEWHERE


@pytest.mark.parametrize("path", LISTINGS)
def test_links_lead_to_an_empty_page_whose_cursor_stays_good(server: Server, path: str) -> None:
    fill(server)
    name, purpose = LISTINGS[path]
    answer, pages = server.ask("GET", f"{path}?limit=200", purpose=purpose), 0
    while answer.json()[name]:
        assert answer.links["next"]["url"].startswith(f"{path}?")
        answer, pages = server.ask("GET", answer.links["next"]["url"], purpose=purpose), pages + 1
        assert answer.status_code == 200
    assert pages >= 1 or path in EMPTY
    assert "link" not in answer.headers
    again = server.ask("GET", f"{path}?limit=200&cursor={answer.json()['next']}", purpose=purpose)
    assert again.status_code == 200
    assert again.json()["next"]


@pytest.mark.parametrize("path", LISTINGS)
def test_a_cursor_is_good_in_its_own_listing_and_campaign_only(server: Server, path: str) -> None:
    fill(server)
    _, purpose = LISTINGS[path]
    cursor = server.ask("GET", f"{path}?limit=1", purpose=purpose).json()["next"]
    paths = list(LISTINGS)
    others = (paths * 2)[paths.index(path) + 1 :][:3]
    elsewhere = [(path, 1, purpose)] + [(other, 0, LISTINGS[other][1]) for other in others]
    for other, campaign, declared in elsewhere:
        answer = server.ask("GET", f"{other}?cursor={cursor}", purpose=declared, campaign=campaign)
        assert (answer.status_code, answer.json()["errors"][0]["properties"]) == (422, ["cursor"])


@ON_SQLITE
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=%C3%A9", f"cursor={'A' * 401}"]
)
@pytest.mark.parametrize("path", LISTINGS)
def test_what_is_no_limit_and_no_cursor_is_no_input(server: Server, path: str, query: str) -> None:
    answer = server.ask("GET", f"{path}?{query}", purpose=LISTINGS[path][1])
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


@pytest.mark.parametrize("path", OF_STAFF)
def test_the_staffs_listings_have_pages_too(server: Server, path: str) -> None:
    name, role = OF_STAFF[path]
    person = acting(server, role)
    for number in range(2):
        change = {"action": "staff.role_change", "parameters": {"staff": str(person.id), "role": f"r{number}"}}
        assert ask(server, person, "POST", "/v1/approvals", change, purpose="administration").status_code == 201
        acting(server, role)
    seen: list[str] = []
    whole = len(listed(server, person, path, purpose="administration"))
    answer = ask(server, person, "GET", f"{path}?limit={1 + whole // 5}", purpose="administration")
    while answer.json()[name]:
        seen += [one["id"] for one in answer.json()[name]]
        answer = ask(server, person, "GET", answer.links["next"]["url"], purpose="administration")
    assert len(seen) == len(set(seen)) >= 2
    assert "link" not in answer.headers
    forged = ask(server, person, "GET", f"{path}?cursor=2026-01-01T00:00:00~x", purpose="administration")
    assert (forged.status_code, forged.json()["code"]) == (422, "invalid-input")


def test_a_listing_goes_on_where_its_page_ended(server: Server) -> None:
    wanted = [one["client_id"] for one in server.listed("/v1/clients", purpose="administration")]
    seen: list[str] = []
    # As many requests however many clients other tests have made.
    answer = server.ask("GET", f"/v1/clients?limit={1 + len(wanted) // 5}", purpose="administration")
    while answer.json()["clients"]:
        seen += [one["client_id"] for one in answer.json()["clients"]]
        answer = server.ask("GET", answer.links["next"]["url"], purpose="administration")
    assert seen == wanted
    assert len(seen) >= 2


def test_a_cursor_is_bound_to_its_filter(server: Server) -> None:
    fill(server)
    cursor = server.ask("GET", "/v1/contacts?category=regular&limit=1").json()["next"]
    assert server.ask("GET", f"/v1/contacts?category=regular&cursor={cursor}").status_code == 200
    for query in ("", "category=member&", "category=regular&commune=75056&"):
        assert server.ask("GET", f"/v1/contacts?{query}cursor={cursor}").status_code == 422


def test_a_cursor_shows_no_id_to_whoever_reads_the_address(server: Server) -> None:
    since = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    contact = server.contact(last_name="Dupont")
    page = server.ask("GET", f"/v1/contacts?updated_since={since}").json()
    assert [one["id"] for one in page["contacts"]] == [contact]
    raw = urlsafe_b64decode(page["next"] + "==")
    assert contact.encode() not in raw
    assert bytes.fromhex(contact.replace("-", "")) not in raw


def test_a_link_keeps_limit_and_filter(server: Server) -> None:
    fill(server)
    answer = server.ask("GET", "/v1/contacts?category=regular&limit=1&updated_since=2026-01-01T00:00:00Z")
    query = parse_qs(urlsplit(answer.links["next"]["url"]).query)
    assert (query["category"], query["limit"], len(query["cursor"])) == (["regular"], ["1"], 1)


def test_the_registry_goes_on_after_its_cursor(server: Server) -> None:
    first = server.origin()
    end = server.ask("GET", "/v1/origins?limit=200").json()["next"]
    while server.ask("GET", f"/v1/origins?limit=200&cursor={end}").json()["origins"]:
        end = server.ask("GET", f"/v1/origins?limit=200&cursor={end}").json()["next"]
    second = server.origin()
    told = server.ask("GET", f"/v1/origins?cursor={end}").json()["origins"]
    assert [one["number"] for one in told] == [second]
    assert second > first
