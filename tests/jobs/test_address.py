import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.address import is_public, read_address

PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.1.2.3 168.63.129.16 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 ::8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808
64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:db8::1
2002:7f00:1::1 2002:a00:1:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 2a01:e0a::5efe:7f00:1
2a01:e0a::200:5efe:a00:1
""".split()
PUBLIC = "1.1.1.1 8.8.8.8 9.9.9.9 80.67.169.12 172.15.255.255 172.32.0.1 2a01:e0a::1 2606:4700:4700::1111".split()


@pytest.mark.parametrize("text", PRIVATE)
def test_no_message_goes_to_an_address_inside(text: str) -> None:
    address = read_address(text)
    assert address is not None
    assert not is_public(address)


@pytest.mark.parametrize("text", PUBLIC)
def test_an_address_of_the_public_internet_is_reached(text: str) -> None:
    address = read_address(text)
    assert address is not None
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_no_disguise_of_an_ipv4_address_is_reached(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    disguises = [number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80]
    disguises += [0x20010000 << 96 | (number ^ 0xFFFFFFFF), 0x2A010E0A << 96 | 0x5EFE << 32 | number]
    assert not any(is_public(ipaddress.IPv6Address(disguise)) for disguise in disguises)


@given(st.ip_addresses())
def test_what_is_reached_is_global_to_the_library_too(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert not is_public(address) or (address.is_global and not address.is_private and not address.is_multicast)


def test_what_is_no_address_is_none() -> None:
    assert read_address("example.org") is None
    assert read_address("127.1") is None
    assert read_address("fe80::1%eth0") == ipaddress.IPv6Address("fe80::1")
