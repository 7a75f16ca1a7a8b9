"""What a person may ask of a contact, over HTTP."""

from typing import Any
from uuid import uuid4

from tests.api.serving import Server

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_an_erased_contact_is_gone_and_found_no_more(server: Server) -> None:
    email = f"{uuid4().hex}@example.org"
    contact = server.contact(last_name="Dupont", email=[email])
    answer = server.ask("DELETE", f"/v1/contacts/{contact}", purpose="rights_request")
    assert (answer.status_code, answer.content) == (204, b"")
    assert server.ask("GET", f"/v1/contacts/{contact}").status_code == 404
    assert server.ask("POST", "/v1/contacts/search", {"email": email}).json() == {"contacts": []}
    assert server.ask("DELETE", f"/v1/contacts/{contact}", purpose="rights_request").status_code == 404


def test_an_erasure_answers_a_request_and_serves_no_other_purpose(server: Server) -> None:
    contact = server.contact(last_name="Dupont")
    answer = server.ask("DELETE", f"/v1/contacts/{contact}", purpose="contact_management")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
    assert server.ask("GET", f"/v1/contacts/{contact}").status_code == 200


def test_a_restricted_contact_is_kept_and_not_used(server: Server) -> None:
    fields: dict[str, Any] = {"last_name": "Dupont", "first_names": "Marie", "email": [f"{uuid4().hex}@example.org"]}
    contact = server.contact(**fields)
    path = f"/v1/contacts/{contact}"
    assert server.ask("POST", f"{path}/restriction", {"ground": "objection_pending"}).status_code == 204
    read = server.ask("GET", path).json()
    assert (read["withheld"], read["fields"]) == ("restricted", {})
    assert server.ask("GET", path, purpose="rights_request").json()["fields"] == fields
    change = server.amend(contact, {"origin": server.origin(), "fields": {"title": "Mme"}}, read["revision"])
    assert (change.status_code, change.json()["code"]) == (409, "contact-restricted")
    again = server.ask("POST", "/v1/contacts", server.proposed(**fields, title="Mme"))
    assert (again.status_code, again.json()["code"]) == (409, "contact-restricted")
    assert server.ask("DELETE", f"{path}/restriction").status_code == 204
    assert server.ask("GET", path).json()["fields"] == fields


def test_a_restriction_has_one_of_the_four_grounds(server: Server) -> None:
    contact = server.contact(last_name="Dupont")
    answer = server.ask("POST", f"/v1/contacts/{contact}/restriction", {"ground": "they_asked"})
    assert (answer.status_code, answer.json()["errors"][0]["properties"]) == (422, ["ground"])


def test_nobody_is_neither_restricted_nor_released(server: Server) -> None:
    path = f"/v1/contacts/{NOBODY}/restriction"
    assert server.ask("POST", path, {"ground": "objection_pending"}).status_code == 404
    assert server.ask("DELETE", path).status_code == 404


def test_a_right_waits_for_no_revision_unless_one_is_named(server: Server) -> None:
    contact = server.contact(last_name="Dupont")
    path, stale, known = f"/v1/contacts/{contact}", {"If-Match": '"7"'}, {"If-Match": '"1"'}
    ground = {"ground": "objection_pending"}
    for answer in (
        server.ask("POST", f"{path}/restriction", ground, headers=stale),
        server.ask("DELETE", f"{path}/restriction", headers=stale),
        server.ask("DELETE", path, purpose="rights_request", headers=stale),
        server.ask("DELETE", path, purpose="rights_request", headers={"If-Match": "*"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "revision-stale")
    assert server.ask("GET", path).json()["withheld"] is None
    assert server.ask("POST", f"{path}/restriction", ground, headers=known).status_code == 204
    restricted = {"If-Match": server.ask("GET", path).headers["etag"]}
    assert server.ask("DELETE", f"{path}/restriction", headers=restricted).status_code == 204
    assert server.ask("DELETE", path, purpose="rights_request", headers=known).status_code == 204
    assert server.ask("DELETE", path, purpose="rights_request", headers=known).status_code == 404
