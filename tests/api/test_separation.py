"""Two campaigns never see each other: every route that the description names, tried from the other side."""

from typing import Any
from uuid import uuid4

from tests.api.serving import MERGE_PATCH, Server
from tests.attachments.samples import PDF, PLAIN_PDF

HOME, OTHER = 0, 1


def bodies(origin: int, email: str) -> dict[str, Any]:
    """One body for every route that takes one; a new route fails here until it has its own."""
    proposed = {"category": "regular", "origin": origin, "fields": {"last_name": "Autre", "title": "Mme"}}
    return {
        "POST /v1/contacts": proposed,
        "POST /v1/contacts/search": {"email": email},
        "PATCH /v1/contacts/{contact}": {"origin": origin, "fields": {"title": "Mme"}},
        "POST /v1/contacts/{contact}/restriction": {"ground": "objection_pending"},
        "POST /v1/origins": {"kind": "newsletter", "obtained_on": "2026-01-01"},
        "POST /v1/custom-fields": {"name": f"field_{uuid4().hex}"},
        "POST /v1/tags": {"name": f"tag_{uuid4().hex}"},
        "POST /v1/policy/screen": {"draft": proposed},
    }


def test_no_route_shows_or_changes_anything_of_another_campaign(server: Server) -> None:
    email, secret = f"{uuid4().hex}@example.org", f"Secret{uuid4().hex}"
    own = {"last_name": secret, "first_names": "Marie", "email": [email]}
    contact, tag = server.contact(HOME, **own), f"tag_{uuid4().hex}"
    server.ask("POST", "/v1/tags", {"name": tag}, campaign=HOME)
    server.ask("POST", "/v1/custom-fields", {"name": tag}, campaign=HOME)
    before = server.ask("GET", f"/v1/contacts/{contact}").json()
    hidden: tuple[str, ...] = (
        contact,
        email,
        secret,
        tag,
        str(server.campaigns[HOME].election),
        str(server.campaigns[HOME].id),
    )
    given = bodies(server.origin(OTHER), email)
    headers = server.headers() | {"Content-Type": PDF}
    added = server.http.post(f"/v1/attachments?kind=form&contact={contact}", content=PLAIN_PDF, headers=headers)
    attachment = added.json()["id"]
    hidden += (attachment,)
    tried = 0
    for template, found in server.description["paths"].items():
        for method in (name.upper() for name in found if found[name].get("security")):
            if (method, template) == ("POST", "/v1/attachments"):
                continue  # Its body is a file: test_attachments tries it from the other side.
            erasing = (method, template) == ("DELETE", "/v1/contacts/{contact}")
            body = given[f"{method} {template}"] if "requestBody" in found[method.lower()] else None
            headers = {"Content-Type": MERGE_PATCH, "If-Match": '"1"'} if method == "PATCH" else {}
            path = template.replace("{contact}", contact).replace("{attachment}", attachment)
            purpose = "rights_request" if erasing else "contact_management"
            purpose = "administration" if "/audit/" in path else purpose
            answer = server.ask(method, path, body, purpose=purpose, campaign=OTHER, headers=headers)
            assert answer.status_code == 404 if path != template else answer.status_code < 300 or "/audit/" in path
            assert not [word for word in hidden if word in answer.text], (method, template)
            tried += 1
    assert tried >= 15
    assert server.ask("GET", f"/v1/contacts/{contact}").json() == before
    assert server.ask("GET", f"/v1/attachments?contact={contact}").json()["attachments"][0]["id"] == attachment


def test_an_origin_of_another_campaign_is_not_declared_here(server: Server) -> None:
    number = max(server.origin(HOME) for _ in range(3))
    while server.origin(OTHER) >= number:
        number = server.origin(HOME)
    mine = {one["number"] for one in server.ask("GET", "/v1/origins", campaign=OTHER).json()["origins"]}
    foreign = max(one["number"] for one in server.ask("GET", "/v1/origins").json()["origins"])
    assert foreign not in mine
    body = {"category": "regular", "origin": foreign, "fields": {"last_name": "Autre"}}
    assert server.ask("POST", "/v1/contacts", body, campaign=OTHER).status_code == 422


def test_an_election_of_another_campaign_is_none_here(server: Server) -> None:
    body = {
        "kind": "electoral_roll",
        "obtained_on": "2026-11-01",
        "election": str(server.campaigns[HOME].election),
        "evidence": ["undertaking"],
    }
    assert server.ask("POST", "/v1/origins", body, campaign=OTHER).status_code == 404
