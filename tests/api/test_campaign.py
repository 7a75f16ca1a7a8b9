"""The campaign's declarations over HTTP."""

from uuid import uuid4

import pytest

from tests.api.serving import Server
from tests.attachments.samples import PDF, PLAIN_PDF


def test_the_elections_are_listed(server: Server) -> None:
    elections = server.ask("GET", "/v1/elections").json()["elections"]
    assert [(one["id"], one["first_round"], one["second_round"]) for one in elections] == [
        (str(server.campaigns[0].election), "2027-03-14", "2027-03-21")
    ]


def test_a_declared_origin_is_listed_with_its_number(server: Server) -> None:
    body = {
        "kind": "electoral_roll",
        "obtained_on": "2026-11-01",
        "election": str(server.campaigns[0].election),
        "evidence": ["undertaking"],
    }
    refused = server.ask("POST", "/v1/origins", body)
    assert [one["missing"] for one in refused.json()["findings"]] == ["undertaking"], "it is not merely claimed"
    scan = kept(server, "undertaking")
    papers = [{"fact": "undertaking", "attachment": scan}]
    declared = server.ask("POST", "/v1/origins", body | {"papers": papers})
    assert declared.status_code == 201
    more = {"number": declared.json()["number"], "synthetic": False, "papers": {"undertaking": scan}}
    assert declared.json() == body | more
    assert declared.json() in server.listed("/v1/origins")


def kept(server: Server, kind: str) -> str:
    given = server.headers() | {"Content-Type": PDF}
    answer = server.http.post(f"/v1/attachments?kind={kind}", content=PLAIN_PDF, headers=given)
    return str(answer.json()["id"])


def test_an_origin_that_the_law_forbids_is_refused_with_its_article(server: Server) -> None:
    answer = server.ask("POST", "/v1/origins", {"kind": "school", "obtained_on": "2026-11-01"})
    assert (answer.status_code, answer.json()["code"]) == (422, "refused")
    assert answer.json()["findings"][0]["articles"]


def test_an_origin_proves_with_facts_and_not_with_free_words(server: Server) -> None:
    body = {"kind": "newsletter", "obtained_on": "2026-11-01", "evidence": ["marie_dupont_told_me"]}
    answer = server.ask("POST", "/v1/origins", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert "marie_dupont" not in answer.text


def test_a_rented_file_comes_with_its_brokers_paper(server: Server) -> None:
    body = {
        "kind": "rented_file",
        "obtained_on": "2026-11-01",
        "election": str(server.campaigns[0].election),
        "evidence": ["broker_consent", "political_notice"],
    }
    refused = server.ask("POST", "/v1/origins", body)
    assert [one["missing"] for one in refused.json()["findings"]] == ["broker_consent"]
    scan = kept(server, "evidence")
    papers = [{"fact": "broker_consent", "attachment": scan}]
    declared = server.ask("POST", "/v1/origins", body | {"papers": papers})
    assert (declared.status_code, declared.json()["papers"]) == (201, {"broker_consent": scan})
    assert declared.json() in server.listed("/v1/origins")
    papers = [{"fact": "broker_consent", "attachment": str(uuid4())}]
    assert server.ask("POST", "/v1/origins", body | {"papers": papers}).status_code == 422


def test_an_origin_names_an_election_that_there_is(server: Server) -> None:
    body = {"kind": "electoral_roll", "obtained_on": "2026-11-01", "election": str(uuid4())}
    assert server.ask("POST", "/v1/origins", body).status_code == 404


@pytest.mark.parametrize("path", ["/v1/custom-fields", "/v1/tags"])
def test_a_registered_name_is_listed_and_registered_once(server: Server, path: str) -> None:
    name = f"team_{uuid4().hex}"
    registered = server.ask("POST", path, {"name": name})
    assert (registered.status_code, registered.json()["name"]) == (201, name)
    assert registered.json() in server.listed(path)
    assert server.ask("POST", path, {"name": name}).status_code == 409


@pytest.mark.parametrize("path", ["/v1/custom-fields", "/v1/tags"])
def test_a_name_that_asks_for_a_forbidden_attribute_is_refused_and_not_repeated(server: Server, path: str) -> None:
    answer = server.ask("POST", path, {"name": "religion_marie_dupont"})
    assert (answer.status_code, answer.json()["code"]) == (422, "forbidden-attribute")
    assert "marie_dupont" not in answer.text
