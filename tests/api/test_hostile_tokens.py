"""The table of hostile tokens at the door itself, made with the campaign's real key: one answer for all of them."""

import json
import time
from base64 import urlsafe_b64decode
from typing import Any

import pytest

from accounts.authenticate import TOKEN, key_name
from accounts.clients import create_client, read_public_id, revoke_client
from accounts.scopes import ADMINISTRATION
from audit.events import Event
from audit.note import Note
from installation.open import open_installation
from kernel.actor import operator_in
from kernel.identity import CampaignId
from tests.accounts.hostile import HOSTILE, Reader
from tests.api.serving import Server

ROUTE = "/v1/elections"


@pytest.fixture
def reader(server: Server) -> Reader:
    """Steal the campaign's signing key: only what is wrong with a token may refuse it."""
    ours, other = server.campaigns[:2]
    token = server.token(ours.client)
    header, payload = (json.loads(urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    now = int(time.time())
    with open_installation(server.settings) as installation:
        keys = {}
        for campaign in (ours.id, other.id):
            with installation.register.open(operator_in(campaign), ADMINISTRATION) as processing:
                keys[campaign] = processing.keys.active(TOKEN)
                processing.note(Note(event=Event.LAW_READ, counts={}))
    return Reader(
        secret=keys[ours.id].secret,
        header=header,
        payload=payload | {"iat": now, "exp": now + 600},
        other_secret=keys[other.id].secret,
        other_kid=key_name(other.id, keys[other.id].version),
        other_campaign=str(other.id),
        other_client=str(read_public_id(other.client.client_id)[1]),
    )


def asked(server: Server, token: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Ask, and return all of the answer but what differs from one request to the next."""
    headers = {"Authorization": b"Bearer " + token.encode("utf-8", "replace"), "Processing-Purpose": "canvassing"}
    answer = server.http.get(ROUTE, headers=headers)  # type: ignore[arg-type]
    body = answer.json()
    body.pop("instance", None)
    told = {name: value for name, value in answer.headers.items() if name not in {"date", "request-id"}}
    return answer.status_code, body, told


def test_a_token_made_with_the_stolen_key_is_good(server: Server, reader: Reader) -> None:
    assert asked(server, reader.signed())[0] == 200


def test_every_hostile_token_is_refused_with_one_answer(server: Server, reader: Reader) -> None:
    sendable = {name: token for name, make in HOSTILE.items() if "\n" not in (token := make(reader))}
    assert len(sendable) > 90
    answers = {name: asked(server, token) for name, token in sendable.items() if token}
    expected = answers["alg none, unsigned"]
    assert expected[0] == 401
    assert {name: answer for name, answer in answers.items() if answer != expected} == {}


def test_the_token_of_a_revoked_client_is_refused_with_the_same_answer(server: Server, reader: Reader) -> None:
    with open_installation(server.settings) as installation:
        operator = operator_in(CampaignId(server.campaigns[0].id))
        given = {"name": "bientôt révoqué", "scopes": ["contacts:read"], "purposes": ["canvassing"]}
        made = create_client(installation.register, operator, **given)  # type: ignore[arg-type]
        token = server.token(made)
        with installation.register.open(operator, ADMINISTRATION) as processing:
            revoke_client(processing, made.client_id)
    # Not used before it was revoked, it was remembered nowhere.
    assert asked(server, token) == asked(server, HOSTILE["alg none, unsigned"](reader))
