"""A walk goes to the end of what is there, and the next begins where rows did not stand still."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from audit.walk import OVERLAP, Walk, again, onward

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STILL = NOW - OVERLAP
LAST = UUID(int=7)


def test_a_walk_through_rows_that_stand_still_goes_on_where_it_ended() -> None:
    there = onward(None, STILL, LAST, NOW)
    assert there == Walk(STILL, LAST)
    assert again(there) is there
    assert again(None) is None


def test_a_first_page_that_reaches_moving_rows_is_walked_again_from_where_they_begin() -> None:
    there = onward(None, NOW, LAST, NOW)
    assert there == Walk(NOW, LAST, moving_from=STILL)
    assert again(there) == Walk(STILL)


def test_a_later_page_that_reaches_moving_rows_goes_back_no_further_than_it_came() -> None:
    within = STILL + timedelta(seconds=5)
    assert onward(Walk(within), NOW, LAST, NOW).moving_from == within
    assert onward(Walk(STILL - timedelta(days=1)), NOW, LAST, NOW).moving_from == STILL


def test_rows_once_seen_moving_are_remembered_to_the_end_of_the_walk() -> None:
    first = onward(None, NOW, UUID(int=1), NOW)
    much_later = NOW + timedelta(hours=1)
    assert onward(first, NOW, LAST, much_later) == Walk(NOW, LAST, moving_from=STILL)
