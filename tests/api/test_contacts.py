"""Contacts over HTTP: recorded, revealed, amended and found, on both engines."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.serving import Server

NOBODY = "00000000-0000-4000-8000-000000000000"


def address() -> str:
    return f"{uuid4().hex}@example.org"


def test_a_contact_comes_back_as_it_was_recorded(server: Server) -> None:
    fields: dict[str, Any] = {
        "last_name": "Dupont",
        "first_names": "Marie-Hélène, Jeanne",
        "birth_date": "1953-00-00",
        "address": {"number": "3 bis", "street": "rue des Lilas", "postcode": "75011", "city": "Paris"},
        "email": [address(), address()],
        "external_id": [{"system": "nationbuilder", "id": uuid4().hex}],
        "note": ["préfère être appelée le soir"],
    }
    body = {**server.proposed(**fields), "commune": "75056", "polling_station": "0012"}
    answer = server.ask("POST", "/v1/contacts", body)
    assert answer.status_code == 201
    recorded = answer.json()
    assert (recorded["result"], recorded["refused"], recorded["held"], recorded["dropped"]) == ("created", [], [], [])
    assert answer.headers["location"] == f"/v1/contacts/{recorded['id']}"
    read = server.ask("GET", answer.headers["location"])
    contact = read.json()
    assert contact["fields"] == fields
    assert (contact["commune"], contact["polling_station"], contact["category"]) == ("75056", "0012", "regular")
    assert contact["provenance"]["email"] == [{"origin": body["origin"], "obtained_on": "2026-01-01"}] * 2
    assert read.headers["etag"] == '"1"'


def test_a_purpose_sees_only_its_fields(server: Server) -> None:
    contact = server.contact(
        last_name="Dupont", email=[address()], address={"city": "Paris"}, profession="institutrice"
    )
    shown = {
        purpose: set(server.ask("GET", f"/v1/contacts/{contact}", purpose=purpose).json()["fields"])
        for purpose in ("contact_management", "canvassing", "phone_canvassing", "administration")
    }
    assert shown == {
        "contact_management": {"last_name", "email", "address", "profession"},
        "canvassing": {"last_name", "address"},
        "phone_canvassing": {"last_name"},
        "administration": set(),
    }


def test_a_forbidden_note_is_left_out_and_the_rest_is_kept(server: Server) -> None:
    body = server.proposed(last_name="Dupont", email=[address()], note=["elle est musulmane pratiquante"])
    recorded = server.ask("POST", "/v1/contacts", body).json()
    refused = recorded["refused"][0]
    assert (refused["field"], refused["rule"], refused["category"]) == ("note", "forbidden.religion", "religion")
    assert "RGPD, art. 9(1)" in refused["articles"]
    assert "note" not in server.ask("GET", f"/v1/contacts/{recorded['id']}").json()["fields"]


def test_strict_handling_refuses_the_whole(server: Server) -> None:
    email = address()
    body = server.proposed(last_name="Dupont", email=[email], note=["elle est musulmane pratiquante"])
    answer = server.ask("POST", "/v1/contacts", body, headers={"Prefer": "handling=strict"})
    assert answer.status_code == 422
    assert answer.headers["preference-applied"] == "handling=strict"
    problem = answer.json()
    assert problem["code"] == "forbidden-attribute"
    assert problem["findings"][0]["rule"] == "forbidden.religion"
    assert problem["errors"][0]["properties"] == ["note"]
    assert server.ask("POST", "/v1/contacts/search", {"email": email}).json()["contacts"] == []


def test_strict_handling_lets_a_clean_contact_in(server: Server) -> None:
    body = server.proposed(last_name="Dupont", email=[address()])
    answer = server.ask("POST", "/v1/contacts", body, headers={"Prefer": "respond-async, handling=strict"})
    assert (answer.status_code, answer.headers["preference-applied"]) == (201, "handling=strict")


def test_a_contact_of_no_known_category_is_refused_whole_and_the_refusal_noted(server: Server) -> None:
    before = server.entries("processing.refused")
    body = {**server.proposed(last_name="Dupont"), "category": "unheard_of"}
    answer = server.ask("POST", "/v1/contacts", body)
    assert (answer.status_code, answer.json()["findings"][0]["rule"]) == (422, "category.unknown")
    assert server.entries("processing.refused")[0] not in before


def test_the_same_person_is_updated_and_not_doubled(server: Server) -> None:
    fields: dict[str, Any] = {"last_name": "Dupont", "first_names": "Marie", "email": [address()]}
    contact = server.contact(**fields)
    again = server.ask("POST", "/v1/contacts", server.proposed(**fields, title="Mme"))
    assert (again.status_code, again.json()["id"], again.json()["result"]) == (200, contact, "updated")


def test_two_persons_on_one_address_stay_two_and_the_second_is_flagged(server: Server) -> None:
    email = address()
    first = server.contact(last_name="Dupont", first_names="Marie", email=[email])
    answer = server.ask("POST", "/v1/contacts", server.proposed(last_name="Durand", first_names="Paul", email=[email]))
    assert (answer.status_code, answer.json()["flagged"]) == (201, True)
    assert answer.json()["id"] != first


def test_an_undeclared_origin_and_an_unregistered_tag_are_no_input(server: Server) -> None:
    body = server.proposed(last_name="Dupont")
    assert server.ask("POST", "/v1/contacts", {**body, "origin": 999_999}).status_code == 422
    assert server.ask("POST", "/v1/contacts", {**body, "tags": ["never_registered"]}).status_code == 422
    assert server.ask("POST", "/v1/contacts", {**body, "custom": {"never_registered": "x"}}).status_code == 422


def test_a_merge_patch_sets_removes_and_keeps(server: Server) -> None:
    contact = server.contact(last_name="Dupont", first_names="Marie", phone=["06 39 98 01 02"])
    answer = server.amend(contact, {"origin": server.origin(), "fields": {"phone": None, "title": "Mme"}}, 1)
    assert (answer.status_code, answer.json()["revision"], answer.headers["etag"]) == (200, 2, '"2"')
    read = server.ask("GET", f"/v1/contacts/{contact}").json()
    assert read["fields"] == {"last_name": "Dupont", "first_names": "Marie", "title": "Mme"}
    assert (read["category"], read["revision"]) == ("regular", 2)


def test_a_change_names_the_revision_it_was_made_against(server: Server) -> None:
    contact = server.contact(last_name="Dupont")
    change = {"origin": server.origin(), "fields": {"title": "Mme"}}
    unnamed = server.ask(
        "PATCH", f"/v1/contacts/{contact}", change, headers={"Content-Type": "application/merge-patch+json"}
    )
    assert (unnamed.status_code, unnamed.json()["code"]) == (428, "revision-required")
    for stale in ('"7"', "*", 'W/"1"', "1"):
        answer = server.amend(contact, change, 1, {"If-Match": stale})
        assert (answer.status_code, answer.json()["code"]) == (412, "revision-stale")


def test_a_refused_cell_of_a_change_leaves_the_contact_as_it_was(server: Server) -> None:
    contact = server.contact(last_name="Dupont", note=["appeler le soir"])
    change: dict[str, object] = {"origin": server.origin(), "fields": {"note": ["il est juif"]}}
    assert server.amend(contact, change, 1, {"Prefer": "handling=strict"}).status_code == 422
    assert server.amend(contact, change, 1).json()["refused"][0]["rule"] == "forbidden.religion"
    assert server.ask("GET", f"/v1/contacts/{contact}").json()["fields"]["note"] == ["appeler le soir"]


def test_a_change_with_an_unregistered_field_is_no_input(server: Server) -> None:
    contact = server.contact(last_name="Dupont")
    answer = server.amend(contact, {"origin": server.origin(), "custom": {"never_registered": "x"}}, 1)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


def test_custom_fields_and_tags_come_back_by_name(server: Server) -> None:
    team, tag = f"team_{uuid4().hex}", f"tag_{uuid4().hex}"
    assert server.ask("POST", "/v1/custom-fields", {"name": team}).status_code == 201
    assert server.ask("POST", "/v1/tags", {"name": tag}).status_code == 201
    body = {**server.proposed(last_name="Dupont"), "custom": {team: "nord"}, "tags": [tag]}
    contact = server.ask("POST", "/v1/contacts", body).json()["id"]
    read = server.ask("GET", f"/v1/contacts/{contact}").json()
    assert (read["custom"], read["tags"]) == ({team: "nord"}, [tag])
    assert len(read["provenance"][f"custom:{team}"]) == 1
    server.amend(contact, {"origin": server.origin(), "custom": {team: None}}, 1)
    assert server.ask("GET", f"/v1/contacts/{contact}").json()["custom"] == {}


@pytest.mark.parametrize("given", ["email", "phone", "external_id", "name", "name_and_commune", "name_and_birth"])
def test_a_person_is_found_exactly(server: Server, given: str) -> None:
    last_name, birth = f"Martin{uuid4().hex[:8]}", "1961-04-02"
    email, phone = address(), f"06{uuid4().int % 10**8:08d}"
    number = {"system": "van", "id": uuid4().hex}
    body = server.proposed(
        last_name=last_name, first_names="Camille", birth_date=birth, email=[email], phone=[phone], external_id=[number]
    )
    contact = server.ask("POST", "/v1/contacts", {**body, "commune": "75056"}).json()["id"]
    name = {"last_name": last_name.upper(), "first_names": "camille", "reason": "demande d'accès"}
    searches: dict[str, dict[str, object]] = {
        "email": {"email": email.upper()},
        "phone": {"phone": f"+33 {phone[1:]}"},
        "external_id": {"external_id": number},
        "name": {**name},
        "name_and_commune": {**name, "commune": "75056"},
        "name_and_birth": {**name, "birth_date": birth},
    }
    found = server.ask("POST", "/v1/contacts/search", searches[given]).json()["contacts"]
    assert [one["id"] for one in found] == [contact]
    if given == "name_and_commune":
        assert server.ask("POST", "/v1/contacts/search", {**name, "commune": "13055"}).json() == {"contacts": []}


def test_a_search_by_name_needs_a_reason_and_the_whole_name(server: Server) -> None:
    for search in ({"last_name": "Dupont", "first_names": "Marie"}, {"last_name": "Dupont", "reason": "x"}, {}):
        answer = server.ask("POST", "/v1/contacts/search", search)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


def test_a_search_that_means_too_many_is_refused(server: Server) -> None:
    email = address()
    for number in range(11):
        server.contact(last_name=f"Nom{number}{uuid4().hex[:6]}", first_names="Paul", email=[email])
    answer = server.ask("POST", "/v1/contacts/search", {"email": email})
    assert (answer.status_code, answer.json()["code"]) == (422, "too-many-results")


def test_nobody_is_no_contact(server: Server) -> None:
    assert server.ask("GET", f"/v1/contacts/{NOBODY}").status_code == 404
    assert server.amend(NOBODY, {"origin": server.origin()}, 1).status_code == 404


def test_a_contact_that_is_known_is_not_sent_again_and_the_reading_is_noted(server: Server) -> None:
    contact = server.contact(last_name="Dupont")
    path = f"/v1/contacts/{contact}"
    for known in ('"1"', 'W/"1"', '"7", "1"', "*"):
        before = [one["id"] for one in server.entries("contact.revealed")]
        answer = server.ask("GET", path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')
        assert server.entries("contact.revealed")[0]["id"] not in before
    for other in ('"7"', "1", ""):
        assert server.ask("GET", path, headers={"If-None-Match": other}).status_code == 200


def test_a_restricted_contact_has_another_tag(server: Server) -> None:
    contact = server.contact(last_name="Dupont")
    server.ask("POST", f"/v1/contacts/{contact}/restriction", {"ground": "objection_pending"})
    answer = server.ask("GET", f"/v1/contacts/{contact}", headers={"If-None-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1-restricted"')
