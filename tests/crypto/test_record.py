"""The packed record opens as it was sealed, or not at all."""

from functools import partial
from itertools import permutations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from crypto.record import (
    Field,
    Header,
    Opened,
    headers,
    open_record,
    seal_record,
    seal_records,
    unsafe_seal_records,
)
from kernel.errors import Invalid
from tests.crypto.factories import (
    CAMPAIGN,
    FIELDS,
    KEY,
    NONCES,
    OTHER_CAMPAIGN,
    OTHER_KEY,
    OTHER_PERSON,
    PERSON,
    assert_unopenable,
    flipped,
)
from tests.crypto.records import ANY_FIELDS, HEADER, fields_of, framed, pieces, put_together, reopen, seal


@given(ANY_FIELDS)
def test_what_was_sealed_opens_in_its_order(fields: list[Field]) -> None:
    assert fields_of(reopen(seal(fields))) == fields


@given(ANY_FIELDS)
def test_slots_number_the_values_of_one_field(fields: list[Field]) -> None:
    seen: dict[int, int] = {}
    for field in reopen(seal(fields)):
        assert field.slot == seen.get(field.code, 0)
        seen[field.code] = field.slot + 1


@given(ANY_FIELDS, st.sets(st.integers(0, 20)))
def test_only_the_fields_asked_for_are_opened(fields: list[Field], codes: set[int]) -> None:
    assert fields_of(reopen(seal(fields), codes)) == [field for field in fields if field.code in codes]


def test_headers_are_read_without_a_key() -> None:
    record = seal_record(KEY, campaign=CAMPAIGN, person=PERSON, revision=1, fields=FIELDS, generation=9)
    assert headers(record) == [
        Header(generation=9, code=1, slot=0, origin=7, obtained=9500, length=16),
        Header(generation=9, code=7, slot=0, origin=7, obtained=9500, length=16),
        Header(generation=9, code=7, slot=1, origin=8, obtained=9501, length=16),
        Header(generation=9, code=10, slot=0, origin=8, obtained=9502, length=16),
    ]


def test_records_sealed_together_open_alone() -> None:
    together = [(KEY, PERSON, 1, FIELDS), (OTHER_KEY, OTHER_PERSON, 2, []), (KEY, OTHER_PERSON, 3, FIELDS[:1])]
    records = seal_records([framed(*one) for one in together], campaign=CAMPAIGN)
    for (key, person, revision, fields), record in zip(together, records, strict=True):
        opened = open_record(key, campaign=CAMPAIGN, person=person, revision=revision, record=record)
        assert fields_of(opened) == fields


@pytest.mark.parametrize(("values", "nonces"), [(3, 5), (5, 6), (4, 3)], ids=["too few values", "too many", "nonces"])
def test_a_frame_takes_as_many_values_and_nonces_as_it_has_fields(values: int, nonces: int) -> None:
    key, person, revision, frame, _ = framed(KEY, PERSON, 1, FIELDS)
    entry = key, person, revision, frame, [b"x"] * values
    with pytest.raises(Invalid):
        unsafe_seal_records([entry], campaign=CAMPAIGN, nonces=iter(NONCES[:nonces]))


def test_no_nonce_is_used_twice() -> None:
    records = seal_records([framed(KEY, PERSON, 1, FIELDS)] * 20, campaign=CAMPAIGN)
    nonces = []
    for record in records:
        _, bodies, trailer = pieces(record)
        nonces += [part[:12] for part in (*bodies, trailer)]
    assert len(set(nonces)) == 20 * 5


def test_any_bit_turned_fails() -> None:
    record = seal()
    for bit in range(8 * len(record)):
        assert_unopenable(partial(reopen, flipped(record, bit)))


def test_any_bit_of_a_header_turned_fails_even_if_no_field_is_opened() -> None:
    record = seal()
    for bit in range(8 * (3 + 4 * HEADER)):
        assert_unopenable(partial(reopen, flipped(record, bit), set()))


def test_bodies_and_trailer_are_bound_as_the_decision_record_says() -> None:
    """Each binding alone, by hand: the trailer would otherwise hide that a body has lost its own."""
    tops, bodies, trailer = pieces(seal())
    place = b"\x01" + CAMPAIGN + b"\x00\x01" + PERSON
    decrypt = AESGCM(KEY).decrypt
    opened = [decrypt(b[:12], b[12:], b"isoloirF" + place + top) for top, b in zip(tops, bodies, strict=True)]
    assert opened == [(field.value + b"\x80").ljust(16, b"\0") for field in FIELDS]
    counted = (4).to_bytes(4, "big") + (4).to_bytes(2, "big")
    bound = b"isoloirT" + place + counted + b"".join(tops) + b"".join(body[-16:] for body in bodies)
    assert decrypt(trailer[:12], trailer[12:], bound) == b""


def test_a_record_cut_short_fails() -> None:
    record = seal()
    for length in range(len(record)):
        assert_unopenable(partial(reopen, record[:length]))
        assert_unopenable(partial(headers, record[:length]))


@given(st.binary(min_size=1, max_size=60))
def test_a_record_made_longer_fails(more: bytes) -> None:
    assert_unopenable(partial(reopen, seal() + more))
    assert_unopenable(partial(headers, seal() + more))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_record_fail(made_up: bytes) -> None:
    assert_unopenable(partial(reopen, made_up))


@pytest.mark.parametrize("order", list(permutations(range(4)))[1:], ids=str)
def test_fields_headers_and_bodies_in_another_order_fail(order: tuple[int, ...]) -> None:
    tops, bodies, trailer = pieces(seal())
    other_tops, other_bodies = [tops[n] for n in order], [bodies[n] for n in order]
    for moved in ((other_tops, other_bodies), (other_tops, bodies), (tops, other_bodies)):
        assert_unopenable(partial(reopen, put_together(*moved, trailer)))


@pytest.mark.parametrize("number", range(4))
def test_a_field_removed_or_doubled_fails(number: int) -> None:
    tops, bodies, trailer = pieces(seal())
    without = put_together(tops[:number] + tops[number + 1 :], bodies[:number] + bodies[number + 1 :], trailer)
    doubled = put_together([*tops, tops[number]], [*bodies, bodies[number]], trailer)
    assert headers(without)
    assert_unopenable(partial(reopen, without, set()))
    assert_unopenable(partial(reopen, doubled, set()))


@pytest.mark.parametrize("number", range(4))
def test_a_field_or_trailer_from_another_sealing_of_the_same_values_fails(number: int) -> None:
    tops, bodies, trailer = pieces(seal())
    _, others, other_trailer = pieces(seal())
    mixed = [*bodies[:number], others[number], *bodies[number + 1 :]]
    assert_unopenable(partial(reopen, put_together(tops, mixed, trailer), set()))
    assert_unopenable(partial(reopen, put_together(tops, bodies, other_trailer), set()))


def test_a_record_opens_only_with_its_key_in_its_campaign_for_its_person_at_its_revision() -> None:
    def attempt(
        key: bytes = KEY, campaign: bytes = CAMPAIGN, person: bytes = PERSON, revision: int = 4
    ) -> list[Opened]:
        return open_record(key, campaign=campaign, person=person, revision=revision, record=record, codes=set())

    record = seal()
    assert attempt() == []
    assert_unopenable(lambda: attempt(key=OTHER_KEY))
    assert_unopenable(lambda: attempt(campaign=OTHER_CAMPAIGN))
    assert_unopenable(lambda: attempt(person=OTHER_PERSON))
    assert_unopenable(lambda: attempt(revision=3))
    assert_unopenable(lambda: attempt(revision=5))


@pytest.mark.parametrize(
    "field",
    [Field(65536, 1, 1, b""), Field(1, 2**32, 1, b""), Field(1, 1, 65536, b""), Field(-1, 1, 1, b"")],
    ids=["code", "origin", "obtained", "negative"],
)
def test_a_field_that_does_not_fit_is_refused(field: Field) -> None:
    with pytest.raises(Invalid):
        seal([field])


def test_the_longest_value_fits_and_a_longer_one_is_refused() -> None:
    longest = bytes(2**23 - 1)
    assert reopen(seal([Field(1, 1, 1, longest)]))[0].value == longest
    with pytest.raises(Invalid):
        seal([Field(1, 1, 1, longest + b"x")])


def test_256_values_of_one_field_fit_and_one_more_is_refused() -> None:
    assert reopen(seal([Field(7, 1, 1, b"")] * 256))[-1].slot == 255
    with pytest.raises(Invalid):
        seal([Field(7, 1, 1, b"")] * 257)


def test_more_fields_than_a_record_can_count_are_refused() -> None:
    with pytest.raises(Invalid):
        seal([Field(number // 256, 1, 1, b"") for number in range(65536)])


@pytest.mark.parametrize("revision", [-1, 2**32])
def test_a_revision_out_of_range_is_refused(revision: int) -> None:
    with pytest.raises(Invalid):
        seal(revision=revision)


@pytest.mark.parametrize(
    ("key", "campaign", "person"),
    [(KEY[:16], CAMPAIGN, PERSON), (KEY, CAMPAIGN[1:], PERSON), (KEY, CAMPAIGN, PERSON + b"x")],
    ids=["key", "campaign", "person"],
)
def test_what_has_another_size_is_refused(key: bytes, campaign: bytes, person: bytes) -> None:
    with pytest.raises(Invalid):
        seal_record(key, campaign=campaign, person=person, revision=1, fields=[])


def test_no_value_is_shown() -> None:
    for shown in (repr(FIELDS), repr(reopen(seal()))):
        assert "example" not in shown
        assert "code=7" in shown
