"""The law over HTTP, and what it would say."""

from datetime import UTC, datetime

from policy.detect import lexicon_version
from policy.load import load
from tests.api.serving import Server


def test_the_law_is_public_and_the_one_in_force(server: Server) -> None:
    law = server.http.get("/v1/law").json()
    assert law["digest"] == load("france", datetime.now(UTC).date()).digest
    assert law["rules"]["forbidden.religion"]["articles"]


def test_a_rule_cites_its_sources_with_title_and_link(server: Server) -> None:
    rule = server.http.get("/v1/law/rules/forbidden.religion").json()
    assert [one["article"] for one in rule["cited"]] == rule["articles"]
    assert all(one["title"] and one["link"] for one in rule["cited"])
    assert server.http.get("/v1/law/rules/forbidden.nothing").status_code == 404


def test_texts_are_screened_and_not_repeated(server: Server) -> None:
    texts = [
        {"kind": "note", "text": "elle est musulmane pratiquante"},
        {"kind": "note", "text": "préfère être appelée le soir"},
    ]
    answer = server.ask("POST", "/v1/policy/screen", {"texts": texts})
    first, second = answer.json()["texts"]
    assert (first["decision"], first["categories"]) == ("block", ["religion"])
    assert first["rules"][0]["articles"]
    assert first["rules"][0]["kind"] == "law_except_consent"
    place = first["spans"][0]
    assert texts[0]["text"][place["start"] : place["end"]] == "musulmane"
    assert "Écrivez plutôt" in place["neutral_fr"]
    assert second == {"decision": "allow", "categories": [], "rules": [], "spans": []}
    assert answer.json()["lexicon"] == lexicon_version()
    assert "musulmane" not in answer.text


def test_a_draft_is_answered_as_a_record_would_be_and_nothing_is_stored(server: Server) -> None:
    before = server.entries("contact.recorded")
    draft = server.proposed(last_name="Dupont", profession="institutrice", note=["il est juif"])
    answer = server.ask("POST", "/v1/policy/screen", {"draft": draft}).json()["draft"]
    assert (answer["accepted"], answer["basis"], answer["due_on"]) == (True, "6(1)(f)", "2029-01-01")
    assert [one["field"] for one in answer["refused"]] == ["note"]
    assert server.entries("contact.recorded") == before


def test_a_draft_that_nothing_would_be_kept_of_is_not_accepted(server: Server) -> None:
    draft = {**server.proposed(last_name="Dupont"), "category": "donor"}
    answer = server.ask("POST", "/v1/policy/screen", {"draft": draft}).json()["draft"]
    assert (answer["accepted"], answer["basis"], answer["due_on"]) == (False, None, None)
    assert answer["refused"]


def test_asking_the_law_is_noted_with_the_rules_that_spoke(server: Server) -> None:
    server.ask("POST", "/v1/policy/screen", {"texts": [{"kind": "note", "text": "il est juif"}]})
    assert {"rule.forbidden.religion": 1} in [one["counts"] for one in server.entries("law.read")]
