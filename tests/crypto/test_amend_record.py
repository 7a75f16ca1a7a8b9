"""Amending a record: the next revision, and the bytes that stay."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.record import Field, amend_record, headers
from kernel.errors import Invalid
from tests.crypto.factories import CAMPAIGN, FIELDS, KEY, OTHER_PERSON, PERSON, assert_unopenable
from tests.crypto.records import ANY_FIELDS, amend, fields_of, pieces, put_together, reopen, seal


def test_a_body_is_bound_to_its_person_even_where_the_trailer_is_made_anew() -> None:
    """Amending puts a fresh trailer over bodies it does not open: a body carried over from elsewhere still fails."""
    tops, _, _ = pieces(seal())
    foreign = pieces(seal(person=OTHER_PERSON))[1]
    _, bodies, trailer = pieces(seal())
    spoilt = [foreign[0][:-16] + bodies[0][-16:], *bodies[1:]]
    amended = amend(put_together(tops, spoilt, trailer), {10}, [])
    assert fields_of(reopen(amended, {7}, 5)) == FIELDS[1:3]
    assert_unopenable(partial(reopen, amended, {1}, 5))


@given(ANY_FIELDS, st.sets(st.integers(0, 20)), ANY_FIELDS)
def test_amending_takes_out_and_adds_and_leaves_the_rest_as_it_is(
    fields: list[Field], leave_out: set[int], add: list[Field]
) -> None:
    record = seal(fields)
    amended = amend(record, leave_out, add)
    stay = [number for number, field in enumerate(fields) if field.code not in leave_out]
    assert fields_of(reopen(amended, revision=5)) == [fields[number] for number in stay] + add
    before, after = pieces(record), pieces(amended)
    assert after[0][: len(stay)] == [before[0][number] for number in stay]
    assert after[1][: len(stay)] == [before[1][number] for number in stay]
    assert len({(header.code, header.slot) for header in headers(amended)}) == len(stay) + len(add)


def test_the_record_before_an_amendment_does_not_pass_for_the_one_after() -> None:
    record = seal()
    amended = amend(record, set(), [])
    assert_unopenable(partial(reopen, record, revision=5))
    assert_unopenable(partial(reopen, amended, revision=4))


def test_a_record_that_does_not_open_is_not_amended() -> None:
    tops, bodies, trailer = pieces(seal())
    assert_unopenable(lambda: amend(put_together(tops[1:], bodies[1:], trailer), set(), []))


def test_a_field_added_takes_the_lowest_free_slot() -> None:
    many = seal([Field(7, 1, 1, b"%d" % number) for number in range(3)])
    record = amend_record(
        KEY,
        campaign=CAMPAIGN,
        person=PERSON,
        revision=4,
        record=many,
        remove=lambda header: header.slot == 1,
        add=[Field(7, 1, 1, b"x"), Field(7, 1, 1, b"y")],
    )
    slots = [(field.slot, field.value) for field in reopen(record, revision=5)]
    assert slots == [(0, b"0"), (2, b"2"), (1, b"x"), (3, b"y")]


def test_fields_of_two_generations_do_not_mix() -> None:
    with pytest.raises(Invalid, match="generation"):
        amend(seal(), set(), [], generation=2)
    assert headers(amend(seal(), {1, 7, 10}, FIELDS[:1], generation=2))[0].generation == 2
