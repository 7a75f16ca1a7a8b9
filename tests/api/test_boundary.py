"""The outer wall: sizes, forms, headers, addresses, and errors that tell nothing."""

import asyncio
import json
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from api.boundary import MOST_BYTES, SECURITY_HEADERS, Boundary
from kernel.errors import NotFound
from kernel.log import configure_log
from tests.api.serving import Server

CANARY = "Canari-Personnel"


@pytest.mark.parametrize("path", ["/healthz", "/v1/law", "/v1/contacts/x", "/nowhere", "/problems/refused"])
def test_every_answer_has_the_security_headers(server: Server, path: str) -> None:
    answer = server.http.get(path)
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    kept = path == "/problems/refused"
    assert answer.headers["cache-control"] == ("public, max-age=3600" if kept else "no-store")
    assert "server" not in answer.headers


def test_a_request_id_is_drawn_here_and_never_taken_from_outside(server: Server) -> None:
    given = {"Request-Id": CANARY, "X-Request-Id": CANARY}
    first, second = (server.http.get("/nowhere", headers=given) for _ in range(2))
    assert first.headers["request-id"] != second.headers["request-id"]
    assert first.json()["instance"] == f"urn:uuid:{first.headers['request-id']}"
    assert CANARY not in str(first.headers)


def test_a_body_over_the_limit_is_refused_announced_or_not(server: Server) -> None:
    def in_pieces() -> Any:  # noqa: ANN401 - a generator of bytes
        for _ in range(17):
            yield b" " * (MOST_BYTES // 16)

    announced = server.http.post("/v1/contacts", content=b" " * (MOST_BYTES + 1), headers=server.headers())
    streamed = server.http.post("/v1/contacts", content=in_pieces(), headers=server.headers())
    for answer in (announced, streamed):
        assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
        server.check("POST", "/v1/contacts", answer)


def test_a_body_at_the_limit_is_read(server: Server) -> None:
    body = json.dumps(server.proposed(last_name="Dupont")).encode()
    headers = server.headers() | {"Content-Type": "application/json"}
    answer = server.http.post("/v1/contacts", content=body.ljust(MOST_BYTES), headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff", b'{"category": "\\ud800"}'], ids=["cut", "none", "bytes", "half a letter"]
)
def test_a_body_that_is_no_json_is_malformed(server: Server, body: bytes) -> None:
    headers = server.headers() | {"Content-Type": "application/json"}
    answer = server.http.post("/v1/contacts", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-body")
    server.check("POST", "/v1/contacts", answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {"Content-Type": ""},
    ],
    ids=["text", "latin", "gzip", "none"],
)
def test_a_body_of_another_media_type_is_refused(server: Server, headers: dict[str, str]) -> None:
    answer = server.http.post("/v1/contacts", content=b"{}", headers=server.headers() | headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


def test_a_patch_is_a_merge_patch(server: Server) -> None:
    contact = server.contact(last_name="Dupont")
    answer = server.ask("PATCH", f"/v1/contacts/{contact}", {"origin": 1}, headers={"If-Match": '"1"'})
    assert answer.status_code == 415


def test_a_secret_in_the_address_is_refused_by_its_name_or_by_what_it_looks_like(server: Server) -> None:
    secrets = [
        *(f"{name}={CANARY}" for name in ("access_token", "ACCESS_TOKEN", "client%5Fsecret", "password", "api_key")),
        f"anything={server.token(server.campaigns[0].client)}",
        f"x=isoloir%5Fsession_{CANARY}",
    ]
    for secret in secrets:
        answer = server.http.get(f"/v1/elections?limit=1&{secret}", headers=server.headers())
        assert (answer.status_code, answer.json()["code"]) == (400, "credentials-in-address")
        assert CANARY not in answer.text


def test_a_body_that_is_no_json_is_malformed_whatever_else_it_is(server: Server) -> None:
    for body in (b'{"category": NaN}', b'{"category": "x", "category": "y"}', b'{"fields": [[[[}'):
        answer = server.http.post(
            "/v1/contacts", content=body, headers=server.headers() | {"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed-body")


def test_an_unknown_route_and_method_are_problems(server: Server) -> None:
    unknown, method = server.ask("GET", "/v1/nowhere"), server.ask("PUT", "/v1/contacts")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
    assert (method.status_code, method.json()["code"]) == (405, "method-not-allowed")
    assert "POST" in method.headers["allow"]


def test_the_log_names_the_route_and_neither_path_nor_query(server: Server) -> None:
    contact = server.contact(last_name="Dupont")
    answers = [
        server.ask("GET", f"/v1/interactions?contact={contact}"),
        server.ask("GET", f"/v1/contacts/{contact}?reason={CANARY}"),
    ]
    server.http.get("/healthz")  # A line is written after its answer was sent, and before the next on this connection.
    lines = [json.loads(line) for line in server.log.read_text(encoding="utf-8").splitlines() if line[:1] == "{"]
    known, unknown = (
        next(line for line in lines if line.get("request_id") == one.headers["request-id"]) for one in answers
    )
    assert (known["route"], known["status"], known["purpose"]) == ("/v1/interactions", 200, "contact_management")
    assert (unknown["route"], unknown["status"]) == ("/v1/contacts/{contact}", 422)
    assert contact not in str(lines)
    assert CANARY not in str(lines)


def drive(failing: Any) -> list[Message]:  # noqa: ANN401 - an ASGI application
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/v1/x", "query_string": b"", "headers": []}
    asyncio.run(Boundary(failing, public_url="http://x")(scope, receive, send))
    return sent


def test_an_error_of_ours_tells_its_class_to_the_log_and_nothing_to_the_caller(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def failing(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ValueError(CANARY)

    configure_log("info")
    start, body = drive(failing)
    problem, log = json.loads(body["body"]), capsys.readouterr().err
    assert (start["status"], problem["code"], problem["detail"]) == (500, "internal-error", "An error of ours")
    assert CANARY not in str(problem)
    assert CANARY not in log
    assert '"exception": "ValueError"' in log
    assert problem["instance"].removeprefix("urn:uuid:") in log


def test_an_error_that_cannot_be_told_is_still_a_problem_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    async def failing(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise NotFound(CANARY + "\ud800")  # No JSON holds half a letter.

    configure_log("info")
    start, body = drive(failing)
    problem = json.loads(body["body"])
    assert (start["status"], problem["code"], problem["detail"]) == (500, "internal-error", "An error of ours")
    assert set(SECURITY_HEADERS) < set(start["headers"])
    assert (b"content-type", b"application/problem+json") in start["headers"]
    log = capsys.readouterr().err
    assert problem["instance"].removeprefix("urn:uuid:") in log
    assert CANARY not in log + str(problem)


def test_an_error_after_the_answer_began_sends_no_second_answer(capsys: pytest.CaptureFixture[str]) -> None:
    async def failing(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError(CANARY)

    configure_log("info")
    assert [message.get("status") for message in drive(failing)] == [200]
    assert "request_failed" in capsys.readouterr().err
