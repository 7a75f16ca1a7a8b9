"""Cursors: they open in their campaign and listing, and nowhere else."""

from functools import partial
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.cursor import open_cursor, seal_cursor
from tests.crypto.factories import OTHER_CAMPAIGN, assert_unopenable, campaign_keys

KEYS = campaign_keys()
LETTERS = f"{ascii_letters}{digits}-_"
opened = partial(open_cursor, KEYS)


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_a_cursor_opens_in_its_listing_and_is_fit_for_an_address(plain: bytes, context: bytes) -> None:
    cursor = seal_cursor(KEYS, context=context, plain=plain)
    assert opened(context=context, text=cursor) == plain
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_a_cursor_does_not_open_elsewhere() -> None:
    cursor = seal_cursor(KEYS, context=b"contacts", plain=b"x")
    assert_unopenable(partial(opened, context=b"origins", text=cursor))
    assert_unopenable(partial(open_cursor, campaign_keys(OTHER_CAMPAIGN), context=b"contacts", text=cursor))


def test_a_cursor_tells_nothing_and_is_never_the_same_twice() -> None:
    first, second = (seal_cursor(KEYS, context=b"c", plain=b"7b1cfa1e") for _ in range(2))
    assert first != second
    assert "7b1c" not in first


@pytest.mark.parametrize(
    "text", ["", "x", "é", "AQAB", "AgAB" + "A" * 60, "AQAC" + "A" * 60, "AQAB" + "A" * 60, "AQ=="]
)
def test_what_is_no_cursor_does_not_open(text: str) -> None:
    assert_unopenable(partial(opened, context=b"c", text=text))


@given(st.data())
def test_any_letter_changed_fails(data: st.DataObject) -> None:
    cursor = seal_cursor(KEYS, context=b"c", plain=b"a place")
    place = data.draw(st.integers(0, len(cursor) - 2))  # The last letter's low bits are no bits of the cursor.
    # What may be drawn does not depend on the cursor, which is another each time.
    further = data.draw(st.integers(1, len(LETTERS) - 1))
    letter = LETTERS[(LETTERS.index(cursor[place]) + further) % len(LETTERS)]
    assert_unopenable(partial(opened, context=b"c", text=cursor[:place] + letter + cursor[place + 1 :]))
