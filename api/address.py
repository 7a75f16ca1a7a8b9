"""From where a request comes: the other end of the connection, or what a trusted proxy says of it."""

from collections.abc import Sequence

from starlette.types import Scope

from accounts.networks import Address, Network, is_within, read_address

_FORWARDED = b"x-forwarded-for"
_STRANGER = 64
"""So many bits of an IPv6 address name a household; whoever has one may use all addresses behind it."""


def address_of(scope: Scope, proxies: Sequence[Network]) -> Address | None:
    """Return the caller's address; None where it cannot be told.

    Without trusted proxies nothing that a header says is believed. With them the chain is walked from the near end,
    and the first address that is no trusted proxy's is the caller's.
    """
    peer = scope.get("client")
    address = read_address(peer[0]) if peer else None
    if not proxies or address is None or not is_within(address, proxies):
        return address
    chain = b",".join(value for name, value in scope["headers"] if name == _FORWARDED).decode("latin-1")
    for text in reversed(chain.split(",")):
        address = read_address(text.strip())
        if address is None or not is_within(address, proxies):
            return address
    return address


def neighbourhood(address: Address | None) -> str:
    """Return what is counted as one caller: an IPv4 address, the first half of an IPv6 one, or everybody unknown."""
    if address is None:
        return ""
    if address.version == 4:  # noqa: PLR2004 - the version of the protocol
        return str(address)
    return str(int(address) >> (128 - _STRANGER))
