"""The cipher against vectors from outside, and the one error."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import aead
from crypto.campaign_keys import CampaignKey, CampaignKeys
from kernel.errors import Invalid
from tests.crypto.factories import CAMPAIGN, KEY, assert_unopenable, flipped

VECTORS = Path(__file__).parent / "vectors"


def cases(name: str) -> list[dict[str, bytes | None]]:
    found = []
    for block in (VECTORS / name).read_text().split("\n\n"):
        if block.startswith("Count"):
            pairs = re.findall(r"^(Key|IV|PT|AAD|CT|Tag) = ?(.*)$", block, re.MULTILINE)
            case: dict[str, bytes | None] = {name: bytes.fromhex(value) for name, value in pairs}
            found.append({"PT": None, **case})
    return found


@pytest.mark.parametrize("case", cases("nist_gcm_encrypt_256.txt"), ids=lambda case: case["Tag"].hex()[:8])
def test_sealing_gives_what_nist_expects(case: dict[str, bytes]) -> None:
    sealed = aead.unsafe_seal(case["Key"], case["PT"], case["AAD"], case["IV"])
    assert sealed == case["IV"] + case["CT"] + case["Tag"]


@pytest.mark.parametrize("case", cases("nist_gcm_decrypt_256.txt"), ids=lambda case: case["Tag"].hex()[:8])
def test_opening_gives_what_nist_expects_and_refuses_what_nist_refuses(case: dict[str, bytes | None]) -> None:
    key, nonce, text, tag, associated = (case[name] or b"" for name in ("Key", "IV", "CT", "Tag", "AAD"))
    if case["PT"] is None:
        assert_unopenable(lambda: aead.open_sealed(key, nonce + text + tag, associated))
    else:
        assert aead.open_sealed(key, nonce + text + tag, associated) == case["PT"]


def test_the_vectors_hold_cases_of_both_kinds() -> None:
    opened = [case["PT"] is not None for case in cases("nist_gcm_decrypt_256.txt")]
    assert (opened.count(True), opened.count(False)) == (25, 25)


def hmac_cases() -> list[tuple[bytes, ...]]:
    blocks = (VECTORS / "rfc_4231_hmac_sha256.txt").read_text().split("Len = ")[1:]
    found = [re.findall(r"^(?:Key|Msg|MD) = (.*)$", block, re.MULTILINE) for block in blocks]
    # Our keys have 32 bytes. HMAC pads with zeros, so a shorter key is the same key padded; longer ones are not ours.
    return [tuple(bytes.fromhex(value) for value in case) for case in found if len(case[0]) <= 64]


@pytest.mark.parametrize(("key", "message", "digest"), hmac_cases(), ids=lambda value: value.hex()[:8])
def test_the_keyed_hash_gives_what_rfc_4231_expects(key: bytes, message: bytes, digest: bytes) -> None:
    keys = CampaignKeys(CAMPAIGN, [CampaignKey("index:email", 1, "active", key.ljust(32, b"\0"))])
    mac = keys.mac("index:email", 1).copy()
    mac.update(message)
    assert mac.finalize() == digest


@given(st.binary(max_size=80), st.binary(max_size=40))
def test_what_was_sealed_opens(plain: bytes, associated: bytes) -> None:
    assert aead.open_sealed(KEY, aead.seal(KEY, plain, associated), associated) == plain


@given(st.binary(max_size=30), st.data())
def test_any_bit_turned_fails(plain: bytes, data: st.DataObject) -> None:
    sealed = aead.seal(KEY, plain, b"")
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    assert_unopenable(lambda: aead.open_sealed(KEY, flipped(sealed, bit), b""))


@pytest.mark.parametrize("length", range(28))
def test_what_is_too_short_to_be_sealed_fails(length: int) -> None:
    assert_unopenable(lambda: aead.open_sealed(KEY, aead.seal(KEY, b"", b"")[:length], b""))


def test_nonces_and_keys_differ() -> None:
    for drawn, size in ((aead.draw_nonces(500), 12), (aead.draw_keys(500), 32)):
        assert [len(each) for each in drawn] == [size] * 500
        assert all(one != other for one, other in pairwise(sorted(drawn)))


def test_two_sealings_of_one_value_differ() -> None:
    assert aead.seal(KEY, b"x", b"") != aead.seal(KEY, b"x", b"")


def test_a_value_of_another_size_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="a key must be 32 bytes"):
        aead.require_size(KEY[1:], 32, "a key")
