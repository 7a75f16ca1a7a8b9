"""Two campaigns never see each other: every route that the description names, tried from the other side."""

import json
import re
from typing import Any
from uuid import uuid4

from tests.api.serving import MERGE_PATCH, PURPOSES, Server
from tests.attachments.samples import PDF, PLAIN_PDF

HOME, OTHER = 0, 1


def bodies(origin: int, email: str) -> dict[str, Any]:
    """Bodies of routes whose answer is known; the others are tried with their example, which then names the other's."""
    proposed = {"category": "regular", "origin": origin, "fields": {"last_name": "Autre", "title": "Mme"}}
    return {
        "POST /v1/contacts": proposed,
        "POST /v1/contacts:batch": {"contacts": [proposed]},
        "POST /v1/contacts/search": {"email": email},
        "PATCH /v1/contacts/{contact}": {"origin": origin, "fields": {"title": "Mme"}},
        "POST /v1/contacts/{contact}/restriction": {"ground": "objection_pending"},
        "POST /v1/origins": {"kind": "newsletter", "obtained_on": "2026-01-01"},
        "POST /v1/custom-fields": {"name": f"field_{uuid4().hex}"},
        "POST /v1/tags": {"name": f"tag_{uuid4().hex}"},
        "POST /v1/policy/screen": {"draft": proposed},
        **declarations(),
        "POST /v1/webhook-endpoints": {"url": "https://example.org/hook", "events": ["contact.created"]},
        "PATCH /v1/webhook-endpoints/{endpoint}": {"enabled": False},
        "POST /v1/webhook-endpoints/{endpoint}/rotation": {"overlap_hours": 1},
        "POST /v1/clients": {"name": "autre", "scopes": [], "purposes": []},
        "POST /v1/clients/{client}/secrets": {},
    }


def declarations() -> dict[str, Any]:
    """What a campaign declares of itself; none of it names anything of another campaign but by the address."""
    points = {"rights_contact": "droits@example.org", "dpo_contact": "dpo@example.org"}
    place = {"hosting": "FR", "control": "FR", "contact": "1 rue", "told_by": "letter", "address": "1 rue"}
    ended = {"on": "2026-11-21"}
    return {
        "PUT /v1/campaign/controller": points,
        "PUT /v1/campaign/operator": {"name": "Hébergeur", "role": "controller"},
        "POST /v1/campaign/activation": DECLARATION,
        "POST /v1/elections": {"title": "Essai", "type": "municipal", "first_round": "2027-03-14"},
        "POST /v1/datasets": {"name": "Essai", "kind": "result", "source": "essai", "obtained_on": "2026-11-01"},
        "PUT /v1/datasets/{dataset}/figures": {"figures": [{"commune": "75056", "measure": "A", "figure": 1}]},
        "POST /v1/elections/{election}/changes": {"state": "annulled", **ended},
        "POST /v1/controllers": {**points, "name": "Liste", "kind": "candidate"},
        "POST /v1/controllers/{controller}/end": ended,
        "POST /v1/arrangements": {
            "controller": str(uuid4()),
            "reference": "A-1",
            "informs": "own",
            "answers": "both",
            "essence_fr": "Le parti informe.",
            "essence_en": "The party informs.",
            "starts_on": "2026-11-01",
        },
        "POST /v1/arrangements/{arrangement}/end": ended,
        "POST /v1/handovers": {
            "direction": "given",
            "controller": "Liste",
            "kind": "candidate",
            "ground": "legal_duty",
            "handed_on": "2026-11-01",
            "evidence": "J-1",
        },
        "POST /v1/recipients": {**place, "kind": "recipient", "name": f"Imprimerie {uuid4().hex}"},
        "POST /v1/recipients/{recipient}/end": ended,
    }


DECLARATION = {
    "dpia": {"reference": "AIPD-1", "on": "2026-01-05", "by": "présidence"},
    "notice": {"address": "https://example.org/donnees", "version": "1", "on": "2026-01-05", "sha256": "0f" * 32},
    "purposes": [*PURPOSES, "email_campaign", "event_organisation"],
    "retention": {},
}


def of_another(server: Server) -> dict[str, str]:
    """Make one of everything that an address can name in the campaign that is not the caller's."""
    told = declarations()
    controller = server.ask("POST", "/v1/controllers", told["POST /v1/controllers"], campaign=HOME).json()["id"]
    agreed = {**told["POST /v1/arrangements"], "controller": controller}
    arrangement = server.ask("POST", "/v1/arrangements", agreed, campaign=HOME).json()["id"]
    recipient = server.ask("POST", "/v1/recipients", told["POST /v1/recipients"], campaign=HOME).json()["id"]
    dataset = server.ask("POST", "/v1/datasets", told["POST /v1/datasets"], campaign=HOME).json()["id"]
    return {
        "{controller}": controller,
        "{arrangement}": arrangement,
        "{recipient}": recipient,
        "{dataset}": dataset,
    }


ABOUT_ONE = {"/v1/consents", "/v1/consents/receipt", "/v1/signup-form"}
"""Routes that must be told whom they are asked about, or show what need not be there."""


FILES = {
    ("POST", "/v1/attachments"),
    ("POST", "/v1/imports"),
    ("PUT", "/v1/rights-requests/{asked}/document"),
}
"""Routes whose body is a file."""


def example_in(operation: dict[str, Any]) -> object:
    return next(iter(operation["requestBody"]["content"].values()))["example"]


def naming(one: str, example: object) -> object:
    """Return an example in which every id is that of one contact."""
    if isinstance(example, dict):
        return {name: naming(one, value) for name, value in example.items()}
    if isinstance(example, list):
        return [naming(one, value) for value in example]
    return one if isinstance(example, str) and re.fullmatch(r"[0-9a-f-]{36}", example) else example


def test_no_route_shows_or_changes_anything_of_another_campaign(server: Server) -> None:
    email, secret = f"{uuid4().hex}@example.org", f"Secret{uuid4().hex}"
    own = {"last_name": secret, "first_names": "Marie", "email": [email]}
    contact, tag = server.contact(HOME, **own), f"tag_{uuid4().hex}"
    server.ask("POST", "/v1/tags", {"name": tag}, campaign=HOME)
    server.ask("POST", "/v1/custom-fields", {"name": tag}, campaign=HOME)
    before = server.ask("GET", f"/v1/contacts/{contact}").json()
    client = server.campaigns[HOME].powerless.client_id
    hidden = [contact, email, secret, tag, str(server.campaigns[HOME].election), str(server.campaigns[HOME].id)]
    there = {
        "{contact}": contact,
        "{client}": client,
        "{election}": str(server.campaigns[HOME].election),
        **of_another(server),
    }
    given = bodies(server.origin(OTHER), email)
    file = server.headers() | {"Content-Type": PDF}
    added = server.http.post(f"/v1/attachments?kind=form&contact={contact}", content=PLAIN_PDF, headers=file)
    attachment = there["{attachment}"] = added.json()["id"]
    hidden.append(attachment)
    tried = 0
    for template, found in server.description["paths"].items():
        for method in (name.upper() for name in found if {"oauth2"} in map(set, found[name]["security"])):
            if (method, template) in FILES:
                continue  # Tried from the other side with the tests of each.
            answering = template.endswith(("/dossier", "/erasure")) or "/recipient-tickets/{" in template
            erasing = answering or (method, template) == ("DELETE", "/v1/contacts/{contact}")
            body, known, operation = None, True, found[method.lower()]
            if "requestBody" in operation:
                known = f"{method} {template}" in given
                body = given[f"{method} {template}"] if known else naming(contact, example_in(operation))
            headers = {"Content-Type": MERGE_PATCH, "If-Match": '"1"'} if method == "PATCH" else {}
            headers["Idempotency-Key"] = uuid4().hex
            path = re.sub(r"\{\w+\}", lambda found: there.get(found[0], str(uuid4())), template)
            purpose = "rights_request" if erasing else "contact_management"
            purpose = "administration" if "/audit/" in path or "/clients" in path else purpose
            served = [one for one in operation["parameters"] if one.get("name") == "Processing-Purpose"]
            if served and purpose not in served[0]["schema"]["enum"]:
                purpose = served[0]["schema"]["enum"][0]
            answer = server.ask(method, path, body, purpose=purpose, campaign=OTHER, headers=headers)
            elsewhere = "{" in template or template == "/v1/arrangements"
            none_here = elsewhere and (method != "GET" or "{" in template)
            if not known or (template in ABOUT_ONE and method in {"GET", "DELETE"}):
                assert answer.status_code in {200, 201, 202, 404, 409, 422}, (method, template)
            elif none_here:
                assert answer.status_code == 404, (method, template)
            else:
                assert answer.status_code < 300 or "/audit/" in path, (method, template)
            asked = json.dumps(body)  # What somebody named themselves may be said back.
            assert not [word for word in hidden if word in answer.text and word not in asked], (method, template)
            tried += 1
    assert tried >= 15
    assert server.ask("GET", f"/v1/contacts/{contact}").json() == before
    assert server.ask("GET", f"/v1/attachments?contact={contact}").json()["attachments"][0]["id"] == attachment


def test_an_origin_of_another_campaign_is_not_declared_here(server: Server) -> None:
    number = max(server.origin(HOME) for _ in range(3))
    while server.origin(OTHER) >= number:
        number = server.origin(HOME)
    mine = {one["number"] for one in server.listed("/v1/origins", OTHER)}
    foreign = max(one["number"] for one in server.listed("/v1/origins"))
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
