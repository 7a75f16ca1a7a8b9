"""One sealed value: it opens where it was sealed and nowhere else."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.campaign_keys import CampaignKey, CampaignKeys
from crypto.value import open_value, seal_value
from tests.crypto.factories import CAMPAIGN, OTHER_CAMPAIGN, assert_unopenable, campaign_keys, flipped, secret

KEYS = campaign_keys()
BODY = KEYS.active("audit:body")


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_a_value_opens_in_its_context(plain: bytes, context: bytes) -> None:
    assert open_value(KEYS, "audit:body", context, seal_value(BODY, context=context, plain=plain)) == plain


def test_a_value_names_the_key_it_was_sealed_under() -> None:
    newer = CampaignKey("audit:body", 2, "active", secret("newer"))
    keys = CampaignKeys(CAMPAIGN, [CampaignKey("audit:body", 1, "retiring", BODY.secret), newer])
    for key in (BODY, newer):
        assert open_value(keys, "audit:body", b"c", seal_value(key, context=b"c", plain=b"x")) == b"x"


@given(st.binary(max_size=30), st.data())
def test_any_change_of_a_value_fails(plain: bytes, data: st.DataObject) -> None:
    sealed = seal_value(BODY, context=b"c", plain=plain)
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    length = data.draw(st.integers(0, len(sealed) - 1))
    more = data.draw(st.binary(min_size=1, max_size=20))
    for changed in (flipped(sealed, bit), sealed[:length], sealed + more):
        assert_unopenable(partial(open_value, KEYS, "audit:body", b"c", changed))


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_a_value_does_not_open_in_another_context(context: bytes, other: bytes) -> None:
    sealed = seal_value(BODY, context=context, plain=b"x")
    if other == context:
        assert open_value(KEYS, "audit:body", other, sealed) == b"x"
    else:
        assert_unopenable(lambda: open_value(KEYS, "audit:body", other, sealed))


def test_a_value_does_not_open_in_another_campaign_or_for_another_purpose() -> None:
    sealed = seal_value(BODY, context=b"c", plain=b"x")
    assert_unopenable(lambda: open_value(campaign_keys(OTHER_CAMPAIGN), "audit:body", b"c", sealed))
    assert_unopenable(lambda: open_value(KEYS, "fingerprint", b"c", sealed))


def test_two_purposes_that_share_a_secret_do_not_open_each_others_values() -> None:
    names = ("index:email", "index:phone")
    one, other = (CampaignKey(name, 1, "active", BODY.secret) for name in names)
    sealed = seal_value(one, context=b"c", plain=b"x")
    assert open_value(CampaignKeys(CAMPAIGN, [one, other]), one.purpose, b"c", sealed) == b"x"
    assert_unopenable(lambda: open_value(CampaignKeys(CAMPAIGN, [one, other]), other.purpose, b"c", sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01\x00", b"\x01\x00\x01"], ids=["0", "1", "2", "3"])
def test_what_is_too_short_fails(sealed: bytes) -> None:
    assert_unopenable(lambda: open_value(KEYS, "audit:body", b"c", sealed))
