"""Person keys: drawn, wrapped, wrapped anew, and the reference that dies with them."""

import hmac
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.campaign_keys import CampaignKey, CampaignKeys
from crypto.person_keys import (
    Wrapped,
    new_person_keys,
    rewrap_person_keys,
    subject_reference,
    subject_references,
    unwrap_person_keys,
    wrap_person_keys,
)
from kernel.errors import Invalid
from tests.crypto.factories import (
    CAMPAIGN,
    KEY,
    OTHER_CAMPAIGN,
    OTHER_KEY,
    OTHER_PERSON,
    PERSON,
    assert_unopenable,
    campaign_keys,
    flipped,
    secret,
)

KEYS = campaign_keys()
PERSONS = st.binary(min_size=16, max_size=16)
ENTRIES = st.lists(
    st.tuples(PERSONS, st.integers(0, 65535), st.integers(0, 255), st.binary(min_size=32, max_size=32)), max_size=5
)


def wrapped_key() -> bytes:
    return wrap_person_keys(KEYS, [(PERSON, 1, 1, KEY)])[1][0]


def rotated() -> CampaignKeys:
    return CampaignKeys(
        CAMPAIGN,
        [
            CampaignKey("kek", 1, "retiring", KEYS.active("kek").secret),
            CampaignKey("kek", 2, "active", secret("kek 2")),
        ],
    )


@given(ENTRIES)
def test_wrapped_keys_unwrap_in_order(entries: list[tuple[bytes, int, int, bytes]]) -> None:
    version, wrapped = wrap_person_keys(KEYS, entries)
    assert [len(each) for each in wrapped] == [60] * len(entries)
    rows: list[Wrapped] = [(*entry[:3], version, each) for entry, each in zip(entries, wrapped, strict=True)]
    assert unwrap_person_keys(KEYS, rows) == [entry[3] for entry in entries]


@given(ENTRIES)
def test_keys_wrapped_anew_are_the_same_keys_under_the_new_version(
    entries: list[tuple[bytes, int, int, bytes]],
) -> None:
    _, wrapped = wrap_person_keys(KEYS, entries)
    rows: list[Wrapped] = [(*entry[:3], 1, each) for entry, each in zip(entries, wrapped, strict=True)]
    version, anew = rewrap_person_keys(rotated(), rows)
    assert version == 2
    after: list[Wrapped] = [(*entry[:3], 2, each) for entry, each in zip(entries, anew, strict=True)]
    assert unwrap_person_keys(rotated(), after) == [entry[3] for entry in entries]
    assert not set(anew) & set(wrapped)


def test_rows_under_two_versions_unwrap_side_by_side() -> None:
    keys = rotated()
    _, (new,) = wrap_person_keys(keys, [(PERSON, 1, 1, OTHER_KEY)])
    rows: list[Wrapped] = [(PERSON, 1, 1, 1, wrapped_key()), (PERSON, 1, 1, 2, new), (PERSON, 1, 1, 1, wrapped_key())]
    assert unwrap_person_keys(keys, rows) == [KEY, OTHER_KEY, KEY]


@pytest.mark.parametrize(
    "row",
    [
        (OTHER_PERSON, 1, 1, 1),
        (PERSON, 2, 1, 1),
        (PERSON, 1, 2, 1),
        (PERSON, 1, -1, 1),
        (PERSON, 1, 1, 2),
        (PERSON, 1, 1, 9),
    ],
    ids=["person", "compartment", "generation", "no generation", "version", "unknown version"],
)
def test_a_wrapped_key_is_bound_to_its_row(row: tuple[bytes, int, int, int]) -> None:
    assert_unopenable(lambda: unwrap_person_keys(rotated(), [(*row, wrapped_key())]))


def test_a_wrapped_key_is_bound_to_its_campaign_even_under_the_same_kek() -> None:
    same_kek = CampaignKeys(OTHER_CAMPAIGN, [KEYS.active("kek")])
    assert unwrap_person_keys(KEYS, [(PERSON, 1, 1, 1, wrapped_key())]) == [KEY]
    assert_unopenable(lambda: unwrap_person_keys(same_kek, [(PERSON, 1, 1, 1, wrapped_key())]))


def test_two_wrapped_keys_swapped_fail() -> None:
    _, (one, other) = wrap_person_keys(KEYS, [(PERSON, 1, 1, KEY), (OTHER_PERSON, 1, 1, OTHER_KEY)])
    assert_unopenable(lambda: unwrap_person_keys(KEYS, [(PERSON, 1, 1, 1, other)]))
    assert_unopenable(lambda: unwrap_person_keys(KEYS, [(OTHER_PERSON, 1, 1, 1, one)]))


def test_any_bit_of_a_wrapped_person_key_turned_fails() -> None:
    wrapped = wrapped_key()
    for bit in range(8 * len(wrapped)):
        assert_unopenable(partial(unwrap_person_keys, KEYS, [(PERSON, 1, 1, 1, flipped(wrapped, bit))]))


@pytest.mark.parametrize("length", [0, 11, 12, 59])
def test_a_wrapped_person_key_cut_short_or_longer_fails(length: int) -> None:
    assert_unopenable(lambda: unwrap_person_keys(KEYS, [(PERSON, 1, 1, 1, wrapped_key()[:length])]))
    assert_unopenable(lambda: unwrap_person_keys(KEYS, [(PERSON, 1, 1, 1, wrapped_key() + bytes(length + 1))]))


@pytest.mark.parametrize(
    "entry",
    [(PERSON, 65536, 1, KEY), (PERSON, 1, 256, KEY), (PERSON[1:], 1, 1, KEY), (PERSON, 1, 1, KEY[:16])],
    ids=["compartment", "generation", "person", "key"],
)
def test_what_does_not_fit_is_refused(entry: tuple[bytes, int, int, bytes]) -> None:
    with pytest.raises(Invalid):
        wrap_person_keys(KEYS, [entry])


def test_new_person_keys_are_32_bytes_and_differ() -> None:
    keys = new_person_keys(300)
    assert {len(key) for key in keys} == {32}
    assert len(set(keys)) == 300


@given(PERSONS, st.binary(min_size=32, max_size=32))
def test_a_reference_is_a_keyed_hash_under_a_salt_that_is_one_too(person: bytes, key: bytes) -> None:
    salt = hmac.digest(key, b"isoloir subject salt v1", "sha256")
    named = hmac.digest(KEYS.active("audit:reference").secret, person + salt, "sha256")
    assert subject_reference(KEYS, person, key) == named[:16]


def test_a_reference_changes_with_person_key_and_campaign() -> None:
    reference = subject_reference(KEYS, PERSON, KEY)
    assert len(reference) == 16
    assert reference == subject_reference(KEYS, PERSON, KEY)
    assert reference != subject_reference(KEYS, OTHER_PERSON, KEY)
    assert reference != subject_reference(KEYS, PERSON, OTHER_KEY)
    assert reference != subject_reference(campaign_keys(OTHER_CAMPAIGN), PERSON, KEY)


def test_references_of_many_are_those_of_each() -> None:
    persons = [(PERSON, KEY), (OTHER_PERSON, OTHER_KEY)]
    expected = [subject_reference(KEYS, *person) for person in persons]
    assert subject_references(KEYS.active("audit:reference"), persons) == expected


@pytest.mark.parametrize("person", [(PERSON[1:], KEY), (PERSON, KEY[1:])], ids=["person", "key"])
def test_a_reference_of_what_has_another_size_is_refused(person: tuple[bytes, bytes]) -> None:
    with pytest.raises(Invalid):
        subject_reference(KEYS, *person)
