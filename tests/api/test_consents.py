"""Consent through the door: evidence, withdrawal, who may be reached, whole lists."""

from uuid import uuid4

from tests.api.serving import Server
from tests.api.test_attachments import added

AT = "2026-01-02T10:00:00Z"


def given(contact: str, **more: object) -> dict[str, object]:
    return {
        "contact": contact,
        "purpose": "phone_canvassing",
        "channel": "call",
        "action": "given",
        "occurred_at": AT,
    } | more


def test_evidence_is_recorded_shown_and_withdrawn(server: Server) -> None:
    contact = server.contact(last_name="Lefort", first_names="Marie", phone=["+33639980102"])
    made = server.ask("POST", "/v1/consents", given(contact, details={"form": "https://example.org/lettre"}))
    assert (made.status_code, made.json()["level"]) == (201, "claimed")
    many = server.ask("POST", "/v1/consents:batch", {"consents": [given(contact, channel="sms"), given(contact)]})
    assert [one["level"] for one in many.json()["results"]] == ["claimed", "claimed"]
    robocall = given(contact, channel="robocall", window={"start": 540, "end": 600}, valid_until="2030-01-01")
    assert server.ask("POST", "/v1/consents", robocall).status_code == 201
    asked = {"channel": "call", "contacts": [contact], "criteria": []}
    answer = server.ask("POST", "/v1/eligibility", asked, purpose="phone_canvassing").json()
    assert [one["contacts"] for one in answer["allowed"]] == [[contact]]
    assert answer["allowed"][0]["ground"] == "opt_out"
    taken = server.ask("POST", "/v1/consents/withdrawal", {"contact": contact, "channel": "call"})
    assert taken.status_code == 201
    answer = server.ask("POST", "/v1/eligibility", asked, purpose="phone_canvassing").json()
    assert [(one["rule"], one["contacts"]) for one in answer["refused"]] == [("gate.opposed", [contact])]
    record = server.ask("GET", f"/v1/eligibility/{answer['id']}", purpose="phone_canvassing").json()
    assert (record["asked"], record["allowed"], record["signed"]) == (1, 0, answer["signed"])
    shown = server.ask("GET", f"/v1/consents?contact={contact}").json()
    assert sorted(one["channel"] for one in shown["consents"]) == ["call", "call", "call", "robocall", "sms"]
    assert {"form": "https://example.org/lettre"} in [one["details"] for one in shown["consents"]]
    assert ("*", "withdrawn") in [(one["purpose"], one["status"]) for one in shown["standings"]]


def test_consents_come_with_a_change_and_replace_none(server: Server) -> None:
    contact = server.contact(last_name="Lemaire", first_names="Zoé", email=["zoe.lemaire@example.org"])
    asked = {"purpose": "email_campaign", "channel": "email", "occurred_at": AT}
    given_then_refused = [asked | {"action": "given"}, asked | {"action": "refused"}]
    revision = server.ask("GET", f"/v1/contacts/{contact}").headers["ETag"]
    for number, one in enumerate(given_then_refused, 1):
        change = {"origin": server.origin(), "fields": {"title": "Mme"}, "consents": [one]}
        headers = {"If-Match": revision, "Content-Type": "application/merge-patch+json"}
        made = server.ask("PATCH", f"/v1/contacts/{contact}", change, headers=headers)
        assert (made.status_code, made.json()["consents"]) == (200, ["claimed" if number == 1 else "proven"])
        revision = made.headers["ETag"]
    shown = server.ask("GET", f"/v1/consents?contact={contact}").json()
    assert len(shown["consents"]) == len(given_then_refused)
    assert [one["status"] for one in shown["standings"]] == ["refused"]


def test_the_report_and_the_registries(server: Server) -> None:
    server.contact(last_name="Martin", first_names="Paul", phone=["+33639980199"])
    report = server.ask("GET", "/v1/eligibility/report?channel=call", purpose="phone_canvassing").json()
    assert sum(line["contacts"] for line in report["lines"]) >= 1
    name = f"lettre {uuid4().int % 10**9}"
    made = server.ask("POST", "/v1/mailing-lists", {"name": name}, campaign=1)
    assert made.json()["channel"] == f"list:{name}"
    assert made.json() in server.ask("GET", "/v1/mailing-lists", campaign=1).json()["lists"]
    texts = dict.fromkeys(("interest", "necessity", "expectation", "safeguards"), "parce que")
    test = {"purpose": "email_campaign", "channel": "email", "categories": ["member"], "made_on": "2026-01-05", **texts}
    number = server.ask("POST", "/v1/balancing-tests", test).json()["number"]
    assert server.ask("POST", f"/v1/balancing-tests/{number}/end").status_code == 204
    (ended,) = [
        one for one in server.ask("GET", "/v1/balancing-tests").json()["balancing_tests"] if one["number"] == number
    ]
    assert ended["ended_on"]
    assert server.ask("POST", "/v1/balancing-tests/999/end").status_code == 404
    said = {"places": "organisation", "reason": "Avis du délégué."}
    number = server.ask("POST", "/v1/newsletter-geography", said).json()["number"]
    (reading,) = [
        one for one in server.ask("GET", "/v1/newsletter-geography").json()["readings"] if one["number"] == number
    ]
    assert {name: reading[name] for name in said} == said


def test_a_cohort_is_declared_and_drawn_and_no_program_decides_it(server: Server) -> None:
    screenshot = added(server, kind="evidence").rpartition("/")[2]
    told = {"title": "Site", "wording": "J'accepte.", "attachment": screenshot, "origin": server.origin()}
    period = {"collected_from": "2025-01-01", "collected_to": "2025-12-31"}
    number = server.ask("POST", "/v1/cohorts", told | period).json()["number"]
    contact = server.contact(last_name="Petit", first_names="Ana", phone=["+33639980155"])
    assert server.ask("POST", "/v1/consents", given(contact, cohort=number)).status_code == 201
    assert server.ask("POST", f"/v1/cohorts/{number}/sample").json() == {"contacts": [contact]}
    review = {"contact": contact, "finding": "good"}
    assert server.ask("POST", f"/v1/cohorts/{number}/review", review).status_code == 403
    assert server.ask("POST", f"/v1/cohorts/{number}/decision").status_code == 403
    assert [one["state"] for one in server.ask("GET", "/v1/cohorts").json()["cohorts"] if one["number"] == number] == [
        "drawn"
    ]


def test_consents_come_with_the_contact_and_open_the_cells_they_cover(server: Server) -> None:
    need = {"need": "step_free_access", "event_on": "2999-03-01"}
    body = server.proposed(0, last_name="Roussel", first_names="Ana", phone=["+33639980155"], accessibility_need=need)
    agreed = {"purpose": "event_organisation", "channel": "sms", "action": "given", "occurred_at": AT}
    own_words = {"indicated_by": "person", "method": "web_form", "notice": "2026-1", "covers": ["accessibility"]}
    refusal = {
        "purpose": "phone_canvassing",
        "channel": "call",
        "action": "refused",
        "occurred_at": "2026-01-01T10:00:00Z",
    }
    bare = server.ask("POST", "/v1/contacts", body | {"consents": [agreed]})
    assert [one["field"] for one in bare.json()["refused"]] == ["accessibility_need"]
    told = body | {"consents": [agreed | own_words, refusal]}
    key = {"Idempotency-Key": "consents-with-a-contact"}
    made, repeated = (server.ask("POST", "/v1/contacts", told, headers=key) for _ in range(2))
    assert (made.json()["refused"], made.json()["consents"]) == ([], ["claimed", "proven"])
    assert repeated.json()["consents"] == ["claimed", "proven"]
    contact = made.json()["id"]
    shown = server.ask("GET", f"/v1/contacts/{contact}", purpose="rights_request").json()
    assert shown["fields"]["accessibility_need"] == need
    asked = {"channel": "call", "contacts": [contact], "criteria": []}
    answer = server.ask("POST", "/v1/eligibility", asked, purpose="phone_canvassing").json()
    assert [one["rule"] for one in answer["refused"]] == ["gate.refused"]
    screened = server.ask("POST", "/v1/policy/screen", {"draft": told}).json()["draft"]
    assert (screened["accepted"], screened["refused"]) == (True, [])
    unknown = agreed | {"channel": "pigeon"}
    assert server.ask("POST", "/v1/contacts", body | {"consents": [unknown]}).status_code == 422
    batch = {"contacts": [told, body | {"consents": [unknown]}, body | {"consents": [agreed | {"covers": ["karma"]}]}]}
    key_of_batch = {"Idempotency-Key": "consents-in-a-batch"}
    many = server.ask("POST", "/v1/contacts:batch", batch, headers=key_of_batch)
    results = many.json()["results"]
    assert [one["consents"] for one in results] == [["claimed", "proven"], [], []]
    assert [one["errors"][0]["code"] for one in results[1:]] == ["not_evidence", "not_evidence"]
    once_more = server.ask("POST", "/v1/contacts:batch", batch, headers=key_of_batch)
    assert [one["consents"] for one in once_more.json()["results"]] == [["claimed", "proven"], [], []]
