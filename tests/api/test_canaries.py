"""No personal value leaves by a side door: canaries through every route, then a search of all that was written.

A canary is a personal value that stands nowhere else. They go in as values of every field, as wrong values in every
wrong place, in headers, addresses and names; then every byte that the server wrote is searched for them: its standard
error, its folder (ledger, checkpoints, SQLite's file and write-ahead log), every table of PostgreSQL, every error.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import psycopg

from tests.api.serving import MERGE_PATCH, Server

MARK = "canaripersonnel"
IN_PATHS = {"rule": "forbidden.religion", "name": "refused", "client": "isoloir_none"}
"""What stands in a path; whatever is not named here is an id."""
LISTING = "/v1/contacts"


class Canaries:
    """Hand out canaries; all words begin with one mark, so that one search finds any of them."""

    def __init__(self) -> None:
        self.phone = str(uuid4().int)[:8]

    def word(self) -> str:
        return f"{MARK}{uuid4().hex[:12]}"

    def forms(self) -> Iterator[bytes]:
        for value in (MARK, self.phone):
            yield value.encode()
            yield value.upper().encode()
            yield value.encode("utf-16-le")
            yield value.encode().hex().encode()
        # Three alignments in base64, less the letters that depend on the neighbours.
        for shift in range(3):
            yield base64.b64encode(b"\0" * shift + MARK.encode())[4 if shift else 0 : -4]


def every_field(canary: Canaries) -> dict[str, Any]:
    return {
        "last_name": canary.word(),
        "usage_name": canary.word(),
        "first_names": canary.word(),
        "sex": "F",
        "birth_date": "1953-00-00",
        "address": {part: canary.word() for part in ("number", "street", "complement1", "locality", "city", "country")},
        "email": [f"{canary.word()}@example.org"],
        "phone": [f"06{canary.phone}"],
        "roll_number": canary.word(),
        "note": [canary.word(), f"elle est musulmane, dit {canary.word()}"],
        "support_level": canary.word(),
        "membership": canary.word(),
        "profession": canary.word(),
        "social_handle": [canary.word()],
        "title": canary.word(),
        "accessibility_need": {"need": canary.word(), "event_on": "2027-03-01"},
        "external_id": [{"system": canary.word(), "id": canary.word()}],
        "volunteer_task": [canary.word()],
        "theme": [canary.word()],
        "event": [canary.word()],
        "language": canary.word(),
        "party": canary.word(),
        "turnout": canary.word(),
        "website": canary.word(),
        "employer": canary.word(),
    }


def wrong_bodies(canary: Canaries) -> list[Any]:
    """Bodies of no route's form, each with values where none belongs."""
    return [
        canary.word(),
        [canary.word()],
        {canary.word(): canary.word()},
        {"category": canary.word(), "origin": canary.word(), "fields": canary.word(), "tags": canary.word()},
        {"category": "regular", "origin": 1, "fields": {canary.word(): canary.word(), "email": [canary.word()]}},
        {"category": "regular", "origin": 1, "fields": {"sex": canary.word(), "birth_date": canary.word()}},
        {"category": "regular", "origin": 1, "fields": {}, "custom": {canary.word(): canary.word()}},
        {"category": "regular", "origin": 1, "fields": {}, "tags": [canary.word()], "commune": canary.word()},
        {"category": canary.word(), "origin": 1, "fields": {"last_name": canary.word()}},
        {"kind": canary.word(), "obtained_on": "2026-01-01", "evidence": [canary.word()]},
        {"kind": "newsletter", "obtained_on": canary.word(), "election": canary.word()},
        {"name": f"religion_{canary.word()}"},
        {"name": canary.word().upper()},
        {"ground": canary.word()},
        {"texts": [{"kind": "note", "text": f"il est juif, {canary.word()}"}, {"kind": canary.word(), "text": "x"}]},
        {"last_name": canary.word(), "first_names": canary.word()},
        {"email": canary.word(), "reason": canary.word()},
    ]


def wrong_contents(canary: Canaries) -> list[bytes]:
    """Bodies that are no JSON at all."""
    return [
        f'{{"category": "{canary.word()}'.encode(),
        f"category={canary.word()}".encode(),
        canary.word().encode("utf-16"),
    ]


def wrong_headers(canary: Canaries) -> list[dict[str, str]]:
    """Headers that decide an answer each by itself, and together those that only colour one."""
    alone = "Processing-Purpose If-Match Idempotency-Key Content-Type Authorization".split()
    together = "Prefer If-None-Match Request-Id User-Agent Accept Accept-Language".split()
    return [{name: canary.word() for name in names} for names in (*([one] for one in alone), together)]


def wrong_queries(canary: Canaries) -> list[str]:
    """Addresses' ends, likewise: a cursor is opened after the rest was read, and a token before."""
    together = ("reason", "limit", "event", "updated_since", "category", "commune")
    return ["&".join(f"{name}={canary.word()}" for name in names) for names in (together, ["cursor"], ["access_token"])]


class Prober:
    """Try every route that the description names; keep every answer that is no success."""

    def __init__(self, server: Server, canary: Canaries) -> None:
        self._server = server
        self._canary = canary
        self.answers: list[tuple[str, httpx2.Response]] = []

    def try_all(self) -> None:
        for template, found in self._server.description["paths"].items():
            for method, operation in found.items():
                self._try(method.upper(), template, operation.get("requestBody", {}).get("content", {}))

    def _try(self, method: str, template: str, media_types: Iterable[str]) -> None:
        """Try one operation; one that takes no body gets only two."""
        taken = list(media_types)
        purpose = "administration" if "/audit/" in template else "contact_management"
        known = self._server.headers(purpose) | {"If-Match": '"1"'}
        known["Content-Type"] = taken[0] if taken else "application/json"
        known["Idempotency-Key"] = "essai-des-canaris"
        path = re.sub(r"\{(\w+)\}", lambda found: IN_PATHS.get(found[1], str(uuid4())), template)
        contents = [json.dumps(body).encode() for body in wrong_bodies(self._canary)] + wrong_contents(self._canary)
        for content in contents if taken else contents[-2:]:
            self._send(method, path, known, content)
        for headers in wrong_headers(self._canary):
            self._send(method, path, known | headers, b"{}")
        foreign = re.sub(r"\{\w+\}", lambda _: self._canary.word(), template)
        self._send(method, foreign, known, b"{}")
        for query in wrong_queries(self._canary):
            self._send(method, f"{path}?{query}", known, b"{}")
        self._send(method, f"{path}/{self._canary.word()}", known, b"{}")

    def _send(self, method: str, path: str, headers: dict[str, str], content: bytes) -> None:
        answer = self._server.http.request(method, path, headers=headers, content=content)
        assert answer.status_code < 500, (method, path, answer.text)
        if method == "GET" and path.partition("?")[0] == LISTING and answer.status_code == 200:
            return  # A successful disclosure shows what it discloses.
        self.answers.append((f"{method} {path}", answer))


def written(server: Server) -> Iterator[tuple[str, bytes]]:
    """Everything the server wrote."""
    yield "standard error", server.log.read_bytes()
    for path in server.settings.data_dir.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()
    if server.settings.database_url:
        yield from tables(server.settings.database_url)


def tables(url: str) -> Iterator[tuple[str, bytes]]:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        found = connection.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (name,) in found:
            connection.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY".encode())
            with connection.cursor() as cursor, cursor.copy(f"COPY {name} TO STDOUT (FORMAT BINARY)".encode()) as copy:
                dumped = b"".join(map(bytes, copy))
            connection.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY".encode())
            yield name, dumped


def test_canaries_stay_in_their_cage(server: Server) -> None:
    canary = Canaries()
    kept = every_field(canary)
    body = {"category": "regular", "origin": server.origin(), "fields": kept}
    tag = f"tag_{uuid4().hex}"
    server.ask("POST", "/v1/tags", {"name": tag})
    server.ask("POST", "/v1/custom-fields", {"name": tag})
    recorded = server.ask("POST", "/v1/contacts", {**body, "custom": {tag: canary.word()}, "tags": [tag]})
    assert recorded.status_code == 201
    contact = recorded.json()["id"]
    reason = {"reason": canary.word()}
    search = {"last_name": kept["last_name"], "first_names": kept["first_names"], **reason}
    found = server.ask("POST", "/v1/contacts/search", search).json()["contacts"]
    assert kept["last_name"] in json.dumps(found), "a successful disclosure shows what it discloses"
    change = {"origin": body["origin"], "fields": {"title": canary.word()}, "custom": {tag: None}}
    changed = server.ask(
        "PATCH", f"/v1/contacts/{contact}", change, headers={"Content-Type": MERGE_PATCH, "If-Match": '"1"'}
    )
    screened = server.ask("POST", "/v1/policy/screen", {"draft": body})
    prober = Prober(server, canary)
    prober.answers += [("record", recorded), ("amend", changed), ("screen", screened)]
    prober.try_all()
    assert len(prober.answers) > 600
    forms = tuple(canary.forms())
    for name, answer in prober.answers:
        told = f"{answer.headers}{answer.text}".encode()
        assert not [form for form in forms if form in told], name
    sources = dict(written(server))
    assert len(sources["standard error"]) > 10_000
    for name, content in sources.items():
        assert content or Path(name).suffix
        assert not [form for form in forms if form in content], name


def test_the_search_for_canaries_would_find_one(server: Server) -> None:
    tag = f"tag_{uuid4().hex}"
    server.ask("POST", "/v1/tags", {"name": tag})
    assert any(tag.encode() in content for _, content in written(server))
