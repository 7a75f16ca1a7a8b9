"""Signing up by telephone alone: a text message asks, no number is written to without end, and none that takes none."""

import re
from pathlib import Path
from typing import Any

import pytest

from api.errors import TooManyRequests
from api.throttle import Throttle
from contacts.find import find_holders
from kernel.identity import random_uuid
from tests.factories import MANAGING, count, later, opened_world
from tests.signups.test_signup import standings
from tests.signups.visiting import SECRET, URL, texts_of, visiting

GATEWAY: dict[str, Any] = {"sms_secret": SECRET, "sms_url": "https://127.0.0.1/sms"}
SILENT = ("01 42 34 56 78", "0892 123 456", "0800 123 456", "+44 909 879 0000")
"""A landline, and numbers that cost whoever sends to them."""


def test_whoever_has_no_mailbox_confirms_by_their_telephone(sqlite_url: str, tmp_path: Path) -> None:
    with visiting(sqlite_url, tmp_path, **GATEWAY) as visitor:
        page = visitor.page("inscription")
        assert 'id="email" name="email" type="email" value="" maxlength="300" autocomplete="email" required' not in (
            visitor.http.get(page).text
        )
        for wrong in ({"channels": "email", "phone": "0612345678"}, {"channels": "call", "phone": "06"},
                      *({"channels": "call", "phone": number} for number in SILENT)):  # fmt: skip
            assert visitor.post(page, **wrong).status_code == 422
        assert visitor.post(page, channels=["call", "sms"], phone="06 12 34 56 78").status_code == 200
        (asked,) = texts_of(visitor.world)
        link = re.search(rf"{URL}(/confirmation/\S+)", asked.text)
        assert link
        later(visitor.world, seconds=1)
        assert visitor.http.get(link[1]).status_code == 200
        assert count(visitor.world, "contact") == 0
        assert visitor.post(link[1]).status_code == 200
        with visitor.world.register.open(visitor.world.actor, MANAGING) as processing:
            (person,) = find_holders(processing, ("phone", "0612345678"))
        told = {("message_campaign", "sms"): "proven", ("phone_canvassing", "call"): "proven"}
        assert standings(visitor.world, person) == told
        _, confirmed = texts_of(visitor.world)
        assert (confirmed.to, confirmed.person) == ("06 12 34 56 78", person)
        way_out = re.search(rf"{URL}(/unsubscribe/\S+)\. ", confirmed.text)
        assert way_out
        assert visitor.post(way_out[1], do="everything").status_code == 200
        assert standings(visitor.world, person)["*", "all"] == "withdrawn"


def test_without_a_gateway_everybody_names_a_mailbox(sqlite_url: str, tmp_path: Path) -> None:
    with visiting(sqlite_url, tmp_path) as visitor:
        answer = visitor.post(visitor.page("inscription"), channels="call", phone="0612345678")
        assert answer.status_code == 422
        assert 'href="#email"' in answer.text


def test_a_number_is_written_to_some_times_a_day_however_it_is_typed(sqlite_url: str, tmp_path: Path) -> None:
    with visiting(sqlite_url, tmp_path, **GATEWAY) as visitor:
        typed = ("0612345678", "06 12 34 56 78", "+33612345678", "0033 612345678", "06.12.34.56.78", "+33(0)612345678")
        page = visitor.page("inscription")
        statuses = [visitor.post(page, channels="call", phone=number).status_code for number in typed]
        assert statuses == [200] * 5 + [429]
        assert len(texts_of(visitor.world)) == 5


def test_whoever_types_one_number_after_another_is_stopped(sqlite_url: str, tmp_path: Path) -> None:
    with opened_world(sqlite_url, tmp_path) as world:
        installation, campaign = world.installation, random_uuid()
        throttle = Throttle(installation.buckets, installation.settings)

        def ask(host: str, address: str) -> None:
            throttle.admit_letter({"type": "http", "headers": [], "client": (host, 1)}, campaign, address)

        for number in range(100):
            ask("192.0.2.1", f"06123456{number:02}")
        with pytest.raises(TooManyRequests):
            ask("192.0.2.1", "0712345678")
        ask("192.0.2.1", "zoe@example.org")
        ask("192.0.2.99", "0712345678")
