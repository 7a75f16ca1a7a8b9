"""The address of a webhook, read once and strictly: what is ambiguous is refused, so that nobody reads it otherwise."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

import idna

from jobs.address import is_public, read_address
from kernel.errors import Invalid

LONGEST = 2_000
HTTPS_PORT = 443
_PLAIN = re.compile(r"[!-\[\]-~]+")
"""Visible ASCII without the backslash, which programs read in two ways."""
_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)
LOCAL_NAME = "localhost"


class BadTarget(Invalid):
    """Say that no message is sent to an address of that form."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: the host by name, as its certificate must bear it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Return host and port as the header Host has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = {"https": HTTPS_PORT, "http": 80}[self.scheme]
        return host if self.port == default else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class TargetRules:
    """What this installation allows: ports, and for developers this machine itself."""

    ports: frozenset[int] = frozenset({HTTPS_PORT})
    development: bool = False

    def reaches(self, address: str) -> bool:
        """Tell whether a message may be sent to a resolved address."""
        found = read_address(address)
        if found is None:
            return False
        return is_public(found) or (self.development and found.is_loopback)


def read_target(url: str, rules: TargetRules) -> Target:
    """Read a URL. Raises BadTarget with what is wrong, never with the URL."""
    ascii_url = _in_ascii(url)
    try:
        parts = urlsplit(ascii_url)
        port = parts.port
    except ValueError:
        raise BadTarget("the address is not a URL") from None
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadTarget("the address holds a user, a password or a fragment")
    host = _host(parts.hostname or "")
    if _is_local(host) and not rules.development:
        raise BadTarget("the address is not one of the public internet")
    local = _is_local(host)
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise BadTarget("the address must begin with https://")
    port = port if port is not None else {"https": HTTPS_PORT, "http": 80}[parts.scheme]
    if not local and port not in rules.ports:
        raise BadTarget("the address names a port that is not allowed here")
    literal = read_address(host)
    if literal is not None and not rules.reaches(host):
        raise BadTarget("the address is not one of the public internet")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path)


def check_events(events: Collection[str], known: Collection[str]) -> None:
    """Raise Invalid for a type of message that does not exist, or for none at all."""
    unknown = sorted(set(events) - set(known))
    if unknown or not events:
        message = f"unknown event: {', '.join(unknown)}" if unknown else "name at least one event"
        raise Invalid(message)


def _in_ascii(url: str) -> str:
    """Write an international host name in ASCII (IDNA 2008, UTS 46); anything else foreign in a URL is refused."""
    if len(url) > LONGEST:
        raise BadTarget("the address is too long")
    if _PLAIN.fullmatch(url):
        return url
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    name, colon, port = host.partition(":")
    try:
        ascii_name = idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise BadTarget("the address is not a URL") from None
    whole = scheme + separator + ascii_name + colon + port + slash + path
    if not separator or not _PLAIN.fullmatch(whole):
        raise BadTarget("the address is not a URL")
    return whole


def _host(given: str) -> str:
    """Return a host name in small letters, or a whole IP address; numbers that only some programs read are refused."""
    host = given.lower().removesuffix(".")
    if host == LOCAL_NAME or (read_address(host) is not None and "%" not in host) or _HOST.fullmatch(host):
        return host
    raise BadTarget("the address names no host")


def _is_local(host: str) -> bool:
    literal = read_address(host)
    return host == LOCAL_NAME or (literal is not None and literal.is_loopback)
