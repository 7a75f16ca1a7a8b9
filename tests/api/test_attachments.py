"""Attachments through the door: streamed in and out, checked, limited, refused, and cut in the middle."""

import base64
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import pytest

from tests.api.serving import Server
from tests.attachments.samples import ARCHIVE_END, GOOD, JAVASCRIPT, PDF, PLAIN_PDF, pdf, scan_of

BIG = scan_of(9 << 20)
MANAGING = "contact_management"


def add(
    server: Server,
    content: bytes | Iterator[bytes] = PLAIN_PDF,
    *,
    kind: str = "form",
    contact: str | None = None,
    media_type: str = PDF,
    campaign: int = 0,
    purpose: str = MANAGING,
    more: dict[str, str] | None = None,
) -> httpx2.Response:
    params = {"kind": kind} | ({} if contact is None else {"contact": contact})
    given = server.headers(purpose, campaign) | {"Content-Type": media_type} | (more or {})
    answer = server.http.post("/v1/attachments", params=params, content=content, headers=given)
    server.check("POST", "/v1/attachments", answer)
    return answer


def added(server: Server, content: bytes | Iterator[bytes] = PLAIN_PDF, **given: str) -> str:
    answer = add(server, content, **given)  # type: ignore[arg-type]
    assert answer.status_code == 201, answer.text
    place: str = answer.headers["location"]
    assert place == f"/v1/attachments/{answer.json()['id']}"
    return place


def get(server: Server, place: str, purpose: str = MANAGING, campaign: int = 0) -> httpx2.Response:
    answer = server.http.get(place, headers=server.headers(purpose, campaign))
    server.check("GET", place, answer)
    return answer


def test_a_file_sent_twice_with_one_key_is_stored_once(server: Server) -> None:
    contact, key = server.contact(last_name="Dupont"), {"Idempotency-Key": f'"{uuid4()}"'}
    first, second = (add(server, contact=contact, more=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert ("idempotency-replayed" in first.headers, second.headers["idempotency-replayed"]) == (False, "true")
    assert len(server.ask("GET", f"/v1/attachments?contact={contact}").json()["attachments"]) == 1
    other = add(server, scan_of(1 << 12), contact=contact, more=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_file_of_every_type_goes_in_and_comes_out(server: Server, name: str) -> None:
    media_type, content = GOOD[name]
    answer = get(server, added(server, content, contact=server.contact(last_name="Dupont"), media_type=media_type))
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-length"] == str(len(content))
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def in_pieces(content: bytes, size: int = 50_000) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def test_a_large_file_goes_in_piece_by_piece_and_comes_out(server: Server) -> None:
    place = added(server, in_pieces(BIG), kind="undertaking")
    assert get(server, place).content == BIG
    events = [one["event"] for one in server.entries("attachment.revealed")]
    assert events


def test_the_list_of_a_contact_and_of_the_campaign(server: Server) -> None:
    contact = server.contact(last_name="Dupont")
    ours = {added(server, contact=contact, kind=kind).rpartition("/")[2] for kind in ("form", "mandate", "evidence")}
    first = server.ask("GET", f"/v1/attachments?contact={contact}&limit=2").json()
    rest = server.ask("GET", f"/v1/attachments?contact={contact}&limit=2&cursor={first['next']}").json()
    assert {one["id"] for one in first["attachments"] + rest["attachments"]} == ours
    last = server.ask("GET", f"/v1/attachments?contact={contact}&limit=2&cursor={rest['next']}").json()
    assert last["attachments"] == []
    promise = added(server, kind="undertaking").rpartition("/")[2]
    listed = server.listed("/v1/attachments")
    assert promise in {one["id"] for one in listed}
    assert ours.isdisjoint(one["id"] for one in listed)


def test_a_removed_attachment_is_gone(server: Server) -> None:
    place = added(server, contact=server.contact(last_name="Dupont"))
    assert server.ask("DELETE", place).status_code == 204
    assert server.ask("DELETE", place).status_code == 404
    assert get(server, place).status_code == 404


def test_another_campaign_neither_sees_nor_removes(server: Server) -> None:
    contact = server.contact(last_name="Dupont")
    place = added(server, contact=contact)
    assert get(server, place, campaign=1).status_code == 404
    assert server.ask("DELETE", place, campaign=1).status_code == 404
    assert server.ask("GET", f"/v1/attachments?contact={contact}", campaign=1).json()["attachments"] == []
    assert add(server, contact=contact, campaign=1).status_code == 404
    assert get(server, place).content == PLAIN_PDF


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (PLAIN_PDF, "image/svg+xml", 415, "unsupported-media-type"),
        (PLAIN_PDF, "text/html", 415, "unsupported-media-type"),
        (PLAIN_PDF, "image/png", 422, "attachment-refused"),
        (b"", PDF, 422, "attachment-refused"),
        (PLAIN_PDF[:-9], PDF, 422, "attachment-refused"),
        (pdf(JAVASCRIPT), PDF, 422, "attachment-refused"),
        (GOOD["tiff"][1] + ARCHIVE_END, "image/tiff", 422, "attachment-refused"),
        (BIG + bytes(2 << 20), PDF, 413, "body-too-large"),
    ],
    ids=["svg", "page", "other", "empty", "cut", "script", "archive", "large"],
)
def test_what_is_not_taken_is_told_and_leaves_nothing(
    server: Server, content: bytes, media_type: str, status: int, code: str
) -> None:
    contact = server.contact(last_name="Dupont")
    for body in (content, in_pieces(content)):
        answer = add(server, body, contact=contact, media_type=media_type)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert server.ask("GET", f"/v1/attachments?contact={contact}").json()["attachments"] == []


def test_a_compressed_upload_is_refused(server: Server) -> None:
    answer = add(server, kind="undertaking", more={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("?kind=diary", 422),
        ("?kind=form", 422),
        ("?kind=form&contact=x", 422),
        ("?kind=form&contact=7dee7454-c250-4580-a61c-a4fdc703e090", 404),
    ],
)
def test_kind_and_contact_are_asked_for(server: Server, query: str, status: int) -> None:
    headers = server.headers() | {"Content-Type": PDF}
    answer = server.http.post(f"/v1/attachments{query}", content=PLAIN_PDF, headers=headers)
    server.check("POST", "/v1/attachments", answer)
    assert answer.status_code == status


def test_a_client_without_the_scope_or_a_purpose_without_the_need_is_refused(server: Server) -> None:
    place = added(server, contact=server.contact(last_name="Dupont"))
    powerless = {
        "Authorization": f"Bearer {server.token(server.campaigns[0].powerless)}",
        "Processing-Purpose": MANAGING,
    }
    for method, path in (("POST", "/v1/attachments?kind=undertaking"), ("GET", place), ("DELETE", place)):
        answer = server.http.request(method, path, headers=powerless | {"Content-Type": PDF})
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
    assert get(server, place, purpose="canvassing").status_code == 403
    assert add(server, kind="undertaking", purpose="canvassing").status_code == 403
    assert server.http.post("/v1/attachments?kind=undertaking", content=PLAIN_PDF).status_code == 401


def test_an_upload_cut_in_the_middle_leaves_nothing(server: Server) -> None:
    contact = server.contact(last_name="Dupont")
    address = urlsplit(server.url)
    head = f"POST /v1/attachments?kind=form&contact={contact} HTTP/1.1\r\nHost: x\r\nContent-Type: {PDF}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in server.headers().items())
    head += f"Content-Length: {len(BIG)}\r\n\r\n"
    with socket.create_connection((address.hostname or "", address.port or 0)) as wire:
        wire.sendall(head.encode() + BIG[: 4 << 20])
        time.sleep(0.3)
    end = time.monotonic() + 20
    while "/v1/attachments" not in _routes_that_failed(server) and time.monotonic() < end:
        time.sleep(0.05)
    assert server.ask("GET", f"/v1/attachments?contact={contact}").json()["attachments"] == []
    assert list(server.settings.upload_dir.rglob("*")) == []


def _routes_that_failed(server: Server) -> set[str]:
    import json  # noqa: PLC0415

    lines = [json.loads(line) for line in server.log.read_text(encoding="utf-8").splitlines() if line[:1] == "{"]
    return {line["route"] for line in lines if line.get("event") == "request" and line["status"] == 400}


def test_slow_senders_keep_nobody_waiting(server: Server) -> None:
    """More uploads hang than the server has threads and connections; others are served meanwhile."""
    address = urlsplit(server.url)
    head = "POST /v1/attachments?kind=undertaking HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
    head += f"Content-Type: {PDF}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in server.headers().items())
    wires = [socket.create_connection((address.hostname or "", address.port or 0)) for _ in range(8)]
    try:
        for wire in wires:
            wire.sendall(head.encode() + b"\r\n" + PLAIN_PDF[:50])
        assert server.contact(last_name="Dupont")
        assert added(server, kind="undertaking")
    finally:
        for wire in wires:
            wire.close()


def test_no_name_and_no_byte_of_a_file_is_found_in_what_the_server_wrote(server: Server) -> None:
    canary = f"canarijoint{uuid4().hex}"
    content = PLAIN_PDF.replace(b"/Catalog", b"/Catalog/X(" + canary.encode() + b")")
    contact, named = server.contact(last_name="Dupont"), {"Content-Disposition": f"x; filename={canary}"}
    place = add(server, content, contact=contact, more=named).headers["location"]
    bad = add(server, content[:-9], kind="undertaking")
    assert canary not in bad.text
    assert canary.encode() in get(server, place).content
    forms = (
        canary.encode(),
        canary.encode("utf-16-le"),
        canary.encode().hex().encode(),
        base64.b64encode(canary.encode())[:12],
    )
    for path in [server.log, *server.settings.data_dir.rglob("*")]:
        if path.is_file():
            assert not any(form in path.read_bytes() for form in forms), path
