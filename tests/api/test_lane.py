"""The straight lane answers as the framework would, and leaves it what is not plain."""

import json
import time
from typing import Any
from uuid import uuid4

import pytest

from tests.api.serving import Server

PATIENCE = 60.0


def test_an_identifier_written_otherwise_reads_the_same_contact(server: Server) -> None:
    contact = server.contact(last_name="Dupont", first_names="Marie")
    plain = server.ask("GET", f"/v1/contacts/{contact}").json()
    for written in (contact.upper(), contact.replace("-", "")):
        assert server.ask("GET", f"/v1/contacts/{written}").json() == plain


SOMEBODY = "7dee7454-c250-4580-a61c-a4fdc703e090"


@pytest.mark.parametrize("written", ["x", f"urn:uuid:{SOMEBODY}", "é", SOMEBODY[:-1], f"{SOMEBODY}0", f"{SOMEBODY}%0A"])
def test_what_is_no_identifier_is_nobody(server: Server, written: str) -> None:
    answer = server.http.get(f"/v1/contacts/{written}", headers=server.headers())
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_another_method_is_not_taken(server: Server) -> None:
    answer = server.http.put(f"/v1/contacts/{uuid4()}", headers=server.headers())
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")


def test_a_route_with_a_query_is_the_frameworks(server: Server) -> None:
    answer = server.http.get("/v1/audit/entries?limit=none", headers=server.headers("administration"))
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/v1/contacts?comune=75056",
        "/v1/contacts?commune=75056&commune=69123",
        "/v1/eligibility/report?canal=sms",
        f"/v1/contacts/{SOMEBODY}?fields=email",
        f"/v1/contacts/{SOMEBODY}?martin%40example.org",
    ],
)
def test_a_query_that_no_route_takes_is_refused_and_answers_about_nobody(server: Server, path: str) -> None:
    answer = server.http.get(path, headers=server.headers())
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert answer.json()["errors"] == [
        {"code": "extra_forbidden", "text": "nothing of this name is taken here", "properties": ["query.*"]}
    ]


def test_a_page_is_shown_whatever_a_mail_program_adds_to_its_address(server: Server) -> None:
    plain, followed = (server.http.get(f"/mes-donnees{added}") for added in ("", "?utm_source=mail&fbclid=x"))
    assert plain.status_code == followed.status_code
    assert followed.status_code != 422


def logged(server: Server, request: str) -> list[dict[str, Any]]:
    whole, _, _ = server.log.read_text("utf-8").rpartition("\n")
    lines = [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("request_id") == request]


def test_the_log_names_the_template_of_a_plain_route(server: Server) -> None:
    asked = str(uuid4())
    answer = server.ask("GET", f"/v1/contacts/{asked}")
    assert answer.status_code == 404
    end = time.monotonic() + PATIENCE
    while not (told := logged(server, answer.headers["request-id"])) and time.monotonic() < end:
        time.sleep(0.02)  # The line is written once the answer has left.
    assert [line["route"] for line in told] == ["/v1/contacts/{contact}"]
    assert asked not in server.log.read_text("utf-8")
