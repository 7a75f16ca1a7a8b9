"""Who may call: tokens, scopes, purposes."""

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from accounts.scopes import SCOPES
from tests.api.serving import Server
from tests.project.places import ROOT

GRANT = {"grant_type": "client_credentials"}
NOBODY = "00000000-0000-4000-8000-000000000000"


def order(server: Server, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401
    answer = server.http.post("/oauth/token", data=dict(form), headers=dict(headers or {}))
    server.check("POST", "/oauth/token", answer)
    assert answer.headers["cache-control"] == "no-store"
    return answer


def test_a_token_is_given_for_the_form_and_for_basic(server: Server) -> None:
    client = server.campaigns[0].client
    basic = base64.b64encode(f"{client.client_id}:{client.secret}".encode()).decode()
    by_form = order(server, {**GRANT, "client_id": client.client_id, "client_secret": client.secret})
    by_basic = order(server, GRANT, {"Authorization": f"Basic {basic}"})
    for answer in (by_form, by_basic):
        assert (answer.status_code, answer.json()["token_type"], answer.json()["expires_in"]) == (200, "Bearer", 600)
        assert "contacts:read" in answer.json()["scope"].split()
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}", "Processing-Purpose": "canvassing"}
        assert server.http.get("/v1/elections", headers=headers).status_code == 200


def test_a_wrong_secret_and_an_unknown_client_look_the_same(server: Server) -> None:
    client = server.campaigns[0].client
    wrong = order(server, {**GRANT, "client_id": client.client_id, "client_secret": "x" * 43})
    unknown = order(server, {**GRANT, "client_id": "isoloir_nobody", "client_secret": client.secret})
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"scope": "x"}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        (GRANT, "invalid_request"),
        ({**GRANT, "client_id": "only"}, "invalid_request"),
    ],
    ids=["nothing", "another grant", "no client", "no secret"],
)
def test_an_order_of_another_form_is_refused(server: Server, form: dict[str, str], error: str) -> None:
    answer = order(server, form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize("header", ["Basic %%%", "Basic /w==", "Bearer x"], ids=["no base64", "no UTF-8", "bearer"])
def test_credentials_that_cannot_be_read_are_refused(server: Server, header: str) -> None:
    answer = order(server, GRANT, {"Authorization": header})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_credentials_given_twice_are_refused(server: Server) -> None:
    client = server.campaigns[0].client
    form = {**GRANT, "client_id": client.client_id, "client_secret": client.secret}
    assert order(server, form, {"Authorization": "Basic eDp5"}).status_code == 400
    repeated = "grant_type=client_credentials&client_id=a&client_id=b&client_secret=c"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert server.http.post("/oauth/token", content=repeated, headers=headers).status_code == 400
    assert server.http.post("/oauth/token", content=b"grant_type=\xff", headers=headers).status_code == 400


def test_a_token_is_ordered_by_a_form_only(server: Server) -> None:
    assert server.http.post("/oauth/token", json=GRANT).status_code == 415


def demanded(operation: Mapping[str, Any]) -> str:
    """Return the query without which nothing is asked at all."""
    given = [one for one in operation.get("parameters", ()) if one.get("in") == "query" and one.get("required")]
    return f"?{urlencode([(one['name'], one['schema']['examples'][0]) for one in given])}" if given else ""


def operations(server: Server) -> list[tuple[str, str, list[str]]]:
    return [
        (method.upper(), re.sub(r"\{\w+\}", NOBODY, path) + demanded(operation), scopes)
        for path, found in server.description["paths"].items()
        for method, operation in found.items()
        for scopes in [way["oauth2"] for way in operation.get("security", ()) if way.get("oauth2")]
    ]


def test_every_route_with_personal_data_asks_for_token_scope_and_purpose(server: Server) -> None:
    powerless = server.token(server.campaigns[0].powerless)
    able = server.token(server.campaigns[0].client)
    known = {"Processing-Purpose": "contact_management"}
    checked = operations(server)
    assert len(checked) >= 15
    for method, path, _ in checked:
        given: list[tuple[dict[str, str], int, str]] = [
            (known, 401, "unauthenticated"),
            ({**known, "Authorization": "Bearer forged"}, 401, "unauthenticated"),
            ({**known, "Authorization": f"Bearer {powerless}"}, 403, "not-allowed"),
            ({"Authorization": f"Bearer {able}"}, 400, "purpose-not-declared"),
        ]
        for headers, status, code in given:
            answer = server.http.request(method, path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (status, code), (method, path)
            server.check(method, path, answer)


def test_every_read_refuses_a_purpose_that_is_unknown_or_not_the_clients(server: Server) -> None:
    reads = [path for method, path, _ in operations(server) if method == "GET"]
    assert len(reads) >= 6
    for path in reads:
        unknown = server.ask("GET", path, purpose="curiosity")
        assert (unknown.status_code, unknown.json()["code"]) == (400, "purpose-not-declared"), path
        foreign = server.ask("GET", path, purpose="membership_management")
        assert (foreign.status_code, foreign.json()["code"]) == (403, "not-allowed"), path


def test_a_token_of_ours_with_one_letter_changed_is_not_valid(server: Server) -> None:
    token = server.token(server.campaigns[0].client)
    forged = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    answer = server.ask("GET", "/v1/elections", headers={"Authorization": f"Bearer {forged}"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_documentation_names_every_scope() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [scope for scope in SCOPES if f"| `{scope}` |" not in text] == []
