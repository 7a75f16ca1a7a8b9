"""What is held and refused over HTTP: neutral words, one call to keep others, the reviewer's routes, the counts."""

from datetime import UTC, datetime, timedelta
from secrets import token_hex

from tests.api.serving import Server
from tests.api.staffing import acting, ask, listed

DOUBTFUL = "Fédération CFDT du Rhône"
NOTES = ["rappeler en soirée. Famille juive pratiquante.", DOUBTFUL]
MANAGING = "contact_management"


def test_words_left_out_come_back_neutral_and_what_is_held_waits_for_the_reviewer(server: Server) -> None:
    body = server.proposed(last_name="Petit", first_names="Ana", email=[f"{token_hex(6)}@example.org"], note=NOTES)
    key = {"Idempotency-Key": token_hex(8)}
    answer = server.ask("POST", "/v1/contacts", body, headers=key).json()
    (refused,) = answer["refused"]
    assert (refused["field"], refused["kind"], refused["rewrite"]) == (
        "note",
        "law_except_consent",
        "rappeler en soirée.",
    )
    assert "religion" in refused["neutral_fr"]
    (held,) = answer["held"]
    assert (held["field"], held["rewrite"]) == ("note.1", None)
    again = server.ask("POST", "/v1/contacts", body, headers=key).json()
    assert again["held"] == [held]
    path = f"/v1/contacts/{answer['id']}/rewrites"
    rewrite = {"origin": body["origin"], "field": "note", "text": refused["rewrite"]}
    assert server.ask("POST", path, rewrite).json()["refused"] == []
    assert server.ask("POST", path, {**rewrite, "field": "email"}).status_code == 422
    strict = server.ask("POST", path, {**rewrite, "text": NOTES[0]}, headers={"Prefer": "handling=strict"})
    assert (strict.status_code, "juive" in strict.text) == (422, False)
    review = f"/v1/reviews/{held['review_id']}"
    reviewer, dpo = acting(server, "privacy_reviewer"), acting(server, "dpo")
    shown = ask(server, reviewer, "GET", review, purpose=MANAGING)
    assert (shown.json()["text"], shown.json()["field"]) == (DOUBTFUL, "note")
    waiting = listed(server, dpo, "/v1/reviews", purpose="accountability")
    assert held["review_id"] in {one["id"] for one in waiting}
    assert DOUBTFUL not in str(waiting)
    reason = {"reason": "doubtful"}
    assert ask(server, dpo, "POST", f"{review}/objection", reason, purpose="accountability").status_code == 204
    decided = f"{review}/decision"
    accept = {"decision": "accept", "reason": "name_or_place"}
    assert ask(server, reviewer, "POST", decided, accept, purpose=MANAGING).status_code == 409
    neutral = {"decision": "neutralise", "reason": "reworded", "text": "travaille à Lyon"}
    assert ask(server, reviewer, "POST", decided, neutral, purpose=MANAGING).status_code == 204
    found = server.ask("GET", f"/v1/contacts/{answer['id']}").json()
    assert found["fields"]["note"] == ["rappeler en soirée.", "travaille à Lyon"]


def test_refusals_are_counted_by_rule_source_and_client_and_tell_no_words(server: Server) -> None:
    server.ask("POST", "/v1/contacts", server.proposed(last_name="Petit", note=["Famille juive pratiquante"]))
    answer = server.ask("GET", "/v1/policy/refusals")
    sums = [one for one in answer.json()["refusals"] if one["rule"] == "forbidden.religion"]
    assert ("religion", "client") in {(one["category"], one["actor_kind"]) for one in sums}
    assert "contact.recorded" in {one["source"] for one in sums}
    assert answer.json()["whole"]
    assert server.ask("GET", "/v1/policy/refusals?since=2999-01-01").json()["refusals"] == []


def test_each_contact_of_a_batch_has_its_own_reviews(server: Server) -> None:
    contacts = [
        server.proposed(last_name="Petit", first_names="Ana", note=[note]) for note in (DOUBTFUL, "rappeler", DOUBTFUL)
    ]
    body = {"contacts": [*contacts, {"category": "regular"}]}
    key = {"Idempotency-Key": token_hex(8)}
    results = server.ask("POST", "/v1/contacts:batch", body, headers=key).json()["results"]
    reviews = [[one["review_id"] for one in result["held"]] for result in results]
    assert [len(found) for found in reviews] == [1, 0, 1, 0]
    assert reviews[0] != reviews[2]
    again = server.ask("POST", "/v1/contacts:batch", body, headers=key).json()["results"]
    assert [[one["review_id"] for one in result["held"]] for result in again] == reviews


def test_a_selection_is_saved_run_counted_and_removed_and_a_refusal_names_its_clause(server: Server) -> None:
    city = f"ville{token_hex(4)}"
    contact = server.contact(last_name="Petit", first_names="Ana", address={"street": "rue des Lilas", "city": city})
    clause = {"field": "city", "operator": "is", "values": [city]}
    selection = server.ask("POST", "/v1/selections", {"name": f"choix {city}", "clauses": [clause]})
    assert selection.status_code == 201
    path = f"/v1/selections/{selection.json()['id']}"
    found, following = [], None
    for _ in range(20):
        page = server.ask("GET", f"{path}/contacts" + (f"?cursor={following}" if following else "")).json()
        found += [one["id"] for one in page["contacts"]]
        following = page["next"]
        if following is None:
            break
    assert found == [contact]
    assert server.ask("GET", f"{path}/count").json() == {"count": None}
    listed = server.listed("/v1/selections")
    assert path.rpartition("/")[2] in {one["id"] for one in listed}
    assert server.ask("DELETE", path).status_code == 204
    names = {"field": "last_name", "operator": "matches", "values": ["^Ben"]}
    refused = server.ask("POST", "/v1/selections", {"name": "choix", "clauses": [clause, names]}).json()
    assert {one["field"] for one in refused["findings"]} == {"clauses.1"}
    assert "code pénal, art. 226-19" in refused["findings"][0]["articles"]


def test_a_reviewer_teaches_the_detector_a_word_of_the_campaign_and_takes_it_back(server: Server) -> None:
    reviewer, dpo = acting(server, "privacy_reviewer"), acting(server, "dpo")
    place = f"bergerie {token_hex(4)}"
    until = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    word = {"effect": "forbid", "sort": "place", "text": place, "category": "religion", "until": until}
    word["reason"] = "telling_place"
    made = ask(server, reviewer, "POST", "/v1/own-words", word, purpose=MANAGING)
    assert made.status_code == 201
    assert ask(server, dpo, "POST", "/v1/own-words", word, purpose="accountability").status_code == 403
    core = {"effect": "allow", "sort": "word", "text": "les Musulmans", "reason": "other_meaning", "until": until}
    refused = ask(server, reviewer, "POST", "/v1/own-words", core, purpose=MANAGING)
    assert (refused.status_code, "Musulmans" in refused.text) == (422, False)
    listed = ask(server, dpo, "GET", "/v1/own-words?limit=200", purpose="accountability").json()["words"]
    assert (place, "religion") in {(one["text"], one["category"]) for one in listed}
    path = f"/v1/own-words/{made.json()['id']}"
    assert ask(server, reviewer, "DELETE", path, purpose=MANAGING).status_code == 204
    assert ask(server, reviewer, "DELETE", path, purpose=MANAGING).status_code == 404
