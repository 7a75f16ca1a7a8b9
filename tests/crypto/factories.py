"""Keys and fields for tests: fixed where a value must repeat, drawn where it must not."""

import hashlib
from collections.abc import Callable

import pytest

from crypto.aead import NONCE_SIZE
from crypto.campaign_keys import PURPOSES, CampaignKey, CampaignKeys
from crypto.record import Field
from kernel.errors import Unopenable

CAMPAIGN = bytes(range(16))
OTHER_CAMPAIGN = bytes(range(1, 17))
PERSON = bytes(range(16, 32))
OTHER_PERSON = bytes(range(17, 33))
KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
NONCES = [bytes([number]) * NONCE_SIZE for number in range(1, 6)]

FIELDS = [
    Field(1, 7, 9500, b"GARC\xc3\x8dA"),
    Field(7, 7, 9500, b"a@example.fr"),
    Field(7, 8, 9501, b"b@example.fr"),
    Field(10, 8, 9502, b""),
]


def secret(name: str) -> bytes:
    """Return 32 bytes that are the same in every run."""
    return hashlib.sha256(name.encode()).digest()


def campaign_keys(campaign: bytes = CAMPAIGN) -> CampaignKeys:
    """Return one active key for each purpose, the same in every run, another for every campaign."""
    return CampaignKeys(
        campaign, [CampaignKey(p, 1, "active", secret(f"{campaign.hex()} {p}")) for p in sorted(PURPOSES)]
    )


def flipped(sealed: bytes, bit: int) -> bytes:
    """Return the bytes with one bit turned."""
    changed = bytearray(sealed)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


def assert_unopenable(act: Callable[[], object]) -> None:
    """Check that the act fails with the one error, which says nothing of the cause."""
    with pytest.raises(Unopenable) as caught:
        act()
    assert type(caught.value) is Unopenable
    assert str(caught.value) == str(Unopenable())
    assert caught.value.__cause__ is None
