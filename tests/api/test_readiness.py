"""Whether the program can answer, told by its checks: by name, without why, and with when to ask again."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import psycopg
from sqlalchemy import make_url

from installation.readiness import CHECKS
from tests.api.engines import ON_POSTGRESQL
from tests.api.serving import Server

_PATIENCE = 60.0


def test_readiness_names_its_checks_and_nothing_else(server: Server) -> None:
    answer = server.http.get("/readyz")
    server.check("GET", "/readyz", answer)
    assert answer.json() == {"status": "ready", "checks": dict.fromkeys(CHECKS, "ok")}


def test_a_check_that_fails_is_named_without_why(server: Server) -> None:
    path = server.settings.root_key_file
    path.rename(path.with_suffix(".aside"))
    try:
        answer = answered(server, 503)
    finally:
        path.with_suffix(".aside").rename(path)
    server.check("GET", "/readyz", answer)
    told = answer.json()
    assert told["code"] == "not-ready"
    assert told["checks"]["keys"] == "failing"
    assert str(server.settings.data_dir) not in answer.text
    answered(server, 200)
    assert server.http.get("/healthz").json() == {"status": "ok"}


@contextmanager
def out_of_reach(server: Server) -> Iterator[None]:
    """Let PostgreSQL turn the server away, and end the connections that it has."""
    url = make_url(server.settings.url).set(drivername="postgresql")
    maintenance = url.set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(maintenance, autocommit=True) as owner:
        owner.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false'.encode())
        ended = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
        owner.execute(ended, (url.database,))
        try:
            yield
        finally:
            owner.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true'.encode())


@ON_POSTGRESQL
def test_while_the_database_is_away_every_answer_says_when_to_ask_again(server: Server) -> None:
    known = server.headers()
    form = {"client_id": server.campaigns[0].client.client_id, "client_secret": server.campaigns[0].client.secret}
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/v1/origins", {"headers": known}),
        ("POST", "/v1/tags", {"headers": known, "json": {"name": "bientot"}}),
        ("POST", "/oauth/token", {"data": {"grant_type": "client_credentials", **form}}),
    ]
    with out_of_reach(server):
        for method, path, given in asked:
            answer = server.http.request(method, path, **given)
            server.check(method, path, answer)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert int(answer.headers["Retry-After"]) > 0
        assert answered(server, 503).json()["checks"]["database"] == "failing"
        assert server.http.get("/healthz").status_code == 200
    assert server.ask("GET", "/v1/origins").status_code == 200
    answered(server, 200)


def answered(server: Server, status: int) -> httpx2.Response:
    end = time.monotonic() + _PATIENCE
    while (answer := server.http.get("/readyz")).status_code != status:
        assert time.monotonic() < end
        time.sleep(0.1)
    return answer
