"""Hostile requests: contradictory framing, endless and deep bodies, forged encodings. Always 4xx, never an echo."""

import json
import re
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from api.boundary import SECURITY_HEADERS
from api.problem_types import PROBLEM_TYPES
from tests.api.engines import ON_POSTGRESQL, ON_SQLITE
from tests.api.serving import MERGE_PATCH, Server

CANARY = "Canari-Personnel"
JSON = "application/json"


def spoken(server: Server, words: bytes) -> list[bytes]:
    """Send raw bytes on one connection; return each answer's status line until the server closes."""
    return [one.partition(b"\r\n")[0] for one in _answers(raw(server, words))]


def raw(server: Server, words: bytes, *, hanging_up: bool = False) -> bytes:
    host, _, port = server.url.removeprefix("http://").partition(":")
    heard = b""
    with socket.create_connection((host, int(port)), timeout=40) as line:
        line.sendall(words)
        if hanging_up:
            line.shutdown(socket.SHUT_WR)
        while piece := line.recv(65536):
            heard += piece
    return heard


def _answers(heard: bytes) -> list[bytes]:
    return [b"HTTP/1.1 " + one for one in heard.split(b"HTTP/1.1 ")[1:]]


def head(server: Server, *lines: str, path: str = "/v1/contacts") -> bytes:
    known = [f"{name}: {value}" for name, value in server.headers().items()]
    every = [f"POST {path} HTTP/1.1", "Host: x", "Content-Type: application/json", *known, *lines]
    return "\r\n".join(every).encode("latin-1") + b"\r\n\r\n"


SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
FRAMINGS: dict[str, tuple[tuple[str, ...], bytes]] = {
    "length and chunks": (("Content-Length: 4", "Transfer-Encoding: chunked"), b"0\r\n\r\n" + SMUGGLED),
    "chunks and length": (("Transfer-Encoding: chunked", "Content-Length: 4"), b"0\r\n\r\n" + SMUGGLED),
    "two lengths": (("Content-Length: 2", "Content-Length: 40"), b"{}" + SMUGGLED),
    "two equal lengths": (("Content-Length: 2", "Content-Length: 2"), b"{}" + SMUGGLED),
    "a list of lengths": (("Content-Length: 2, 2",), b"{}" + SMUGGLED),
    "a signed length": (("Content-Length: +2",), b"{}" + SMUGGLED),
    "a negative length": (("Content-Length: -2",), b"{}" + SMUGGLED),
    "a length of another base": (("Content-Length: 0x2",), b"{}" + SMUGGLED),
    "an endless length": (("Content-Length: " + "9" * 40,), b"{}"),
    "chunked said twice": (("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), b"0\r\n\r\n" + SMUGGLED),
    "chunked and more": (("Transfer-Encoding: chunked, identity",), b"0\r\n\r\n" + SMUGGLED),
    "an unknown coding": (("Transfer-Encoding: xchunked",), b"0\r\n\r\n" + SMUGGLED),
    "a tab before the coding": (("Transfer-Encoding:\x0bchunked",), b"0\r\n\r\n" + SMUGGLED),
    "a space before the colon": (("Content-Length : 2",), b"{}" + SMUGGLED),
    "a folded header": (("X-One: a\r\n b", "Content-Length: 2"), b"{}" + SMUGGLED),
    "a folded coding": (("Transfer-Encoding:\r\n chunked", "Content-Length: 2"), b"{}" + SMUGGLED),
    "a bare line feed": (("X-One: a\nContent-Length: 40", "Content-Length: 2"), b"{}" + SMUGGLED),
    "a bare carriage return": (("X-One: a\rContent-Length: 40", "Content-Length: 2"), b"{}" + SMUGGLED),
    "a null in a header": (("X-One: a\0b", "Content-Length: 2"), b"{}" + SMUGGLED),
    "a chunk of no size": (("Transfer-Encoding: chunked",), b"zz\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
    "a chunk with a sign": (("Transfer-Encoding: chunked",), b"+2\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
    "a chunk longer than said": (("Transfer-Encoding: chunked",), b"2\r\n{}xx\r\n0\r\n\r\n" + SMUGGLED),
    "a chunk of endless size": (("Transfer-Encoding: chunked",), b"f" * 40 + b"\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
}


@ON_SQLITE
@pytest.mark.parametrize("name", FRAMINGS)
def test_contradictory_framing_is_refused_and_hides_no_second_request(server: Server, name: str) -> None:
    lines, body = FRAMINGS[name]
    statuses = spoken(server, head(server, *lines) + body)
    assert [one[9:10] for one in statuses] == [b"4"], statuses


def trailing(server: Server, *trailers: str) -> bytes:
    known = [f"Processing-Purpose: {server.headers()['Processing-Purpose']}", "Transfer-Encoding: chunked"]
    start = "\r\n".join(["GET /v1/elections HTTP/1.1", "Host: x", *known, "", ""])
    return (start + "\r\n".join(["0", *trailers, "", ""])).encode()


@pytest.mark.parametrize("name", ["Authorization", "X-Forwarded-For", "X-One"])
def test_a_trailer_is_no_header_and_no_request(server: Server, name: str) -> None:
    value = server.headers().get(name, "192.0.2.1")
    heard = raw(server, trailing(server, f"{name}: {value}") + SMUGGLED)
    statuses = [one.partition(b"\r\n")[0] for one in _answers(heard)]
    assert [one[9:12] for one in statuses] == [b"400"]
    assert json.loads(heard.partition(b"\r\n\r\n")[2])["code"] == "malformed-request"


def test_headers_of_the_next_request_are_no_trailers_of_the_last(server: Server) -> None:
    known = [f"{name}: {value}" for name, value in server.headers().items()]
    last = "\r\n".join(["GET /v1/elections HTTP/1.1", "Host: x", *known, "Connection: close", "", ""]).encode()
    statuses = spoken(server, trailing(server) + trailing(server) + last)
    assert [one[9:12] for one in statuses] == [b"401", b"401", b"200"]


def test_a_trailer_of_a_stream_ends_it_without_a_second_answer(server: Server) -> None:
    line = json.dumps(server.proposed(last_name="Dupont")).encode() + b"\n"
    known = [f"{name}: {value}" for name, value in (server.headers() | {"Idempotency-Key": uuid4().hex}).items()]
    given = ["Content-Type: application/x-ndjson", "Transfer-Encoding: chunked", "", ""]
    start = "\r\n".join(["POST /v1/contacts:batch HTTP/1.1", "Host: x", *known, *given]).encode()
    body = b"%x\r\n" % len(line) + line + b"\r\n"
    statuses = spoken(server, start + body + b"0\r\nX-One: a\r\n\r\n")
    assert [one[9:12] for one in statuses] == [b"400"]


def test_two_honest_requests_on_one_connection_are_two_answers(server: Server) -> None:
    statuses = spoken(server, SMUGGLED + SMUGGLED.replace(b"Host: x", b"Host: x\r\nConnection: close"))
    assert [one[9:12] for one in statuses] == [b"200", b"200"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "malformed-request"),
        (b"GET /healthz HTTP/9.9\r\n\r\n", "malformed-request"),
        (b"GET /" + CANARY.encode() + b" HTTP/1.1\r\nHost x\r\n\r\n", "malformed-request"),
        (b"GET /healthz HTTP/1.1\r\nX-One: " + b"x" * 20_000 + b"\r\n\r\n", "headers-too-large"),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n", "headers-too-large"),
        (b"GET /healthz HTTP/1.1\r\n" + b"X-One: x\r\n" * 5_000 + b"\r\n", "headers-too-large"),
    ],
    ids=["tls", "version", "colon", "header", "address", "many"],
)
def test_what_is_no_request_is_answered_by_a_problem(server: Server, words: bytes, name: str) -> None:
    start, _, body = raw(server, words).partition(b"\r\n\r\n")
    told, problem = PROBLEM_TYPES[name], json.loads(body)
    assert (problem["code"], problem["status"]) == (name, told.status)
    assert start.startswith(f"HTTP/1.1 {told.status} ".encode())
    assert problem["type"] == f"{server.url}/problems/{name}"
    assert all(header + b": " + value in start for header, value in SECURITY_HEADERS)
    assert b"connection: close" in start
    assert CANARY.encode() not in body


@ON_SQLITE
def test_headers_that_do_not_come_are_not_waited_for(server: Server) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    with ExitStack() as lines:
        waiting = []
        for words in (b"", b"GET /healthz HTTP/1.1\r\nX-One: a"):
            waiting.append(lines.enter_context(socket.create_connection((host, int(port)), timeout=40)))
            waiting[-1].sendall(words)
        for line in waiting:
            heard = b""
            while piece := line.recv(65536):
                heard += piece
            assert b" 408 " in heard.partition(b"\r\n")[0]


def test_a_caller_who_hangs_up_is_not_believed(server: Server) -> None:
    email = f"{uuid4().hex}@example.org"
    body = json.dumps(server.proposed(last_name="Dupont", email=[email])).encode()
    heard = raw(server, head(server, f"Content-Length: {len(body) + 10}") + body, hanging_up=True)
    assert heard == b"" or heard[9:10] == b"4"
    assert server.ask("POST", "/v1/contacts/search", {"email": email}).json() == {"contacts": []}


def deep(kind: str) -> bytes:
    opening, closing = {"lists": ("[", "]"), "objects": ('{"a":', "}")}[kind]
    return (opening * 100_000 + "1" + closing * 100_000).encode()


HOSTILE: dict[str, bytes] = {
    "deep lists": deep("lists"),
    "deep objects": deep("objects"),
    "deep in a field": b'{"category": "regular", "origin": 1, "fields": {"note": ' + deep("lists") + b"}}",
    "a member twice": b'{"category": "regular", "origin": 1, "origin": 2, "fields": {"last_name": "Dupont"}}',
    "a member twice below": b'{"category": "regular", "origin": 1, "fields": {"title": "a", "title": "b"}}',
    "a member twice, escaped": b'{"category": "regular", "origin": 1, "fields": {"title": "a", "t\\u0069tle": "b"}}',
    "a custom field twice": b'{"category": "regular", "origin": 1, "fields": {}, "custom": {"a": "x", "a": "y"}}',
    "no number": b'{"category": "regular", "origin": NaN, "fields": {}}',
    "infinity": b'{"category": "regular", "origin": -Infinity, "fields": {}}',
    "a huge number": b'{"category": "regular", "origin": ' + b"9" * 100_000 + b', "fields": {}}',
    "a huge exponent": b'{"category": "regular", "origin": 1e999999, "fields": {}}',
    "a number beyond the registry": b'{"category": "regular", "origin": 2147483648, "fields": {}}',
    "half a surrogate": b'{"category": "regular", "origin": 1, "fields": {"last_name": "\\ud800"}}',
    "surrogates turned round": b'{"category": "regular", "origin": 1, "fields": {"last_name": "\\udc00\\ud800"}}',
    "a surrogate in UTF-8": b'{"category": "regular", "origin": 1, "fields": {"last_name": "\xed\xa0\x80"}}',
    "no UTF-8": b'{"category": "regular", "origin": 1, "fields": {"last_name": "\xff"}}',
    "a byte order mark": b'\xef\xbb\xbf{"category": "regular", "origin": 1, "fields": {"last_name": "Dupont"}}',
    "UTF-16": '{"category": "regular", "origin": 1, "fields": {}}'.encode("utf-16"),
    "a null byte": b'{"category": "regular", "origin": 1, "fields": {"last_name": "\\u0000"}}',
    "a null byte in an address": b'{"category": "regular", "origin": 1, "fields": {"email": ["a\\u0000@x.fr"]}}',
    "a raw null byte": b'{"category": "regular", "origin": 1, "fields": {"last_name": "\0"}}',
    "two values": b'{"category": "regular", "origin": 1, "fields": {}} {}',
    "a comment": b'{"category": "regular", /* x */ "origin": 1, "fields": {}}',
    "nothing": b"",
    "blanks": b"   ",
    "a bare text": b'"' + CANARY.encode() + b'"',
}


def _purpose(template: str, operation: dict[str, Any]) -> str:
    """Return a purpose that the route serves."""
    named = [one for one in operation["parameters"] if one.get("name") == "Processing-Purpose"]
    if named:
        return str(named[0]["schema"]["enum"][0])
    return "administration" if template.startswith("/v1/clients") else "contact_management"


@ON_POSTGRESQL
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_refused_everywhere_and_never_repeated(server: Server, name: str) -> None:
    body, tried = HOSTILE[name], 0
    for template, operations in server.description["paths"].items():
        for method, operation in operations.items():
            taken = operation.get("requestBody", {}).get("content", {})
            is_ours = any("oauth2" in way for way in operation.get("security", [{"oauth2": []}]))
            if not is_ours or (JSON not in taken and MERGE_PATCH not in taken):
                continue
            headers = server.headers(_purpose(template, operation)) | {
                "Content-Type": next(iter(taken)),
                "If-Match": '"1"',
            }
            headers["Idempotency-Key"] = uuid4().hex
            path = template.replace("{contact}", str(uuid4()))
            answer = server.http.request(method, path, content=body, headers=headers)
            assert answer.status_code in {400, 422}, (method, template, answer.text)
            assert answer.json()["code"] in {"malformed-body", "invalid-input"}
            assert CANARY not in answer.text
            server.check(method.upper(), path, answer)
            tried += 1
    assert tried >= 7


@pytest.mark.parametrize("name", [one for one in HOSTILE if "twice" in one])
def test_a_member_that_stands_twice_is_no_json_of_ours(server: Server, name: str) -> None:
    answer = server.http.post("/v1/contacts", content=HOSTILE[name], headers=server.headers() | {"Content-Type": JSON})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-body")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_line_is_invalid_and_holds_up_no_other(server: Server, name: str) -> None:
    good = json.dumps(server.proposed(last_name="Dupont")).encode()
    lines = [good, HOSTILE[name].replace(b"\n", b" "), good]
    headers = server.headers() | {"Content-Type": "application/x-ndjson", "Idempotency-Key": uuid4().hex}
    answer = server.http.post("/v1/contacts:batch", content=b"\n".join(lines), headers=headers)
    results = [json.loads(one)["result"] for one in answer.text.splitlines()]
    expected = ["created", "created"] if not HOSTILE[name].strip() else ["created", "invalid", "created"]
    assert results == expected
    assert CANARY not in answer.text


def resident(server: Server) -> int:
    """Return the most memory that the server ever held, in kibibytes."""
    told = Path(f"/proc/{server.process}/status").read_text(encoding="ascii")
    return int(next(line for line in told.splitlines() if line.startswith("VmHWM")).split()[1])


def test_a_hundred_megabytes_are_refused_early_and_not_held(server: Server) -> None:
    server.http.get("/v1/law")
    before = resident(server)
    length = 100 << 20
    sent = 0
    host, _, port = server.url.removeprefix("http://").partition(":")
    for framing in (f"Content-Length: {length}", "Transfer-Encoding: chunked"):
        with socket.create_connection((host, int(port)), timeout=30) as line:
            line.sendall(head(server, framing))
            try:
                while sent < length:
                    line.sendall(b"100000\r\n" + b" " * (1 << 20) + b"\r\n")
                    sent += 1 << 20
            except (BrokenPipeError, ConnectionResetError):
                pass
            assert _first(line) in {b"HTTP/1.1 413", b""}
    assert sent < length
    assert resident(server) - before < 32 << 10


def _first(line: socket.socket) -> bytes:
    try:
        return line.recv(12)
    except ConnectionResetError:
        return b""


def test_a_body_announced_too_large_is_refused_before_it_is_sent(server: Server) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(head(server, f"Content-Length: {100 << 20}", "Expect: 100-continue"))
        assert line.recv(12) == b"HTTP/1.1 413"


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_no_page_of_another_origin_may_call(server: Server, origin: str) -> None:
    for path in ("/v1/contacts", "/oauth/token", "/healthz"):
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        preflight = server.http.request("OPTIONS", path, headers=asked)
        assert preflight.status_code == 405
        answer = server.http.get(path, headers={**server.headers(), "Origin": origin})
        for one in (preflight, answer):
            assert [name for name in one.headers if name.startswith("access-control")] == []


def is_policy_of_a_page(name: str, answer: httpx2.Response) -> bool:
    """Tell whether this is the content policy of a page, in which nothing runs either."""
    policy = answer.headers.get("content-security-policy", "")
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    return name == "content-security-policy" and is_page and "default-src 'none'" in policy and "script" not in policy


@ON_SQLITE
def test_every_route_answers_with_the_security_headers_whatever_it_answers(server: Server) -> None:
    tried: set[int] = set()
    ours = {name.decode(): value.decode() for name, value in SECURITY_HEADERS}
    for template, operations in server.description["paths"].items():
        path = re.sub(r"\{\w+\}", str(uuid4()), template)
        for method in (*(one.upper() for one in operations), "TRACE", "OPTIONS"):
            for headers in ({}, server.headers(), {**server.headers(), "Content-Type": JSON}):
                answer = server.http.request(
                    method, path, headers=headers, content=b"{" if "Content-Type" in headers else b""
                )
                told = {name: answer.headers[name] for name in ours if not is_policy_of_a_page(name, answer)}
                assert told == {name: ours[name] for name in told}
                assert "cache-control" in answer.headers
                tried.add(answer.status_code)
    assert {200, 400, 401, 404, 405, 415} <= tried


@ON_SQLITE
def test_no_address_may_carry_a_token_on_any_route(server: Server) -> None:
    for template, operations in server.description["paths"].items():
        path = re.sub(r"\{\w+\}", str(uuid4()), template)
        for method in operations:
            answer = server.http.request(method, f"{path}?access_token={CANARY}", headers=server.headers())
            assert (answer.status_code, answer.json()["code"]) == (400, "credentials-in-address")
            assert CANARY not in answer.text
