"""Rights requests over HTTP: keyed in with their date, on the board, prepared, decided; scopes keep each to its own."""

import time
from typing import Any
from uuid import uuid4

from tests.api.serving import Server
from tests.attachments.samples import PLAIN_PDF

RIGHTS = "rights_request"
MARIE = {"first_names": "Marie", "last_name": "Requête", "email": "marie.requete@example.org"}


def ask(server: Server, method: str, path: str, body: object = None, **more: Any) -> Any:  # noqa: ANN401 - an answer
    return server.ask(method, path, body, purpose=RIGHTS, **more)


def receive(server: Server, **told: object) -> dict[str, Any]:
    answer = ask(server, "POST", "/v1/rights-requests", {"kind": "access", "person": MARIE, **told})
    assert answer.status_code == 201, answer.text
    received: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/v1/rights-requests/{received['id']}"
    return received


def test_a_request_goes_from_the_letter_to_the_answer(server: Server) -> None:
    contact = server.contact(last_name="Requête", first_names="Marie", email=["marie.requete@example.org"])
    made = receive(server, way="letter", received_on="2026-03-31", details="tout")
    path = f"/v1/rights-requests/{made['id']}"
    assert made["due_on"] == "2026-04-30"
    refused = ask(server, "POST", f"{path}/decision", {"decision": "grant"})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    for body in ({"act": "confirm"}, {"act": "confirm", "means": "staff"}, {"act": "link"}, {"act": "dance"}):
        assert ask(server, "POST", f"{path}/steps", body).status_code == 422
    step = {"act": "confirm", "means": "staff", "words": "vue hier", "contact": contact}
    assert ask(server, "POST", f"{path}/steps", step).status_code == 204
    assert ask(server, "POST", f"{path}/steps", step).status_code == 409
    late = ask(server, "POST", f"{path}/steps", {"act": "extend", "reason": "complexity"})
    assert late.status_code == 409
    assert ask(server, "POST", f"{path}/decision", {"decision": "refuse", "reason": "no_time"}).status_code == 422
    assert ask(server, "POST", f"{path}/decision", {"decision": "grant"}).status_code == 204
    whole = wait_for(server, path, "answered")
    assert whole["person"]["last_name"] == "Requête"
    assert [one["act"] for one in whole["steps"]] == ["receive", "confirm", "grant", "answer"]
    assert whole["request"]["standards"]["dpv_right"] == "eu-gdpr:A15"


def wait_for(server: Server, path: str, state: str) -> dict[str, Any]:
    end = time.monotonic() + 30
    while True:
        whole: dict[str, Any] = ask(server, "GET", path).json()
        if whole["request"]["state"] == state:
            return whole
        assert time.monotonic() < end, whole["request"]["state"]
        time.sleep(0.05)


def test_the_board_names_nobody_and_every_door_has_its_purpose_and_its_scope(server: Server) -> None:
    made = receive(server, way="phone", person=MARIE | {"street": "1 rue du Bac", "postcode": "75007", "city": "Paris"})
    path = f"/v1/rights-requests/{made['id']}"
    page = ask(server, "GET", "/v1/rights-requests?limit=1&state=received")
    assert "Requête" not in page.text
    assert page.json()["requests"][0]["state"] == "received"
    assert ask(server, "GET", "/v1/rights-requests?state=lost").status_code == 422
    assert made["id"] in {one["id"] for one in server.listed("/v1/rights-requests?state=received", purpose=RIGHTS)}
    assert ask(server, "POST", f"{path}/letter").status_code == 422
    home = {"street": "1 rue du Bac", "postcode": "75007", "city": "Paris"}
    contact = server.contact(last_name="Requête", first_names="Marie", address=home)
    letter = ask(server, "POST", f"{path}/letter?contact={contact}").json()
    assert letter["to"] == ["Marie Requête", "1 rue du Bac", "75007 Paris"]
    assert made["reference"] in letter["text"]
    printed = ask(server, "GET", f"{path}/letter").json()
    assert (printed["to"], "avons reçu" in printed["text"]) == (letter["to"], True)
    assert ask(server, "GET", f"{path}/document").status_code == 404
    assert server.ask("GET", path, purpose="contact_management").status_code == 403
    powerless = server.token(server.campaigns[0].powerless)
    for method, route in (("GET", path), ("POST", f"{path}/steps"), ("POST", f"{path}/decision")):
        assert ask(server, method, route, {}, headers={"Authorization": f"Bearer {powerless}"}).status_code == 403
    assert ask(server, "GET", f"/v1/rights-requests/{uuid4()}").status_code == 404
    assert ask(server, "GET", path, campaign=1).status_code == 404


def test_a_document_that_the_post_brought_is_put_with_its_request(server: Server) -> None:
    path = f"/v1/rights-requests/{receive(server, way='letter')['id']}"
    answer = put(server, f"{path}/document", PLAIN_PDF)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    doubt = {"act": "doubt", "words": "signature douteuse", "question": "Qui êtes-vous ?", "document": True}
    asked = ask(server, "POST", f"{path}/steps", doubt)
    assert asked.status_code == 204, asked.text
    refused = put(server, f"{path}/document", b"%PDF-1.7 no end")
    assert (refused.status_code, refused.json()["code"]) == (422, "attachment-refused")
    assert put(server, f"{path}/document", b"0" * (9 << 20) + b"0").status_code == 413
    assert put(server, f"{path}/document", PLAIN_PDF, campaign=1).status_code == 404
    assert put(server, f"{path}/document", PLAIN_PDF).status_code == 204
    assert ask(server, "GET", f"{path}/document").content == PLAIN_PDF


def put(server: Server, path: str, content: bytes, campaign: int = 0) -> Any:  # noqa: ANN401 - an answer
    headers = server.headers(RIGHTS, campaign) | {"Content-Type": "application/pdf"}
    return server.http.put(path, content=content, headers=headers)


def test_a_request_sent_twice_is_taken_in_once_and_nonsense_says_where(server: Server) -> None:
    once = {"Idempotency-Key": '"demande-0001"'}
    body = {"kind": "erasure", "person": MARIE, "way": "email"}
    first, again = (ask(server, "POST", "/v1/rights-requests", body, headers=once) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    for wrong in (
        {"kind": "access", "person": {}},
        {"kind": "access", "person": {"email": "none"}},
        {"kind": "wish", "person": MARIE},
        {"kind": "access", "person": MARIE, "received_on": "2999-01-01"},
        {"kind": "access", "person": MARIE, "asker": "parent"},
        {"kind": "post_mortem", "person": MARIE},
    ):
        answer = ask(server, "POST", "/v1/rights-requests", wrong)
        assert answer.status_code == 422, wrong
        assert "Requête" not in answer.text
    made = receive(server, kind="objection")
    assert wait_for(server, f"/v1/rights-requests/{made['id']}", "answered")["channel"] == "all"


def test_a_mailing_gets_the_way_out_and_the_way_to_the_rights_of_each_contact(server: Server) -> None:
    contact = server.contact(last_name="Requête", first_names="Paule", email=[f"{uuid4().hex}@example.org"])
    (link,) = server.ask("POST", "/v1/contact-links", {"contacts": [contact]}).json()["links"]
    assert link["contact"] == contact
    for name, page in (("unsubscribe", "unsubscribe"), ("rights", "mes-donnees")):
        path = link[name].partition("://")[2].partition("/")[2]
        assert path.startswith(f"{page}/")
        assert server.ask("GET", f"/{path}").status_code == 200
