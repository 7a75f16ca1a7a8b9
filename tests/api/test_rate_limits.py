"""Quotas over HTTP: told in headers, counted by all processes together, and closed when the file is damaged."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from accounts.clients import create_client, revoke_client
from accounts.scopes import ADMINISTRATION
from installation.open import open_installation
from kernel.actor import operator_in
from tests.api.serving import Server, serving, serving_beside

QUOTAS = {"READS": 30, "WRITES": 12, "TOKENS": 8, "FAILURES": 10, "GUESSES": 4, "SIGN_INS": 5}
ENVIRONMENT = {f"ISOLOIR_RATE_{name}": str(quota) for name, quota in QUOTAS.items()}
MOST = 200


@pytest.fixture
def tight(postgresql_url: str, tmp_path: Path) -> Iterator[Server]:
    """Serve with small quotas, fresh for each test."""
    with serving(postgresql_url, tmp_path, **ENVIRONMENT) as server:
        yield server


@pytest.fixture
def tight_sqlite(tmp_path: Path) -> Iterator[Server]:
    with serving("", tmp_path, **ENVIRONMENT) as server:
        yield server


def limited(told: str, answer: httpx2.Response, rest: str = "0") -> None:
    """Check a refusal for want of quota, in all that it must tell."""
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-requests")
    assert answer.headers["content-type"] == "application/problem+json"
    wait = int(answer.headers["retry-after"])
    assert 1 <= wait <= 60
    assert re.fullmatch(rf'"{told}";r={rest};t=\d+', answer.headers["ratelimit"])
    assert re.fullmatch(rf'"{told}";q=\d+;w=60', answer.headers["ratelimit-policy"])


def until_limited(ask: Any) -> tuple[int, float, httpx2.Response]:  # noqa: ANN401
    """Ask until the quota is used up; return how often it was not, in how many seconds, and the refusal."""
    began = time.monotonic()
    for count in range(MOST):
        answer = ask(count)
        if answer.status_code == 429:
            return count, time.monotonic() - began, answer
    raise AssertionError("never limited")


def is_the_quota(granted: int, took: float, quota: int) -> bool:
    """Tell whether so many is the quota, and no more than what flowed back meanwhile."""
    return quota <= granted <= quota + 1 + took * quota / 60


def left(answer: httpx2.Response) -> int:
    """Return what is left of the quota that an answer tells of."""
    return int(answer.headers["ratelimit"].partition(";r=")[2].partition(";")[0])


def wrong_token(server: Server, campaign: int = 0) -> dict[str, str]:
    token = server.token(server.campaigns[campaign].client)
    return {"Authorization": f"Bearer {token[:-3]}AAA", "Processing-Purpose": "canvassing"}


def test_two_processes_grant_one_quota_together(tight: Server) -> None:
    headers = tight.headers()
    with serving_beside(tight, **ENVIRONMENT) as other:
        both = (tight.http, other)
        granted, took, answer = until_limited(lambda count: both[count % 2].get("/v1/elections", headers=headers))
        limited("read", answer)
        assert is_the_quota(granted, took, QUOTAS["READS"])
        for one in both:
            limited("read", one.get("/v1/elections", headers=headers))
        failed = [other.get("/v1/elections", headers=wrong_token(tight, 1)).status_code for _ in range(30)]
        failed += [tight.http.get("/v1/elections", headers=wrong_token(tight, 1)).status_code for _ in range(3)]
    assert failed[: QUOTAS["FAILURES"]] == [401] * QUOTAS["FAILURES"]
    assert failed.count(429) > QUOTAS["FAILURES"]
    assert tight.ask("GET", "/v1/elections", campaign=1).status_code == 200


def test_an_answer_tells_how_the_quota_stands(tight_sqlite: Server) -> None:
    first = tight_sqlite.ask("GET", "/v1/elections")
    assert first.headers["ratelimit-policy"] == '"read";q=30;w=60'
    assert first.headers["ratelimit"] == '"read";r=29;t=2'
    page = tight_sqlite.ask("GET", "/v1/audit/entries?limit=100", purpose=ADMINISTRATION)
    assert 19 <= left(page) < 28
    refused = tight_sqlite.ask("GET", "/v1/elections", purpose="curiosity")
    assert refused.status_code == 400
    assert refused.headers["ratelimit-policy"] == first.headers["ratelimit-policy"]
    assert "ratelimit" not in tight_sqlite.http.get("/healthz").headers


def test_a_write_costs_what_its_body_weighs(tight_sqlite: Server) -> None:
    asked = {"texts": [{"kind": "note", "text": "x" * 4_000} for _ in range(5)]}
    assert '"read"' in tight_sqlite.ask("POST", "/v1/policy/screen", asked).headers["ratelimit"]
    tag = tight_sqlite.ask("POST", "/v1/tags", {"name": "tag_one"})
    assert tag.headers["ratelimit"].startswith('"write";r=11')
    heavy = tight_sqlite.ask("POST", "/v1/tags", {"name": "tag_two", "more": "x" * 16_400})
    assert heavy.status_code == 422
    assert 6 <= left(heavy) < 11
    chunked = tight_sqlite.http.post(
        "/v1/tags", content=iter([b'{"name":', b" " * 45_000, b'"tag_three"}']), headers=tight_sqlite.headers()
    )
    limited("write", chunked, rest=r"\d+")


def test_a_stream_waits_for_the_quota_that_its_lines_weigh(tight_sqlite: Server) -> None:
    headers = tight_sqlite.headers() | {"Content-Type": "application/x-ndjson", "Idempotency-Key": "a-stream-of-lines"}
    proposed = tight_sqlite.proposed(last_name="Dupont", note="x" * 4_000)
    line = json.dumps(proposed).encode() + b"\n"
    began = time.monotonic()
    answer = tight_sqlite.http.post("/v1/contacts:batch", content=line * 12, headers=headers, timeout=60)
    assert answer.status_code == 200
    assert len(answer.text.splitlines()) == 12
    assert "problem" not in answer.text
    assert time.monotonic() - began > 60 / QUOTAS["WRITES"], "at least one unit had to flow back"


def test_signing_in_has_its_quota_before_any_password_is_hashed(tight_sqlite: Server) -> None:
    tries = {
        "/v1/staff/session": {"login": "ac_nobody", "password": "wrong", "code": "000000"},
        "/v1/staff/enrolment": {"invitation": "isi_nothing", "password": "kT4!x9Qz#mB2"},
        "/v1/staff/enrolment/confirmation": {"invitation": "isi_nothing", "code": "000000"},
    }
    paths = list(tries)

    def ask(count: int) -> httpx2.Response:
        path = paths[count % len(paths)]
        answer = tight_sqlite.http.post(path, json=tries[path])
        tight_sqlite.check("POST", path, answer)
        return answer

    granted, took, answer = until_limited(ask)
    limited("sign-in", answer)
    assert is_the_quota(granted, took, QUOTAS["SIGN_INS"])
    with httpx2.Client(transport=httpx2.HTTPTransport(local_address="127.0.0.2"), base_url=tight_sqlite.url) as away:
        assert away.post(paths[0], json=tries[paths[0]]).status_code == 401


def test_a_quota_is_one_clients_and_not_its_neighbours(tight_sqlite: Server) -> None:
    headers = tight_sqlite.headers()
    _, _, answer = until_limited(lambda _: tight_sqlite.http.get("/v1/elections", headers=headers))
    limited("read", answer)
    tight_sqlite.check("GET", "/v1/elections", answer)
    assert tight_sqlite.ask("GET", "/v1/elections", campaign=1).status_code == 200
    assert tight_sqlite.ask("POST", "/v1/tags", {"name": "tag_one"}).status_code == 201


def test_wrong_tokens_use_up_their_address_and_right_ones_are_let_through(tight_sqlite: Server) -> None:
    wrong = wrong_token(tight_sqlite)
    failed, took, answer = until_limited(lambda _: tight_sqlite.http.get("/v1/elections", headers=wrong))
    limited("failure", answer)
    assert is_the_quota(failed, took, QUOTAS["FAILURES"])
    # The token of the first client was never used yet, that of the second not even given.
    assert tight_sqlite.ask("GET", "/v1/elections").status_code == 200
    _, _, answer = until_limited(lambda _: order(tight_sqlite, 1, "wrong"))
    assert answer.headers["ratelimit"].startswith(('"failure"', '"guess"'))
    with httpx2.Client(transport=httpx2.HTTPTransport(local_address="127.0.0.2"), base_url=tight_sqlite.url) as away:
        assert order(tight_sqlite, 1, http=away).status_code == 200
    assert [order(tight_sqlite, 1).status_code for _ in range(3)] == [200] * 3


def order(server: Server, campaign: int, secret: str | None = None, http: httpx2.Client | None = None) -> Any:  # noqa: ANN401
    client = server.campaigns[campaign].client
    form = {"client_id": client.client_id, "client_secret": secret or client.secret}
    answer = (http or server.http).post("/oauth/token", data={"grant_type": "client_credentials", **form})
    server.check("POST", "/oauth/token", answer)
    return answer


def test_guesses_for_one_client_end_before_those_of_an_address(tight_sqlite: Server) -> None:
    failed, took, answer = until_limited(lambda count: order(tight_sqlite, 0, f"guess{count}"))
    limited("guess", answer)
    assert is_the_quota(failed, took, QUOTAS["GUESSES"])
    assert order(tight_sqlite, 1).status_code == 200


def test_tokens_of_a_client_have_their_quota(tight_sqlite: Server) -> None:
    given, took, answer = until_limited(lambda _: order(tight_sqlite, 0))
    limited("token", answer)
    assert is_the_quota(given, took, QUOTAS["TOKENS"])
    assert left(order(tight_sqlite, 1)) == 7


def test_what_was_right_before_and_is_revoked_is_not_looked_at_for_ever(tight_sqlite: Server) -> None:
    with open_installation(tight_sqlite.settings) as installation:
        operator = operator_in(tight_sqlite.campaigns[0].id)
        made = create_client(installation.register, operator, name="x", scopes=[], purposes=[])
        assert tight_sqlite.token(made)
        with installation.register.open(operator, ADMINISTRATION) as processing:
            revoke_client(processing, made.client_id)
    form = {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": made.secret}
    failed, took, answer = until_limited(lambda _: tight_sqlite.http.post("/oauth/token", data=form))
    limited("guess", answer)
    assert is_the_quota(failed, took, QUOTAS["GUESSES"])


def test_a_damaged_file_neither_opens_the_gate_nor_stops_the_server(tight_sqlite: Server) -> None:
    headers, file = tight_sqlite.headers(), tight_sqlite.settings.rate_file
    until_limited(lambda _: tight_sqlite.http.get("/v1/elections", headers=headers))
    for damage in (file.unlink, lambda: file.write_bytes(b""), lambda: file.write_bytes(b"garbage" * 10_000)):
        damage()
        time.sleep(1.1)
        granted, took, answer = until_limited(lambda _: tight_sqlite.http.get("/v1/elections", headers=headers))
        limited("read", answer)
        assert granted <= QUOTAS["READS"] + 1 + took * QUOTAS["READS"] / 60
    assert tight_sqlite.log.read_text(encoding="utf-8").count("rate_file_rebuilt") == 3
    assert tight_sqlite.http.get("/healthz").status_code == 200
