"""Which addresses a webhook may reach: those of the public internet and no others.

What is refused is written out, range by range (IANA special-purpose registries, read as of 2026-11), because libraries
differ by version; the library's own opinion is asked too, so that either may refuse.
"""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_REFUSED_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT; some clouds keep their metadata there
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # a public number that one cloud uses for the machine's own platform
            "169.254.0.0/16",  # link-local, and the metadata of most clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments, and the metadata of one cloud
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
"""All that is global unicast today. Loopback, ULA, link-local, multicast, IPv4-mapped and -compatible forms and the
well-known NAT64 prefixes lie outside it."""
_REFUSED_6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: carries any IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)
_ISATAP = 0x5EFE
"""The third and fourth group of an interface identifier that carries an IPv4 address (RFC 5214)."""


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet, in none of its disguises."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _REFUSED_4)
    carries_ipv4 = (int(address) >> 32) & 0xFDFF_FFFF == _ISATAP
    in_range = address in _GLOBAL_6 and not any(address in network for network in _REFUSED_6)
    return in_range and not carries_ipv4


def read_address(text: str) -> Address | None:
    """Return the address that a resolver wrote, without a zone; None if it is none."""
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
