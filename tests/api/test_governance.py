"""Who answers for a campaign, and its life, over HTTP."""

from typing import Any
from uuid import uuid4

import pytest

from audit.register import RESTITUTION
from campaigns.create import NewCampaign, create_campaign
from installation.open import open_installation
from kernel.actor import operator_in
from tests.api.serving import Campaign, Server, client_of
from tests.api.test_separation import DECLARATION, declarations

POINTS = {"rights_contact": "droits@example.org", "dpo_contact": "dpo@example.org"}
OPERATOR = {"name": "Hébergeur", "role": "processor", "contract": "ST-1"}


@pytest.fixture(scope="module")
def fresh(server: Server) -> int:
    """Return the place of a campaign of this module's own, in preparation."""
    with open_installation(server.settings) as installation:
        new = NewCampaign(controller="Parti", kind="party", name=f"Nouvelle {uuid4().hex}", country="FR")
        made = create_campaign(installation.register, installation.provider, new)
        client = client_of(installation, operator_in(made))
    server.campaigns.append(Campaign(made, client, client, uuid4()))
    return len(server.campaigns) - 1


def rules(answer: Any) -> list[str]:  # noqa: ANN401 - a response
    assert answer.json()["code"] == "refused", answer.text
    return [one["rule"] for one in answer.json()["findings"]]


def test_a_campaign_goes_from_synthetic_data_to_real_persons(server: Server, fresh: int) -> None:
    real = {"kind": "newsletter", "obtained_on": "2026-01-01"}
    refused = server.ask("POST", "/v1/origins", real, campaign=fresh)
    assert rules(refused) == ["activation.synthetic_only"]
    assert refused.json()["findings"][0]["articles"]
    assert "notice" not in refused.json()
    tried = server.ask("POST", "/v1/origins", {**real, "synthetic": True}, campaign=fresh)
    assert (tried.status_code, tried.json()["synthetic"]) == (201, True)
    body = {"category": "regular", "origin": tried.json()["number"], "fields": {"last_name": "Essai"}}
    contact = server.ask("POST", "/v1/contacts", body, campaign=fresh).json()["id"]
    missing = server.ask("POST", "/v1/campaign/activation", {}, campaign=fresh)
    assert {"activation.rights_contact", "activation.operator", "activation.dpia", "activation.synthetic_left"} <= set(
        rules(missing)
    )
    assert server.ask("PUT", "/v1/campaign/controller", POINTS, campaign=fresh).status_code == 204
    assert server.ask("PUT", "/v1/campaign/operator", OPERATOR, campaign=fresh).status_code == 204
    left = server.ask("POST", "/v1/campaign/activation", DECLARATION, campaign=fresh)
    assert rules(left) == ["activation.synthetic_left"]
    assert left.json()["notice"]["articles"] == ["RGPD, art. 28(3)"]
    assert server.ask("DELETE", f"/v1/contacts/{contact}", purpose="rights_request", campaign=fresh).status_code == 204
    active = server.ask("POST", "/v1/campaign/activation", DECLARATION, campaign=fresh)
    assert (active.status_code, active.json()["phase"]) == (201, "active")
    assert server.ask("GET", "/v1/campaign", campaign=fresh).json() == active.json()
    assert server.ask("POST", "/v1/origins", real, campaign=fresh).status_code == 201
    assert rules(server.ask("POST", "/v1/contacts", body, campaign=fresh)) == ["activation.real_only"]
    assert server.entries("campaign.activated", campaign=fresh)


@pytest.mark.parametrize("path", ["controllers", "arrangements", "handovers", "recipients", "elections"])
def test_what_is_declared_twice_with_one_key_is_declared_once(path: str, server: Server, fresh: int) -> None:
    # Other tests know which elections the first campaign has.
    campaign = fresh if path == "elections" else 0
    told = declarations()
    body = told.get(f"POST /v1/{path}") or {"title": "M", "type": "municipal", "first_round": "2027-03-14"}
    if path == "arrangements":
        joint = server.ask("POST", "/v1/controllers", told["POST /v1/controllers"]).json()["id"]
        body = {**body, "controller": joint}
    if path == "recipients":
        body = {**body, "name": f"Imprimerie {uuid4().hex}"}
    key = {"Idempotency-Key": f'"{uuid4()}"'}
    answers = [server.ask("POST", f"/v1/{path}", body, headers=key, campaign=campaign) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201], answers[0].text
    assert answers[0].json() == answers[1].json()
    assert [one.headers.get("idempotency-replayed") for one in answers] == [None, "true"]
    listed = server.listed(f"/v1/{path}", campaign=campaign)
    assert sum(one["id"] == answers[0].json()["id"] for one in listed) == 1


def test_what_is_declared_is_listed(server: Server) -> None:
    told = declarations()
    joint = server.ask("POST", "/v1/controllers", told["POST /v1/controllers"]).json()["id"]
    agreed = {**told["POST /v1/arrangements"], "controller": joint, "oppositions": ["all"]}
    made = {
        "controllers": joint,
        "arrangements": server.ask("POST", "/v1/arrangements", agreed).json()["id"],
        "handovers": server.ask("POST", "/v1/handovers", told["POST /v1/handovers"]).json()["id"],
        "recipients": server.ask("POST", "/v1/recipients", told["POST /v1/recipients"]).json()["id"],
    }
    for name, identifier in made.items():
        assert identifier in [one["id"] for one in server.listed(f"/v1/{name}")]
    for name in ("recipients", "arrangements", "controllers"):
        assert server.ask("POST", f"/v1/{name}/{made[name]}/end", {"on": "2026-11-21"}).status_code == 204


def test_a_disclosure_without_ground_or_basis_is_refused_with_its_articles(server: Server) -> None:
    told = declarations()
    handed = {**told["POST /v1/handovers"], "ground": "legitimate_interest"}
    assert rules(server.ask("POST", "/v1/handovers", handed)) == ["handover.outside_body"]
    abroad = {**told["POST /v1/recipients"], "name": uuid4().hex, "control": "US"}
    assert rules(server.ask("POST", "/v1/recipients", abroad)) == ["transfer.basis"]


def test_an_election_is_added_and_taken_on(server: Server, fresh: int) -> None:
    body = {"title": "Partielle", "type": "municipal", "first_round": "2026-01-11", "second_round": "2026-01-18"}
    added = server.ask("POST", "/v1/elections", body, campaign=fresh)
    assert (added.status_code, added.json()["state"]) == (201, "called")
    path = f"/v1/elections/{added.json()['id']}/changes"
    held = server.ask("POST", path, {"state": "round_1", "on": "2026-01-11"}, campaign=fresh)
    assert held.json()["state"] == "round_1"
    decided = server.ask("POST", path, {"state": "decided", "on": "2026-01-12"}, campaign=fresh)
    assert decided.json()["second_round"] is None
    assert server.ask("POST", path, {"state": "round_2", "on": "2026-01-18"}, campaign=fresh).status_code == 409
    unknown = {**body, "type": "jury"}
    assert server.ask("POST", "/v1/elections", unknown, campaign=fresh).status_code == 422


def test_no_client_returns_a_file(server: Server) -> None:
    answer = server.ask("GET", "/v1/campaign", purpose=RESTITUTION)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
