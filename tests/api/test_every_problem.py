"""Every type of problem, raised over HTTP: each tells its name, its page and what to do next."""

import socket
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from api.problem_types import PROBLEM_TYPES
from tests.api.serving import Server

Raise = Callable[[Server], httpx2.Response]


def record(server: Server, headers: dict[str, str] | None = None, **more: Any) -> httpx2.Response:  # noqa: ANN401
    body = {**server.proposed(last_name="Dupont"), **more}
    return server.ask("POST", "/v1/contacts", body, headers=headers)


def strictly(server: Server, **more: Any) -> httpx2.Response:  # noqa: ANN401
    return record(server, {"Prefer": "handling=strict"}, **more)


def expired(server: Server) -> httpx2.Response:
    ballot = server.campaigns[0].election
    body = {"kind": "newsletter", "obtained_on": "1990-01-01", "election": str(ballot)}
    number = server.ask("POST", "/v1/origins", body).json()["number"]
    return strictly(server, category="prospect", origin=number)


def without_consent(server: Server) -> httpx2.Response:
    body = {"kind": "person", "obtained_on": "2026-11-01"}
    number = server.ask("POST", "/v1/origins", body).json()["number"]
    return strictly(
        server,
        category="prospect",
        origin=number,
        fields={"last_name": "Martin", "email": [f"{uuid4().hex}@example.org"]},
    )


def conflict(server: Server) -> httpx2.Response:
    name = f"mot_{uuid4().hex}"
    return [server.ask("POST", "/v1/tags", {"name": name}) for _ in range(2)][1]


def restricted(server: Server) -> httpx2.Response:
    contact = server.contact(last_name="Dupont")
    server.ask("POST", f"/v1/contacts/{contact}/restriction", {"ground": "objection_pending"})
    return server.amend(contact, {"origin": server.origin(), "fields": {"title": "Mme"}}, 1)


def amended(server: Server, headers: dict[str, str]) -> httpx2.Response:
    path = f"/v1/contacts/{server.contact(last_name='Dupont')}"
    named = {"Content-Type": "application/merge-patch+json", **headers}
    return server.ask("PATCH", path, {"origin": server.origin()}, headers=named)


def too_many(server: Server) -> httpx2.Response:
    email = f"{uuid4().hex}@example.org"
    for number in range(11):
        server.contact(last_name=f"Nom{number}{uuid4().hex[:6]}", first_names="Paul", email=[email])
    return server.ask("POST", "/v1/contacts/search", {"email": email})


def plain(server: Server, content: bytes, headers: dict[str, str]) -> httpx2.Response:
    return server.http.post("/v1/contacts", content=content, headers=server.headers() | headers)


def reused(server: Server) -> httpx2.Response:
    key = {"Idempotency-Key": uuid4().hex}
    server.ask("POST", "/v1/tags", {"name": f"mot_{uuid4().hex}"}, headers=key)
    return server.ask("POST", "/v1/tags", {"name": f"mot_{uuid4().hex}"}, headers=key)


def broken(server: Server) -> httpx2.Response:
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nNo header\r\n\r\n")
        start, _, body = b"".join(iter(lambda: line.recv(65536), b"")).partition(b"\r\n\r\n")
    return httpx2.Response(int(start[9:12]), content=body, headers={"content-type": "application/problem+json"})


RAISED: dict[str, Raise] = {
    "forbidden-attribute": lambda server: strictly(server, fields={"note": ["il est juif"], "last_name": "Dupont"}),
    "consent-missing": without_consent,
    "retention-expired": expired,
    "refused": lambda server: record(server, category="unheard_of"),
    "purpose-not-declared": lambda server: server.ask("GET", "/v1/origins", purpose="curiosity"),
    "not-allowed": lambda server: server.ask("GET", "/v1/origins", purpose="membership_management"),
    "unauthenticated": lambda server: server.ask("GET", "/v1/origins", headers={"Authorization": "Bearer x"}),
    "not-found": lambda server: server.ask("GET", f"/v1/contacts/{uuid4()}"),
    "method-not-allowed": lambda server: server.http.put("/v1/contacts"),
    "conflict": conflict,
    "changes-gone": lambda server: server.ask("GET", "/v1/changes?since=0001-01-01T00:00:00Z"),
    "contact-restricted": restricted,
    "revision-stale": lambda server: amended(server, {"If-Match": '"7"'}),
    "revision-required": lambda server: amended(server, {}),
    "too-many-results": too_many,
    "invalid-input": lambda server: record(server, origin="x"),
    "malformed-body": lambda server: plain(server, b"{", {"Content-Type": "application/json"}),
    "unsupported-media-type": lambda server: plain(server, b"{}", {"Content-Type": "text/plain"}),
    "body-too-large": lambda server: plain(server, b" " * ((1 << 20) + 1), {"Content-Type": "application/json"}),
    "credentials-in-address": lambda server: server.http.get("/v1/origins?access_token=x"),
    "idempotency-key-required": lambda server: record(server, {"Idempotency-Key": "short"}),
    "idempotency-key-reused": reused,
    "malformed-request": broken,
    "headers-too-large": lambda server: server.http.get("/healthz", headers={"X-One": "x" * 20_000}),
}
ELSEWHERE = {
    "import-not-undoable": "tests/api/test_imports.py undoes one twice",
    "idempotency-key-running": "tests/jobs/test_once.py and tests/api/test_repeat.py race for it",
    "too-slow": "tests/api/test_hostile.py waits for it",
    "unavailable": "tests/api/test_readiness.py takes the database away",
    "not-ready": "tests/api/test_problems.py: its server is not there to be asked",
    "internal-error": "tests/api/test_boundary.py",
    "approval-missing": "tests/api/test_staff.py: its callers are members of staff",
    "sign-in-delayed": "tests/api/test_staff.py: its callers are members of staff",
    "weak-password": "tests/api/test_staff.py: its callers are members of staff",
    "attachment-refused": "tests/api/test_attachments.py sends files",
    "too-many-requests": "tests/api/test_rate_limits.py: its server has quotas",
}


def test_every_type_is_raised_here_or_said_to_be_elsewhere() -> None:
    assert set(RAISED) | set(ELSEWHERE) >= set(PROBLEM_TYPES)
    assert not set(RAISED) & set(ELSEWHERE)


@pytest.mark.parametrize("name", RAISED)
def test_a_problem_is_of_its_type_and_says_what_to_do(server: Server, name: str) -> None:
    answer = RAISED[name](server)
    problem, told = answer.json(), PROBLEM_TYPES[name]
    assert (problem["code"], problem["status"], answer.status_code) == (name, told.status, told.status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"{server.url}/problems/{name}"
    assert problem["title"] == told.title_en
    assert problem["detail"]
    page = server.http.get(problem["type"].removeprefix(server.url))
    assert page.status_code == 200


@pytest.mark.parametrize("name", ["forbidden-attribute", "consent-missing", "retention-expired", "refused"])
def test_a_refusal_says_rule_article_kind_and_what_to_do_next(server: Server, name: str) -> None:
    for finding in RAISED[name](server).json()["findings"]:
        assert finding["rule"]
        assert finding["articles"] or finding["kind"] == "our_policy"
        assert finding["kind"] in {"law", "law_except_consent", "our_policy"}
        assert finding["advice_fr"]
        assert finding["advice_en"]
