"""A flood of wrong requests at the token endpoint: right ones are answered, and the log tells of it once."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from accounts.clients import read_public_id
from tests.api.serving import Server, serving

GRANT = {"grant_type": "client_credentials"}
WRONG = 400
THREADS = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def flooded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else ""
    quotas = {"ISOLOIR_RATE_FAILURES": "20", "ISOLOIR_RATE_GUESSES": "5", "ISOLOIR_RATE_TOKENS": "1000"}
    with serving(url, tmp_path, **quotas) as server:
        yield server


def wrong_forms(server: Server) -> list[dict[str, str] | bytes]:
    known = server.campaigns[0].client
    return [
        {**GRANT, "client_id": known.client_id, "client_secret": "x" * 43},
        {**GRANT, "client_id": known.client_id[:-3] + "AAA", "client_secret": known.secret},
        {**GRANT, "client_id": "isoloir_" + "A" * 43, "client_secret": "x"},
        {**GRANT, "client_id": "isoloir_", "client_secret": ""},
        {**GRANT, "client_id": "é" * 50, "client_secret": "\ufffe"},
        b"\xff\xfe=&&&grant_type=client_credentials&client_id=%ff&client_secret=%00",
        b"a=1&" * 20_000,
    ]


def test_right_requests_are_answered_beside_a_flood_of_wrong_ones(flooded: Server) -> None:
    """Half of the right ones share the flood's own address."""
    forms, statuses = wrong_forms(flooded), Counter[int]()
    good = flooded.campaigns[0].client
    right = {**GRANT, "client_id": good.client_id, "client_secret": good.secret}
    assert flooded.http.post("/oauth/token", data=right).status_code == 200

    def flood(place: int) -> None:
        with httpx2.Client(base_url=flooded.url, timeout=60) as http:
            for number in range(WRONG // THREADS):
                form = forms[(number + place) % len(forms)]
                given = {"content": form} if isinstance(form, bytes) else {"data": form}
                kind = {"Content-Type": "application/x-www-form-urlencoded"}
                statuses[http.post("/oauth/token", headers=kind, **given).status_code] += 1

    threads = [threading.Thread(target=flood, args=(place,)) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    near, far = [], []
    with httpx2.Client(
        transport=httpx2.HTTPTransport(local_address="127.0.0.2"), base_url=flooded.url, timeout=60
    ) as away:
        for _ in range(20):
            near.append(flooded.http.post("/oauth/token", data=right).status_code)
            far.append(away.post("/oauth/token", data=right).status_code)
    for thread in threads:
        thread.join()
    assert (set(near), set(far)) == ({200}, {200})
    assert set(statuses) <= {400, 401, 429}
    assert sum(statuses.values()) == WRONG
    # What was looked at: the quota of failures, what flowed back meanwhile, and what the threads had in hand.
    assert statuses[401] < WRONG / 4
    assert statuses[429] > WRONG / 4


def test_a_flood_leaves_one_entry_a_minute_for_each_client(flooded: Server) -> None:
    known = flooded.campaigns[0].client
    flooded.token(known)
    wrong = {**GRANT, "client_id": known.client_id, "client_secret": "x" * 43}
    failed = [flooded.http.post("/oauth/token", data=wrong).status_code for _ in range(30)]
    entries = flooded.entries("client.refused")
    client = str(read_public_id(known.client_id)[1])
    assert [(one["actor_id"], one["outcome"]) for one in entries] == [(client, "refused")]
    assert entries[0]["counts"] == {"rule.authentication": 1}
    assert failed[0] == 401
    assert failed.count(429) > 15
