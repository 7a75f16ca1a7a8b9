"""Imports through the door: a list streamed in, imported by a worker, told, cancelled; other campaigns see nothing."""

import gzip
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2

from tests.api.following import ended
from tests.api.serving import Server

CSV = "text/csv"
HEADER = b"nationbuilder_id,first_name,last_name,email,religion\n"


def rows(number: int) -> bytes:
    mark = uuid4().hex
    return HEADER + b"".join(f"{mark}{n},Marie,Dupont{n},{mark}{n}@example.org,x\n".encode() for n in range(number))


def send(
    server: Server, content: bytes | Iterator[bytes], query: str = "", more: dict[str, str] | None = None
) -> httpx2.Response:
    path = f"/v1/imports?origin={server.origin()}&category=regular{query}"
    given = server.headers() | {"Content-Type": CSV} | (more or {})
    answer = server.http.post(path, content=content, headers=given)
    server.check("POST", "/v1/imports", answer)
    return answer


def test_a_list_is_imported_told_and_reported(server: Server) -> None:
    content, key = rows(5), {"Idempotency-Key": f'"{uuid4()}"'}
    origin = server.origin()
    path = f"/v1/imports?origin={origin}&category=regular"
    first, second = (
        server.http.post(path, content=iter([content]), headers=server.headers() | {"Content-Type": CSV} | key)
        for _ in range(2)
    )
    assert (first.status_code, second.headers["idempotency-replayed"]) == (202, "true")
    assert first.json() == second.json()
    place = first.headers["location"]
    told = ended(server, place)
    assert (told["state"], told["rows"], told["percent"]) == ("finished", {"created": 5}, 100)
    assert {one["column"]: one["decision"] for one in told["columns"]}["religion"] == "refused"
    report = server.http.get(f"{place}/report", headers=server.headers())
    server.check("GET", f"{place}/report", report)
    assert report.text.startswith("row,column,rule,articles,decision\n")
    assert report.text.count(",religion,") == 6
    assert "Dupont" not in report.text
    assert told["id"] in {one["id"] for one in server.listed("/v1/imports")}
    assert server.ask("GET", place, campaign=1).status_code == 404
    assert server.ask("GET", f"{place}/report", campaign=1).status_code == 404
    assert server.ask("POST", f"{place}/cancellation", campaign=1).status_code == 404
    assert server.ask("POST", f"{place}/cancellation").status_code == 409
    folder = server.settings.import_dir
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert server.ask("GET", f"{place}/undo").status_code == 404
    assert server.ask("POST", f"{place}/undo", campaign=1).status_code == 404
    begun = server.ask("POST", f"{place}/undo")
    assert (begun.status_code, begun.headers["location"]) == (202, f"{place}/undo")
    undone = ended(server, f"{place}/undo")
    assert (undone["state"], undone["contacts"], undone["kept"]) == ("finished", {"erased": 5}, {})
    assert server.ask("POST", f"{place}/undo").json()["type"].endswith("/problems/import-not-undoable")


def test_a_list_that_cannot_be_read_says_why(server: Server) -> None:
    packed = {"Content-Type": "application/gzip"}
    bad = {
        "cut": gzip.compress(rows(2000))[:-900],
        "unfolds": gzip.compress(HEADER + b"1,a,b,c,d\n" * (1 << 21)),
        "no names": b"63000\n",
    }
    places = {message: send(server, content, more=packed).headers["location"] for message, content in bad.items()}
    for message, place in places.items():
        told = ended(server, place)
        assert told["state"] == "failed"
        assert message in told["failure"]["message"]


def test_a_list_that_nobody_knows_is_told_column_by_column(server: Server) -> None:
    mark = uuid4().hex
    content = f"Patronyme,Joindre,Culte,{mark}\nDupont{mark},{mark}@example.org,x,y\n".encode()
    place = send(server, content).headers["location"]
    told = ended(server, place)
    assert told["state"] == "awaiting_mapping"
    asked = [one["position"] for one in told["proposals"] if one["asked"]]
    assert asked == [1, 4]
    assert "example.org" not in str(told)
    answers: list[tuple[Any, int, str]] = [
        ({"columns": []}, 422, "invalid-input"),
        ({"columns": [{"position": 1, "field": "Nom"}]}, 422, "invalid-input"),
        ({"columns": [{"position": 1, "field": None}, {"position": 1, "field": None}]}, 422, "invalid-input"),
        ({"columns": [{"position": 3, "field": "note"}]}, 422, "forbidden-attribute"),
    ]
    for body, status, code in answers:
        refused = server.ask("POST", f"{place}/mapping", body)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    decided = {"columns": [{"position": 1, "field": "last_name"}, {"position": 4, "field": None}]}
    assert server.ask("POST", f"{place}/mapping", decided, campaign=1).status_code == 404
    assert server.ask("POST", f"{place}/mapping", decided).json()["state"] == "queued"
    assert ended(server, place)["rows"] == {"created": 1}
    assert server.ask("POST", f"{place}/mapping", decided).status_code == 409


def test_what_is_not_taken_is_told_at_once(server: Server) -> None:
    wrong: list[tuple[bytes, str, dict[str, str], int, str]] = [
        (b"", "", {}, 422, "invalid-input"),
        (HEADER, "", {"Content-Type": "application/pdf"}, 415, "unsupported-media-type"),
        (HEADER, "&profile=nothing", {}, 422, "invalid-input"),
        (HEADER, "&mapping=[]", {}, 422, "invalid-input"),
        (HEADER, f"&mapping={'[' * 7000}", {}, 422, "invalid-input"),
        (HEADER, "&mapping=x", {}, 422, "invalid-input"),
        (HEADER, '&mapping={"nom": "Dupont"}', {}, 422, "invalid-input"),
    ]
    for content, query, more, status, code in wrong:
        answer = send(server, content, query, more)
        assert (answer.status_code, answer.json()["code"]) == (status, code), query
    header = send(server, HEADER, '&mapping={"religion": "note"}&dry_run=true')
    assert ended(server, header.headers["location"])["rows"] == {}
