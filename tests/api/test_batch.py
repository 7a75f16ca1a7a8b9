"""Contacts recorded many at a time: each answered by itself, done once, all or nothing where that is asked."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.api.serving import Server

PATH = "/v1/contacts:batch"
NDJSON = "application/x-ndjson"


def address() -> str:
    return f"{uuid4().hex}@example.org"


def person(origin: int, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    named = {"last_name": "Dupont", "first_names": "Marie", "email": [address()], **fields}
    return {"category": "regular", "origin": origin, "fields": named}


def batch(server: Server, contacts: list[Any], **headers: str) -> httpx2.Response:
    given = {"Idempotency-Key": uuid4().hex, **headers}
    return server.ask("POST", PATH, {"contacts": contacts}, headers=given)


def listed(server: Server, email: str) -> list[str]:
    found = server.ask("POST", "/v1/contacts/search", {"email": email}).json()["contacts"]
    return [one["id"] for one in found]


def test_each_contact_of_a_batch_is_answered_by_itself(server: Server) -> None:
    origin = server.origin()
    known = person(origin)
    restricted = person(origin)
    server.ask("POST", "/v1/contacts", known)
    kept = server.ask("POST", "/v1/contacts", restricted).json()["id"]
    server.ask("POST", f"/v1/contacts/{kept}/restriction", {"ground": "objection_pending"})
    answer = batch(
        server,
        [
            person(origin),
            known,
            {**known, "fields": {**known["fields"], "title": "Mme"}},
            restricted,
            {**person(origin), "category": "unheard_of"},
            person(origin, note=["elle est musulmane pratiquante"]),
            person(origin, email=["no address"]),
            {**person(origin), "origin": 999_999},
            {**person(origin), "tags": ["never_registered"]},
            "Marie",
        ],
    )
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [one["place"] for one in results] == list(range(10))
    assert [one["result"] for one in results] == [
        "created",
        "unchanged",
        "updated",
        "restricted",
        "refused",
        "created",
        *["invalid"] * 4,
    ]
    assert results[4]["refused"][0]["rule"] == "category.unknown"
    assert results[5]["refused"][0]["rule"] == "forbidden.religion"
    assert [one["errors"][0]["properties"] for one in results[6:]] == [
        ["fields.email.0"],
        ["origin"],
        ["custom"],
        ["*"],
    ]
    assert [bool(one["id"]) for one in results] == [True] * 4 + [False, True] + [False] * 4
    assert "Marie" not in answer.text
    assert "musulmane" not in answer.text


def test_a_batch_is_one_processing_with_one_entry(server: Server) -> None:
    origin = server.origin()
    before = [one["id"] for one in server.entries("contact.recorded")]
    batch(server, [person(origin) for _ in range(20)])
    new = [one for one in server.entries("contact.recorded") if one["id"] not in before]
    assert [(one["counts"]["contact.insert"], one["counts"]["request_key.insert"]) for one in new] == [(20, 1)]


def test_strict_handling_is_all_or_nothing_and_names_the_places(server: Server) -> None:
    origin, clean = server.origin(), address()
    contacts = [person(origin, email=[clean]), person(origin, note=["il est juif"])]
    answer = batch(server, contacts, Prefer="handling=strict")
    assert (answer.status_code, answer.json()["code"]) == (422, "forbidden-attribute")
    assert answer.json()["errors"][0]["properties"] == ["contacts.1.note"]
    assert answer.headers["preference-applied"] == "handling=strict"
    assert listed(server, clean) == []
    answer = batch(server, [contacts[0], person(origin, email=["x"])], Prefer="handling=strict")
    assert (answer.status_code, answer.json()["errors"][0]["properties"]) == (422, ["contacts.1.fields.email.0"])
    assert listed(server, clean) == []
    answer = batch(server, [contacts[0]], Prefer="handling=strict")
    assert (answer.status_code, answer.headers["preference-applied"]) == (200, "handling=strict")
    assert len(listed(server, clean)) == 1


def test_strict_handling_stops_at_a_restricted_contact(server: Server) -> None:
    origin, clean = server.origin(), address()
    restricted = person(origin)
    kept = server.ask("POST", "/v1/contacts", restricted).json()["id"]
    server.ask("POST", f"/v1/contacts/{kept}/restriction", {"ground": "objection_pending"})
    answer = batch(server, [person(origin, email=[clean]), restricted], Prefer="handling=strict")
    assert (answer.status_code, answer.json()["code"]) == (409, "contact-restricted")
    assert listed(server, clean) == []


def test_a_batch_needs_a_key_and_is_done_once(server: Server) -> None:
    origin = server.origin()
    contacts = [person(origin), {**person(origin), "tags": ["never_registered"]}, {**person(origin), "category": "x"}]
    unnamed = server.ask("POST", PATH, {"contacts": contacts})
    assert (unnamed.status_code, unnamed.json()["code"]) == (400, "idempotency-key-required")
    key = uuid4().hex
    first, second = (batch(server, contacts, **{"Idempotency-Key": key}) for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    other = batch(server, contacts[:1], **{"Idempotency-Key": key})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_who_was_erased_since_has_no_id_in_the_repeated_answer(server: Server) -> None:
    origin, key = server.origin(), uuid4().hex
    contacts = [person(origin), person(origin)]
    ids = [one["id"] for one in batch(server, contacts, **{"Idempotency-Key": key}).json()["results"]]
    server.ask("DELETE", f"/v1/contacts/{ids[0]}", purpose="rights_request")
    again = batch(server, contacts, **{"Idempotency-Key": key}).json()["results"]
    assert [one["id"] for one in again] == [None, ids[1]]


def test_what_had_no_form_the_first_time_is_not_recorded_the_second(server: Server) -> None:
    origin, key, tag = server.origin(), uuid4().hex, f"mot_{uuid4().hex}"
    contacts = [{**person(origin), "tags": [tag]}]
    assert batch(server, contacts, **{"Idempotency-Key": key}).json()["results"][0]["result"] == "invalid"
    assert server.ask("POST", "/v1/tags", {"name": tag}).status_code == 201
    again = batch(server, contacts, **{"Idempotency-Key": key}).json()["results"][0]
    assert (again["result"], again["errors"][0]["code"]) == ("invalid", "not_recorded")
    assert batch(server, contacts).json()["results"][0]["result"] == "created"


@pytest.mark.parametrize("contacts", [[], [{}] * 1001, "x", None], ids=["none", "too many", "text", "null"])
def test_a_batch_holds_one_to_a_thousand(server: Server, contacts: Any) -> None:  # noqa: ANN401
    answer = batch(server, contacts)
    assert (answer.status_code, answer.json()["errors"][0]["properties"]) == (422, ["contacts"])


def test_a_full_batch_of_a_thousand_is_recorded(server: Server) -> None:
    origin = server.origin()
    results = batch(server, [person(origin) for _ in range(1000)]).json()["results"]
    assert {one["result"] for one in results} == {"created"}


def test_two_of_one_batch_may_be_one_person(server: Server) -> None:
    same = person(server.origin())
    results = batch(server, [same, same]).json()["results"]
    assert [one["result"] for one in results] == ["created", "unchanged"]
    assert results[0]["id"] == results[1]["id"]


def stream(server: Server, lines: Any, key: str | None = None) -> httpx2.Response:  # noqa: ANN401
    headers = server.headers() | {"Content-Type": NDJSON, "Idempotency-Key": key or uuid4().hex}
    return server.http.post(PATH, content=lines, headers=headers)


def told(answer: httpx2.Response) -> list[dict[str, Any]]:
    return [json.loads(one) for one in answer.text.splitlines()]


def test_lines_are_answered_line_by_line(server: Server) -> None:
    origin = server.origin()
    contacts = [json.dumps(person(origin)) for _ in range(1203)]
    contacts[7] = "{"
    contacts[600] = json.dumps(person(origin, note=["il est juif"]))
    contacts[601] = '{"category": "regular", "category": "member", "origin": 1, "fields": {}}'
    answer = stream(server, "\n".join(contacts).encode())
    assert (answer.status_code, answer.headers["content-type"]) == (200, NDJSON)
    results = told(answer)
    assert [one["place"] for one in results] == list(range(1203))
    assert [results[place]["result"] for place in (6, 7, 600, 601, 1202)] == [
        "created",
        "invalid",
        "created",
        "invalid",
        "created",
    ]
    assert results[600]["refused"][0]["rule"] == "forbidden.religion"


def test_lines_are_cut_at_the_same_places_whatever_pieces_they_come_in(server: Server) -> None:
    origin, key = server.origin(), uuid4().hex
    whole = "\n".join(json.dumps(person(origin)) for _ in range(700)).encode() + b"\n\n"

    def in_pieces() -> Iterator[bytes]:
        for start in range(0, len(whole), 997):
            yield whole[start : start + 997]

    first, second = stream(server, whole, key), stream(server, in_pieces(), key)
    assert first.text == second.text
    assert len(told(first)) == 700


def test_an_interrupted_stream_goes_on_where_it_ended(server: Server) -> None:
    origin, key = server.origin(), uuid4().hex
    lines = [json.dumps(person(origin)).encode() for _ in range(800)]

    def broken() -> Iterator[bytes]:
        yield b"\n".join(lines[:600]) + b"\n"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        stream(server, broken(), key)
    whole = b"\n".join(lines)
    while (answer := stream(server, whole, key)).status_code == 409:
        assert answer.json()["code"] == "idempotency-key-running"
    results = told(answer)
    assert [one["result"] for one in results] == ["created"] * 800
    assert len({one["id"] for one in results}) == 800
    assert told(stream(server, whole, key)) == results


def test_a_stream_is_refused_before_its_first_line_like_any_request(server: Server) -> None:
    unnamed = server.http.post(PATH, content=b"{}", headers=server.headers() | {"Content-Type": NDJSON})
    assert (unnamed.status_code, unnamed.json()["code"]) == (400, "idempotency-key-required")
    unknown = server.http.post(PATH, content=b"{}", headers={"Content-Type": NDJSON})
    assert unknown.status_code == 401
    long = stream(server, b" " * (1 << 20) + b"x")
    assert (long.status_code, long.json()["code"]) == (413, "body-too-large")


def test_what_goes_wrong_later_is_the_last_line(server: Server) -> None:
    origin = server.origin()
    lines = [json.dumps(person(origin)).encode() for _ in range(501)]
    *results, last = told(stream(server, b"\n".join([*lines, b"x" * (2 << 20)])))
    assert len(results) == 500
    assert (last["problem"]["code"], last["problem"]["status"]) == ("body-too-large", 413)


def test_an_empty_stream_is_answered_by_no_line(server: Server) -> None:
    for nothing in (b"", b"\n\n \n"):
        answer = stream(server, nothing)
        assert (answer.status_code, answer.content) == (200, b"")


def test_a_batch_may_be_larger_than_other_bodies_and_not_endless(server: Server) -> None:
    padded = person(server.origin(), note=["préfère être appelée le soir " * 100])
    body = json.dumps({"contacts": [padded] * 600}).encode()
    assert len(body) > 1 << 20
    headers = server.headers() | {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
    assert server.http.post(PATH, content=body, headers=headers).status_code == 200
    answer = server.http.post(PATH, content=b" " * ((8 << 20) + 1), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
