"""The order of rows: keyed by campaign and export, the same each time, and telling nothing without the key."""

import hmac
from hashlib import sha256

import pytest

from crypto.campaign_keys import CampaignKey
from crypto.row_order import PLACE_SIZE, row_order
from kernel.errors import Invalid

KEY = CampaignKey("audit:reference", 1, "active", bytes(range(32)))
EXPORT, PERSON = b"e" * 16, b"p" * 16


def test_a_place_is_two_hashes_under_the_campaigns_key() -> None:
    secret = hmac.new(KEY.secret, b"isoloir row order v1" + EXPORT, sha256).digest()
    assert row_order(KEY, EXPORT)(PERSON) == hmac.new(secret, PERSON, sha256).digest()[:PLACE_SIZE]


def test_another_export_or_campaign_is_another_order() -> None:
    persons = [bytes([number]) * 16 for number in range(40)]
    other = CampaignKey("audit:reference", 1, "active", bytes(32))
    orders = [sorted(persons, key=row_order(*told)) for told in ((KEY, EXPORT), (KEY, b"f" * 16), (other, EXPORT))]
    assert sorted(persons, key=row_order(KEY, EXPORT)) == orders[0]
    assert len({b"".join(one) for one in orders} | {b"".join(persons)}) == 4


def test_ids_are_of_one_length() -> None:
    with pytest.raises(Invalid):
        row_order(KEY, b"short")
    with pytest.raises(Invalid):
        row_order(KEY, EXPORT)(b"longer than sixteen bytes")
