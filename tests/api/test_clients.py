"""Client programs over HTTP: created, shown, rotated, revoked, and never stronger than who makes them."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.clients import Credentials
from accounts.scopes import SCOPES
from tests.api.serving import Server

PURPOSE = "administration"


def made(server: Server, *scopes: str, **more: Any) -> Credentials:  # noqa: ANN401
    body = {"name": "outil", "scopes": list(scopes), "purposes": ["contact_management", PURPOSE], **more}
    answer = server.ask("POST", "/v1/clients", body, purpose=PURPOSE)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/clients/{answer.json()['client_id']}"
    return Credentials(answer.json()["client_id"], answer.json()["client_secret"])


def by(server: Server, client: Credentials) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.token(client)}"}


def order(server: Server, client: Credentials, **more: str) -> Any:  # noqa: ANN401
    form = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": client.secret}
    answer = server.http.post("/oauth/token", data=form | more)
    server.check("POST", "/oauth/token", answer)
    return answer


def test_a_client_is_made_shown_listed_and_used(server: Server) -> None:
    client = made(server, "contacts:read:phone", networks=["127.0.0.0/8"], expires_at="2090-01-01T00:00:00Z")
    assert order(server, client).json()["scope"] == "contacts:read:phone"
    shown = server.ask("GET", f"/v1/clients/{client.client_id}", purpose=PURPOSE)
    assert shown.json()["networks"] == ["127.0.0.0/8"]
    assert shown.json()["last_used_at"]
    listed = server.listed("/v1/clients", purpose=PURPOSE)
    assert shown.json() in listed
    assert client.secret not in shown.text + str(listed)


def test_a_secret_is_rotated_and_the_old_one_holds_for_the_overlap(server: Server) -> None:
    client = made(server, "contacts:read")
    path = f"/v1/clients/{client.client_id}/secrets"
    beside = server.ask("POST", path, {"overlap_seconds": 3600}, purpose=PURPOSE).json()["client_secret"]
    assert order(server, client).status_code == 200
    alone = server.ask("POST", path, {"overlap_seconds": 0}, purpose=PURPOSE).json()["client_secret"]
    secrets = {client.secret: 401, beside: 401, alone: 200}
    for secret, status in secrets.items():
        assert order(server, Credentials(client.client_id, secret)).status_code == status
    assert server.ask("POST", path, {"overlap_seconds": 10**9}, purpose=PURPOSE).status_code == 422


def test_a_revoked_client_gets_no_token_and_no_secret(server: Server) -> None:
    client = made(server, "contacts:read")
    path = f"/v1/clients/{client.client_id}"
    assert server.ask("POST", f"{path}/revocation", purpose=PURPOSE).status_code == 204
    assert order(server, client).status_code == 401
    assert server.ask("POST", f"{path}/secrets", {}, purpose=PURPOSE).status_code == 409
    assert server.ask("GET", path, purpose=PURPOSE).json()["revoked_at"]


def test_a_client_makes_none_that_may_do_more(server: Server) -> None:
    weak = made(server, "clients:read", "clients:write", "contacts:read")
    body = {"name": "x", "purposes": ["contact_management"], "scopes": ["contacts:write"]}
    refused = server.ask("POST", "/v1/clients", body, purpose=PURPOSE, headers=by(server, weak))
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    strong = server.campaigns[0].client.client_id
    taken = server.ask("POST", f"/v1/clients/{strong}/secrets", {}, purpose=PURPOSE, headers=by(server, weak))
    assert taken.status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": ["contacts:everything"]},
        {"scopes": ["contacts:read:health"]},
        {"purposes": ["curiosity"]},
        {"networks": ["192.0.2.1/24"]},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2090-01-01T00:00:00"},
        {"name": ""},
        {"secret": "of my own"},
    ],
)
def test_what_has_no_meaning_makes_no_client(server: Server, change: dict[str, Any]) -> None:
    body = {"name": "x", "purposes": [], "scopes": [], **change}
    assert server.ask("POST", "/v1/clients", body, purpose=PURPOSE).status_code == 422


def test_clients_are_looked_after_for_one_purpose(server: Server) -> None:
    for method, path in (("GET", "/v1/clients"), ("GET", "/v1/clients/x"), ("POST", "/v1/clients/x/revocation")):
        assert server.ask(method, path, purpose="contact_management").status_code == 403
        assert server.ask(method, path, purpose="curiosity").status_code == 400


def test_a_narrowed_client_sees_its_categories_and_writes_no_others(server: Server) -> None:
    narrow = made(server, "contacts:read:phone", "contacts:write:phone", "contacts:write:identity")
    name = f"Secret{uuid4().hex}"
    contact = server.contact(0, last_name=name, phone=["+33639980102"])
    seen = server.ask("GET", f"/v1/contacts/{contact}", headers=by(server, narrow))
    assert (seen.json()["fields"], seen.json()["category"]) == ({"phone": ["+33639980102"]}, None)
    assert name not in seen.text
    body = server.proposed(last_name="Petit", note=["canary-4711"])
    refused = server.ask("POST", "/v1/contacts", body, headers=by(server, narrow))
    assert (refused.status_code, refused.json()["detail"]) == (403, "the client's scopes do not reach: note")
    assert "canary" not in refused.text


def test_a_token_may_be_asked_for_less(server: Server) -> None:
    client = server.campaigns[0].client
    assert order(server, client, scope="contacts:read").json()["scope"] == "contacts:read"
    refused = order(server, client, scope="contacts:read contacts:everything")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


def test_the_token_endpoint_describes_itself(server: Server) -> None:
    path = "/.well-known/oauth-authorization-server"
    told = server.http.get(path)
    server.check("GET", path, told)
    assert told.json()["issuer"] == server.url
    assert told.json()["token_endpoint"] == f"{server.url}/oauth/token"
    assert set(told.json()["scopes_supported"]) == SCOPES


def test_a_narrowed_client_sends_and_decides_on_no_list_for_a_list_writes_every_category(server: Server) -> None:
    narrow = made(server, "contacts:write:phone", "imports:write")
    given = by(server, narrow) | {"Content-Type": "text/csv", "Processing-Purpose": "contact_management"}
    path = f"/v1/imports?origin={server.origin()}"
    sent = server.http.post(path, content=b"nationbuilder_id,last_name,email\n", headers=given)
    decided = {"columns": [{"position": 1, "field": "email"}]}
    said = server.http.post(
        f"/v1/imports/{uuid4()}/mapping", json=decided, headers=given | {"Content-Type": "application/json"}
    )
    for refused in (sent, said):
        assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
