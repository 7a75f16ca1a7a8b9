"""Seed mailboxes over the API: registered, listed and ended by whoever keeps the registers."""

from uuid import uuid4

from tests.api.serving import Server

PURPOSE, OTHER = "administration", 1
"""Not in the campaign whose exports other tests count."""


def test_a_mailbox_is_registered_once_listed_and_ended(server: Server) -> None:
    address = f"{uuid4().hex}@parti.example.org"
    made = server.ask("POST", "/v1/seeds", {"address": address}, purpose=PURPOSE, campaign=OTHER)
    assert made.status_code == 201
    assert (
        server.ask("POST", "/v1/seeds", {"address": address.upper()}, purpose=PURPOSE, campaign=OTHER).status_code
        == 409
    )
    assert server.ask("POST", "/v1/seeds", {"address": "nobody"}, purpose=PURPOSE, campaign=OTHER).status_code == 422
    here = {
        one["id"]: one
        for one in server.ask("GET", "/v1/seeds?limit=200", purpose=PURPOSE, campaign=OTHER).json()["seeds"]
    }
    assert (here[made.json()["id"]]["address"], here[made.json()["id"]]["ended_at"]) == (address, None)
    path = f"/v1/seeds/{made.json()['id']}/end"
    assert [server.ask("POST", path, purpose=PURPOSE, campaign=OTHER).status_code for _ in range(2)] == [204, 404]
