"""From where a client may call: addresses and networks, IPv4 and IPv6."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from kernel.errors import Invalid

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@lru_cache(maxsize=4096)
def read_address(text: str) -> Address | None:
    """Read an address; None for what is none. IPv4 written as IPv6 is IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def read_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read networks in CIDR notation, each in its only spelling, sorted. Raises Invalid; the text is not repeated."""
    try:
        return tuple(sorted({ip_network(text) for text in texts}, key=lambda one: (one.version, one)))
    except ValueError:
        raise Invalid("a network is written as 192.0.2.0/24 or 2001:db8::/32, without further bits") from None


def is_within(address: Address | None, networks: Sequence[Network]) -> bool:
    """Tell whether an address is in one of the networks. No list allows every address; a list allows no unknown one."""
    return not networks or (address is not None and any(address in one for one in networks))
