"""Requests sent twice over HTTP, by one process and by two."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.api.serving import Server, another_process

BOTH = pytest.mark.parametrize("written", ['"{}"', "{}"], ids=["quoted", "bare"])


def key(text: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": f'"{text or uuid4()}"'}


def address() -> str:
    return f"{uuid4().hex}@example.org"


def proposed(server: Server, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return server.proposed(last_name="Dupont", first_names="Marie", email=[address()], **more)


@BOTH
def test_the_same_request_is_done_once_and_answered_by_a_fresh_reading(server: Server, written: str) -> None:
    headers, body = {"Idempotency-Key": written.format(uuid4())}, proposed(server, note=["il est juif"])
    first, second = (server.ask("POST", "/v1/contacts", body, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.headers["location"] == second.headers["location"]
    assert ("idempotency-replayed" in first.headers, second.headers["idempotency-replayed"]) == (False, "true")
    found = server.ask("POST", "/v1/contacts/search", {"email": body["fields"]["email"][0]}).json()["contacts"]
    assert [one["revision"] for one in found] == [1]


def test_the_fresh_reading_is_in_the_log_with_its_person(server: Server) -> None:
    headers, body = key(), proposed(server)
    server.ask("POST", "/v1/contacts", body, headers=headers)
    before = server.entries("contact.revealed")
    server.ask("POST", "/v1/contacts", body, headers=headers)
    entry = server.entries("contact.revealed")[0]
    assert entry not in before
    assert (entry["counts"], entry["fields"], bool(entry["subject"])) == ({"contact.read": 1}, [], True)


def test_a_key_stands_for_one_request(server: Server) -> None:
    headers, body = key(), proposed(server)
    assert server.ask("POST", "/v1/contacts", body, headers=headers).status_code == 201
    others: list[tuple[str, dict[str, Any], dict[str, str]]] = [
        ("/v1/contacts", {**body, "commune": "75056"}, headers),
        ("/v1/contacts", body, {**headers, "Prefer": "handling=strict"}),
        ("/v1/contacts", body, {**headers, "Processing-Purpose": "rights_request"}),
        ("/v1/tags", {"name": f"mot_{uuid4().hex}"}, headers),
    ]
    for path, other, given in others:
        answer = server.ask("POST", path, other, headers=given)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


def test_a_key_is_its_clients_own(server: Server) -> None:
    headers = key()
    for campaign in range(2):
        body = {"kind": "newsletter", "obtained_on": "2026-01-01"}
        answer = server.ask("POST", "/v1/origins", body, campaign=campaign, headers=headers)
        assert (answer.status_code, "idempotency-replayed" in answer.headers) == (201, False)


@pytest.mark.parametrize("given", ["", "short", '"no end', "é" * 8, "with space!", "x" * 129, '"a", "b"'])
def test_what_is_no_key_is_refused(server: Server, given: str) -> None:
    headers = server.headers() | {"Idempotency-Key": given.encode("latin-1").decode("latin-1")}
    answer = server.http.post("/v1/contacts", json=proposed(server), headers=_raw(headers))
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-required")
    server.check("POST", "/v1/contacts", answer)


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def test_two_keys_are_no_key(server: Server) -> None:
    headers = [*_raw(server.headers()), (b"Idempotency-Key", b"first-key"), (b"Idempotency-Key", b"second-key")]
    answer = server.http.post("/v1/contacts", json=proposed(server), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-required")


def test_a_refused_request_keeps_nothing_and_may_be_corrected(server: Server) -> None:
    headers, body = key(), proposed(server)
    refused = server.ask("POST", "/v1/contacts", {**body, "category": "unheard_of"}, headers=headers)
    assert refused.status_code == 422
    assert server.ask("POST", "/v1/contacts", body, headers=headers).status_code == 201


def test_what_was_erased_since_is_not_there_any_more(server: Server) -> None:
    headers, body = key(), proposed(server)
    contact = server.ask("POST", "/v1/contacts", body, headers=headers).json()["id"]
    server.ask("DELETE", f"/v1/contacts/{contact}", purpose="rights_request")
    assert server.ask("POST", "/v1/contacts", body, headers=headers).status_code == 404
    found = server.ask("POST", "/v1/contacts/search", {"email": body["fields"]["email"][0]}).json()["contacts"]
    assert found == []


@pytest.mark.parametrize("path", ["/v1/origins", "/v1/custom-fields", "/v1/tags"])
def test_the_registries_give_one_number_to_one_request(server: Server, path: str) -> None:
    body = {"kind": "newsletter", "obtained_on": "2026-01-01"} if path == "/v1/origins" else {"name": f"m{uuid4().hex}"}
    headers = key()
    first, second = (server.ask("POST", path, body, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"


def race(addresses: list[str], headers: dict[str, str], body: dict[str, Any]) -> list[httpx2.Response]:
    """Send one request from many threads to servers in turn."""

    def send(place: int) -> httpx2.Response:
        with httpx2.Client(base_url=addresses[place % len(addresses)], timeout=60) as http:
            return http.post("/v1/contacts", json=body, headers=headers)

    with ThreadPoolExecutor(12) as threads:
        return list(threads.map(send, range(24)))


def check_race(server: Server, answers: list[httpx2.Response], body: dict[str, Any]) -> None:
    assert {one.status_code for one in answers} <= {201, 409}
    assert {one.json()["code"] for one in answers if one.status_code == 409} <= {"idempotency-key-running"}
    created = [one for one in answers if one.status_code == 201]
    assert len([one for one in created if "idempotency-replayed" not in one.headers]) == 1
    assert len({one.json()["id"] for one in created}) == 1
    found = server.ask("POST", "/v1/contacts/search", {"email": body["fields"]["email"][0]}).json()["contacts"]
    assert len(found) == 1


def test_many_threads_with_one_key_create_one_contact(server: Server) -> None:
    body = proposed(server)
    check_race(server, race([server.url], server.headers() | key(), body), body)


@pytest.fixture
def twin(server: Server) -> Iterator[str]:
    """Yield the address of a second process on the same database; SQLite has exactly one, so it is the same."""
    if not server.settings.database_url:
        yield server.url
        return
    with another_process(server) as url:
        yield url


def test_two_processes_with_one_key_create_one_contact(server: Server, twin: str) -> None:
    body = proposed(server)
    check_race(server, race([server.url, twin], server.headers() | key(), body), body)
