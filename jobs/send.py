"""Send one message to one address and hear only its status.

The name is resolved here, every address it has is checked, and the connection goes to the address that was checked:
asking again later, as an HTTP library would, is how a name that changes its mind reaches a private network. There are
no redirects, no proxies of the environment, no body read beyond a little, and one clock over the whole attempt, because
a time-out for each reading lets a receiver drip for ever.
"""

import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from jobs.target import Target, TargetRules

Resolve = Callable[[str, int], Sequence[str]]
"""Return all addresses of a host, as text. Raises OSError."""
Trust = Callable[[], ssl.SSLContext]
"""Return whose certificates are believed; asked when first needed, because reading them takes a while."""

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: |\r?\n)")
_RETRY_AFTER = re.compile(rb"\r?\nretry-after:[ \t]*([0-9]{1,6})[ \t]*\r?\n", re.IGNORECASE)
_END = re.compile(rb"\r?\n\r?\n")
_MOST_HEAD = 16_384
_MOST_BODY = 16_384
_LONGEST_ASKED_PAUSE = 86_400
_LINGER = 1.0
AGENT = "Isoloir"


class Outcome(StrEnum):
    """How an attempt ended."""

    DELIVERED = "delivered"
    REDIRECTED = "redirected"
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"
    SLOW_DOWN = "slow_down"
    GONE = "gone"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    UNRESOLVED = "unresolved"
    REFUSED_ADDRESS = "refused_address"
    BAD_CERTIFICATE = "bad_certificate"
    BROKEN = "broken"


_FAILURES: tuple[tuple[type[OSError], Outcome], ...] = (
    (ssl.SSLCertVerificationError, Outcome.BAD_CERTIFICATE),
    (TimeoutError, Outcome.TIMED_OUT),
    (ConnectionRefusedError, Outcome.UNREACHABLE),
    (OSError, Outcome.BROKEN),
)
_BY_STATUS = {410: Outcome.GONE} | dict.fromkeys((429, 502, 503, 504), Outcome.SLOW_DOWN)
_BY_CLASS = {2: Outcome.DELIVERED, 3: Outcome.REDIRECTED, 4: Outcome.CLIENT_ERROR, 5: Outcome.SERVER_ERROR}


@dataclass(frozen=True, slots=True)
class Sent:
    """How an attempt ended, the hundred of its status, and how long the receiver asks us to wait."""

    outcome: Outcome
    status_class: str | None = None
    least_pause: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Sender:
    """Send messages under the rules of an installation; how names are resolved and whom to trust is given."""

    rules: TargetRules
    resolve: Resolve
    trust: Trust
    connect_seconds: float = 5
    total_seconds: float = 15

    def send(self, target: Target, headers: Mapping[str, str], body: bytes) -> Sent:
        """Post a body and return how it ended; nothing is raised for what a receiver does."""
        try:
            addresses = list(self.resolve(target.host, target.port))
        except (OSError, UnicodeError):
            return Sent(Outcome.UNRESOLVED)
        if not addresses or not all(map(self.rules.reaches, addresses)):
            return Sent(Outcome.REFUSED_ADDRESS if addresses else Outcome.UNRESOLVED)
        try:
            return self._exchange(target, addresses, _request(target, headers, body))
        except OSError as error:
            return Sent(next(outcome for kind, outcome in _FAILURES if isinstance(error, kind)))

    def _exchange(self, target: Target, addresses: Sequence[str], request: bytes) -> Sent:
        end = time.monotonic() + self.total_seconds
        with self._connected(addresses, target.port) as plain:
            _limit(plain, end)
            door = self.trust().wrap_socket(plain, server_hostname=target.host) if target.scheme == "https" else plain
            with door:
                _limit(door, end)
                door.sendall(request)
                sent = _read_answer(door, end)
                _linger(door)
                return sent

    def _connected(self, addresses: Sequence[str], port: int) -> socket.socket:
        """Connect to one of the checked addresses, and to nothing that was not."""
        problem: OSError = ConnectionRefusedError()
        for address in dict.fromkeys(addresses):
            try:
                return socket.create_connection((address, port), self.connect_seconds / len(addresses))
            except OSError as error:
                problem = error
        raise problem


def resolve_host(host: str, port: int) -> list[str]:
    """Ask the system for all addresses of a host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"POST {target.path} HTTP/1.1", f"Host: {target.authority}", f"User-Agent: {AGENT}", "Accept: */*"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def _read_answer(door: socket.socket, end: float) -> Sent:
    """Read the head of the answer, past interim ones, and nothing of its body."""
    received = b""
    while True:
        ending = _END.search(received)
        if ending is None:
            more = _received(door, end) if len(received) <= _MOST_HEAD else b""
            if not more:
                raise ConnectionResetError
            received += more
            continue
        found = _STATUS.match(received)
        if found is None:
            raise ConnectionResetError
        status = int(found[1])
        if status >= 200:  # noqa: PLR2004 - an interim answer announces another
            return _judged(status, received[: ending.end()])
        received = received[ending.end() :]


def _judged(status: int, head: bytes) -> Sent:
    asked = _RETRY_AFTER.search(head)
    pause = timedelta(seconds=min(int(asked[1]), _LONGEST_ASKED_PAUSE)) if asked else timedelta()
    return Sent(_BY_STATUS.get(status, _BY_CLASS[status // 100]), f"{status // 100}xx", pause)


def _linger(door: socket.socket) -> None:
    """Take a little of the body, so that an honest receiver is not cut off while it writes; then hang up."""
    end, taken = time.monotonic() + _LINGER, 0
    with suppress(OSError):
        while taken < _MOST_BODY and (more := _received(door, end)):
            taken += len(more)


def _received(door: socket.socket, end: float) -> bytes:
    _limit(door, end)
    return door.recv(4096)


def _limit(door: socket.socket, end: float) -> None:
    """Let the next step take what is left of the attempt's time. Raises TimeoutError when nothing is."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    door.settimeout(left)
