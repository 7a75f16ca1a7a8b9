"""The clock of a breach, and when persons may stay uninformed."""

from datetime import UTC, date, datetime, timedelta

from policy.breach import KEYS_SAFE, READABLE, Deadline, deadline_of, may_claim_encryption
from policy.load import load

FRANCE = load("france", date(2026, 11, 22))
FRIDAY_NIGHT = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
BY = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


def test_seventy_two_hours_run_through_the_weekend() -> None:
    assert deadline_of(FRANCE, FRIDAY_NIGHT, FRIDAY_NIGHT) == Deadline(BY, timedelta(hours=72), is_over=False)


def test_the_last_moment_is_in_time_and_the_next_is_not() -> None:
    assert deadline_of(FRANCE, FRIDAY_NIGHT, BY) == Deadline(BY, timedelta(), is_over=False)
    late = deadline_of(FRANCE, FRIDAY_NIGHT, BY + timedelta(microseconds=1))
    assert late == Deadline(BY, timedelta(), is_over=True)


def test_encryption_is_claimed_where_nothing_was_read_in_clear_and_the_keys_are_proven_safe() -> None:
    assert may_claim_encryption("backup", KEYS_SAFE)
    assert not [way for way in READABLE if may_claim_encryption(way, KEYS_SAFE)]
    for missing in KEYS_SAFE:
        assert not may_claim_encryption("backup", [one for one in KEYS_SAFE if one != missing])
