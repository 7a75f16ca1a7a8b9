"""Campaign keys: states, names, and their wrap under the root."""

import base64
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.campaign_keys import (
    PURPOSES,
    CampaignKey,
    CampaignKeys,
    Signer,
    State,
    new_campaign_key,
    unwrap_campaign_key,
    wrap_campaign_key,
)
from crypto.provider import EnvironmentProvider
from kernel.errors import Invalid, NotFound
from tests.crypto.factories import CAMPAIGN, KEY, OTHER_CAMPAIGN, OTHER_KEY, assert_unopenable, flipped, secret

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PROVIDER = EnvironmentProvider(f"1:{base64.b64encode(KEY).decode()},2:{base64.b64encode(OTHER_KEY).decode()}")


def kek(version: int, state: State) -> CampaignKey:
    return CampaignKey("kek", version, state, b"" if state == "destroyed" else secret(f"kek {version}"))


ROTATING = CampaignKeys(CAMPAIGN, [kek(4, "pending"), kek(3, "active"), kek(2, "retiring"), kek(1, "destroyed")])


def unwrap(
    wrapped: bytes,
    *,
    provider: EnvironmentProvider = PROVIDER,
    campaign: bytes = CAMPAIGN,
    purpose: str = "kek",
    version: int = 3,
    root_version: int = 2,
) -> CampaignKey:
    return unwrap_campaign_key(
        provider, campaign, purpose=purpose, version=version, state="active", root_version=root_version, wrapped=wrapped
    )


def test_the_active_key_seals() -> None:
    assert ROTATING.active("kek").version == 3


def test_what_signs_is_made_once_of_the_active_key_and_shows_nothing_of_it() -> None:
    keys = CampaignKeys(CAMPAIGN, [CampaignKey("checkpoint", 1, "active", secret("seed"))])
    signer = keys.signer("checkpoint")
    assert keys.signer("checkpoint") is signer
    assert signer.public == Signer.of(secret("seed")).public
    assert signer.private.private_bytes_raw() == secret("seed")
    assert "private" not in repr(signer)
    with pytest.raises(NotFound):
        keys.signer("kek")


def test_no_active_key_is_not_found_by_purpose() -> None:
    with pytest.raises(NotFound, match="index:email"):
        ROTATING.active("index:email")


@pytest.mark.parametrize("version", [2, 3, 4])
def test_living_keys_open_what_names_them(version: int) -> None:
    assert ROTATING.at("kek", version).secret == secret(f"kek {version}")


@pytest.mark.parametrize("version", [0, 1, 5])
def test_destroyed_and_unknown_keys_are_the_one_error(version: int) -> None:
    assert_unopenable(lambda: ROTATING.at("kek", version))
    assert_unopenable(lambda: ROTATING.mac("kek", version))


def test_indexes_are_written_under_the_active_and_the_pending_key_and_read_under_all_living() -> None:
    assert [key.version for key in ROTATING.writing("kek")] == [3, 4]
    assert [key.version for key in ROTATING.reading("kek")] == [3, 4, 2]
    assert ROTATING.writing("token") == ()


def test_two_active_keys_for_one_purpose_are_refused() -> None:
    with pytest.raises(Invalid, match="active"):
        CampaignKeys(CAMPAIGN, [kek(1, "active"), kek(2, "active")])


def test_two_keys_of_one_version_are_refused() -> None:
    with pytest.raises(Invalid, match="version 1"):
        CampaignKeys(CAMPAIGN, [kek(1, "active"), kek(1, "pending")])


def test_a_campaign_id_of_another_size_is_refused() -> None:
    with pytest.raises(Invalid, match="campaign id"):
        CampaignKeys(CAMPAIGN[1:], [])


@pytest.mark.parametrize(
    ("purpose", "version", "state", "value"),
    [
        ("other", 1, "active", KEY),
        ("kek", 0, "active", KEY),
        ("kek", 65536, "active", KEY),
        ("kek", 1, "resting", KEY),
        ("kek", 1, "active", KEY[:16]),
        ("kek", 1, "destroyed", KEY),
    ],
    ids=["purpose", "version 0", "version too high", "state", "short secret", "destroyed with secret"],
)
def test_a_key_no_sealed_value_could_name_is_refused(purpose: str, version: int, state: State, value: bytes) -> None:
    with pytest.raises(Invalid):
        CampaignKey(purpose, version, state, value)


@pytest.mark.parametrize("shown", [repr(kek(3, "active")), repr(ROTATING)], ids=["key", "keys"])
def test_no_secret_is_shown(shown: str) -> None:
    value = secret("kek 3")
    assert value.hex() not in shown
    assert repr(value)[2:-1] not in shown


@pytest.mark.parametrize("purpose", sorted(PURPOSES))
def test_new_keys_are_32_bytes_and_differ(purpose: str) -> None:
    one, other = new_campaign_key(purpose), new_campaign_key(purpose, 2, "pending")
    assert len(one.secret) == len(other.secret) == 32
    assert one.secret != other.secret
    assert (one.version, one.state, other.version, other.state) == (1, "active", 2, "pending")


def test_a_new_token_key_is_a_private_number_of_p256() -> None:
    assert 0 < int.from_bytes(new_campaign_key("token").secret, "big") < P256_ORDER


@pytest.mark.parametrize("purpose", sorted(PURPOSES))
def test_a_wrapped_key_unwraps_to_itself(purpose: str) -> None:
    key = new_campaign_key(purpose, 3)
    root_version, wrapped = wrap_campaign_key(PROVIDER, CAMPAIGN, key)
    assert root_version == 2
    assert unwrap(wrapped, purpose=purpose) == key


def test_a_wrapped_key_is_bound_to_campaign_purpose_version_and_root() -> None:
    _, wrapped = wrap_campaign_key(PROVIDER, CAMPAIGN, kek(3, "active"))
    assert unwrap(wrapped).secret == secret("kek 3")
    assert_unopenable(lambda: unwrap(wrapped, campaign=OTHER_CAMPAIGN))
    assert_unopenable(lambda: unwrap(wrapped, purpose="audit:body"))
    assert_unopenable(lambda: unwrap(wrapped, version=4))
    assert_unopenable(lambda: unwrap(wrapped, root_version=1))
    assert_unopenable(lambda: unwrap(wrapped, root_version=7))


@given(st.data())
def test_any_change_of_a_wrapped_campaign_key_fails(data: st.DataObject) -> None:
    _, wrapped = wrap_campaign_key(PROVIDER, CAMPAIGN, kek(3, "active"))
    bit = data.draw(st.integers(0, 8 * len(wrapped) - 1))
    length = data.draw(st.integers(0, len(wrapped) - 1))
    more = data.draw(st.binary(min_size=1, max_size=40))
    for changed in (flipped(wrapped, bit), wrapped[:length], wrapped + more):
        assert_unopenable(partial(unwrap, changed))


class OtherContextProvider(EnvironmentProvider):
    """A root that opens anything it is asked to, as one that does not commit to its key may be made to."""

    def __init__(self, plain: bytes) -> None:
        self._plain = plain

    def unwrap(self, version: int, wrapped: bytes, context: bytes) -> bytes:
        del version, wrapped, context
        return self._plain


@pytest.mark.parametrize("plain", [b"", bytes(64), bytes(63)], ids=["empty", "another context", "short"])
def test_a_key_whose_root_opens_too_much_is_still_checked(plain: bytes) -> None:
    assert_unopenable(lambda: unwrap(b"\x01x", provider=OtherContextProvider(plain)))


def test_a_key_wrapped_with_the_right_digest_but_another_length_fails() -> None:
    seen: list[bytes] = []

    class Recording(EnvironmentProvider):
        def wrap(self, plain: bytes, context: bytes) -> tuple[int, bytes]:
            seen.append(plain)
            return super().wrap(plain, context)

    provider = Recording(f"1:{base64.b64encode(KEY).decode()}")
    wrap_campaign_key(provider, CAMPAIGN, kek(3, "active"))
    short = OtherContextProvider(seen[0][:-1])
    whole = OtherContextProvider(seen[0])
    assert unwrap(b"\x01x", provider=whole) == kek(3, "active")
    assert_unopenable(lambda: unwrap(b"\x01x", provider=short))


def test_purposes_are_those_of_every_key_living_or_not() -> None:
    assert ROTATING.purposes() == {"kek"}
    assert CampaignKeys(CAMPAIGN, [kek(1, "destroyed")]).purposes() == {"kek"}
    assert CampaignKeys(CAMPAIGN, []).purposes() == frozenset()
