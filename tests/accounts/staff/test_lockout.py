"""How long one waits, and under which digests tries are counted."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from accounts.staff.lockout import LOCKED, account_digest, address_digest, not_before
from crypto.campaign_keys import new_campaign_key

NOW = datetime(2026, 11, 21, tzinfo=UTC)
KEY = new_campaign_key("staff_secret")


def test_three_tries_are_free_then_each_waits_longer_and_the_tenth_locks() -> None:
    waits = [(not_before(failures, NOW) - NOW).total_seconds() for failures in range(1, 11)]
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 64, LOCKED.total_seconds()]
    assert all(before <= after for before, after in pairwise(waits))
    assert not_before(1000, NOW) == NOW + timedelta(hours=24)


def test_digests_are_keyed_and_tell_accounts_from_addresses() -> None:
    digests = {
        account_digest(KEY, b"192.0.2.7"),
        address_digest(KEY, "192.0.2.7"),
        address_digest(KEY, "192.0.2.8"),
        address_digest(new_campaign_key("staff_secret"), "192.0.2.7"),
    }
    assert {len(one) for one in digests} == {16}
    assert len(digests) == 4
