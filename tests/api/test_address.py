"""From where a request comes; nothing is believed that a trusted proxy did not say."""

from ipaddress import ip_network
from typing import Any

import pytest

from accounts.networks import read_address
from api.address import address_of, neighbourhood
from kernel.errors import Misconfigured
from kernel.settings import load_settings

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def scope(peer: str | None, *chain: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", one.encode()) for one in chain]
    return {"client": None if peer is None else (peer, 4711), "headers": headers}


@pytest.mark.parametrize(
    ("peer", "chain", "address"),
    [
        ("192.0.2.1", (), "192.0.2.1"),
        ("192.0.2.1", ("198.51.100.7",), "192.0.2.1"),
        ("10.0.0.1", ("198.51.100.7",), "198.51.100.7"),
        ("10.0.0.1", ("203.0.113.9, 198.51.100.7",), "198.51.100.7"),
        ("10.0.0.1", ("203.0.113.9", "198.51.100.7, 10.9.9.9"), "198.51.100.7"),
        ("fd00::1", ("2001:db8::5",), "2001:db8::5"),
        ("::ffff:10.0.0.1", ("::ffff:192.0.2.1",), "192.0.2.1"),
        ("10.0.0.1", ("10.0.0.2",), "10.0.0.2"),
        ("10.0.0.1", (), None),
        ("10.0.0.1", ("198.51.100.7, unknown",), None),
        ("10.0.0.1", ("198.51.100.7, 192.0.2.1:80",), None),
        (None, ("198.51.100.7",), None),
        ("socket", (), None),
    ],
)
def test_the_first_address_that_is_no_trusted_proxys_is_the_callers(
    peer: str | None, chain: tuple[str, ...], address: str | None
) -> None:
    assert address_of(scope(peer, *chain), PROXIES) == (None if address is None else read_address(address))


def test_without_trusted_proxies_no_header_is_believed() -> None:
    assert str(address_of(scope("10.0.0.1", "198.51.100.7"), ())) == "10.0.0.1"


def test_addresses_of_one_household_are_one_neighbourhood() -> None:
    near = {neighbourhood(read_address(f"2001:db8:1:2::{number}")) for number in range(9)}
    assert len(near) == 1
    assert neighbourhood(read_address("::ffff:192.0.2.7")) == neighbourhood(read_address("192.0.2.7")) == "192.0.2.7"
    far = {neighbourhood(read_address(text)) for text in ("2001:db8:1:3::1", "192.0.2.1", "192.0.2.2", "none")}
    assert len(far | near) == 5


@pytest.mark.parametrize("text", ["10.0.0.1/8", "proxy.example", "10.0.0.0/8 fd00::/8"])
def test_proxies_that_are_no_networks_stop_the_start(text: str) -> None:
    with pytest.raises(Misconfigured, match="ISOLOIR_TRUSTED_PROXIES"):
        load_settings(hosting="FR", trusted_proxies=text)
    assert len(load_settings(hosting="FR", trusted_proxies="10.0.0.0/8, fd00::/8,").proxies) == 2
