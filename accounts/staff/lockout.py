"""How long whoever fails to sign in must wait, by account and address: pure rules, the counting is the store's.

The account is the one that was named, whether it exists or not, so that waiting tells nobody which accounts there are.
"""

import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from crypto.campaign_keys import CampaignKey

FREE_TRIES = 3
LAST_TRY = 10
LOCKED = timedelta(hours=24)
"""How long the lock holds unless a manager lifts it; after it the row is swept, and with it the keyed address."""
_DIGEST_SIZE = 16
_NETWORK = 64


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
    """Digest an address; of IPv6 the network, because whoever has one address has all of them."""
    return _digest(key, b"address\0" + network_of(address).encode())


def network_of(address: str) -> str:
    """Return the part of an address that one caller cannot change at will."""
    try:
        read = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(read, IPv6Address):
        inside = read.ipv4_mapped
        return str(inside) if inside else str(IPv6Address(int(read) >> _NETWORK << _NETWORK))
    return str(read)


def _digest(key: CampaignKey, text: bytes) -> bytes:
    return hmac.digest(key.secret, b"isoloir lockout\0" + text, "sha256")[:_DIGEST_SIZE]
