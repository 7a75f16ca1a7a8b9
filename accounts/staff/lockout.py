"""How long whoever fails to sign in must wait, by account and address: pure rules, the counting is the store's.

The account is the one that was named, whether it exists or not, so that waiting tells nobody which accounts there are.
"""

import hmac
from datetime import datetime, timedelta

from crypto.campaign_keys import CampaignKey

FREE_TRIES = 3
LAST_TRY = 10
LOCKED = timedelta(hours=24)
"""How long the lock holds unless a manager lifts it; after it the row is swept, and with it the keyed address."""
_DIGEST_SIZE = 16


def not_before(failures: int, at: datetime) -> datetime:
    """Return when the next try is heard: at once for three, then after 1, 2, 4... seconds, after ten the next day."""
    if failures >= LAST_TRY:
        return at + LOCKED
    if failures < FREE_TRIES:
        return at
    return at + timedelta(seconds=2.0 ** (failures - FREE_TRIES))


def account_digest(key: CampaignKey, named: bytes) -> bytes:
    """Digest the account that was named."""
    return _digest(key, b"account\0" + named)


def address_digest(key: CampaignKey, address: str) -> bytes:
    """Digest what is counted as one caller's address: of IPv6 the network, because whoever has one has all of them."""
    return _digest(key, b"address\0" + address.encode())


def _digest(key: CampaignKey, text: bytes) -> bytes:
    return hmac.digest(key.secret, b"isoloir lockout\0" + text, "sha256")[:_DIGEST_SIZE]
