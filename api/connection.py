"""One connection: what is no well-formed HTTP is answered like every other problem, and nobody may be endlessly slow.

The server's own protocol parses; this class bounds what it holds and how long it waits, which the server does not.
"""

from asyncio import AbstractEventLoop, BaseTransport, TimerHandle, Transport
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from api.boundary import SECURITY_HEADERS
from api.problem_types import PROBLEM_TYPES
from api.problems import MEDIA_TYPE, PUBLIC_URL, REQUEST_ID, plain_problem
from kernel.identity import random_uuid

MOST_HEADER_BYTES = 16 << 10
HEADER_SECONDS = 10.0
_MOST_GATHERED = 16 << 10
_MALFORMED, _TOO_LARGE, _TOO_SLOW = "malformed-request", "headers-too-large", "too-slow"
_STATE_URL = "public_url"


class _Gathered:
    """Send in one packet what is written in one turn of the loop: an answer's headers and its body come apart."""

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._written: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a transport has
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Keep what is written until the turn ends, or until it is so much that the transport must say to wait."""
        if not self._written:
            self._loop.call_soon(self._send)
        self._written.append(data)
        self._size += len(data)
        if self._size > _MOST_GATHERED:
            self._send()

    def close(self) -> None:
        """Send what is left, and close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._written and not self._transport.is_closing():  # Whoever has gone meanwhile is sent nothing.
            self._transport.write(b"".join(self._written))
        self._written.clear()
        self._size = 0


class Connection(HttpToolsProtocol):
    """Parse requests with bounds of size and time on their headers."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - passed on
        super().__init__(*given, **named)
        self._headers_left = MOST_HEADER_BYTES
        self._fault = _MALFORMED
        self._has_headers = False
        self._waiting: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin to wait for the first headers."""
        super().connection_made(transport)  # type: ignore[arg-type]  # the parent narrows it too
        self.transport = _Gathered(self.transport, self.loop)  # type: ignore[assignment]  # it does what answers need
        self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._wait_no_more()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to count the headers of a request, and to wait for their end."""
        super().on_message_begin()
        self._headers_left, self._has_headers = MOST_HEADER_BYTES, False
        if self._waiting is None:
            self._wait_for_headers()

    def on_url(self, url: bytes) -> None:
        """Count a piece of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header; refuse one that only looks like one, before anybody reads it another way.

        A trailer is refused: whoever is in front has not read it as a header, and would be one here (RFC 9110).
        """
        self._count(len(name) + len(value))
        if self._has_headers or HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
            raise ValueError
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the request begin."""
        self._wait_no_more()
        self._has_headers = True
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the parent's words quote nothing, ours say more
        """Answer what is no request with a problem, and close; within an answer that has begun, close alone."""
        if self.transport.is_closing():
            return
        answer: RequestResponseCycle | None = self.cycle  # None before the first request
        if answer is not None and answer.response_started and not answer.response_complete:
            self.transport.close()
            return
        told = PROBLEM_TYPES[self._fault]
        scope = {REQUEST_ID: str(random_uuid()), PUBLIC_URL: self.app_state.get(_STATE_URL, "")}
        content = orjson.dumps(plain_problem(scope, told))
        headers = [
            *SECURITY_HEADERS,
            (b"cache-control", b"no-store"),
            (b"request-id", scope[REQUEST_ID].encode()),
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(content)).encode()),
            (b"connection", b"close"),
        ]
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self.transport.write(STATUS_LINE[told.status] + lines + b"\r\n" + content)
        self.transport.close()

    def _count(self, size: int) -> None:
        self._headers_left -= size
        if self._headers_left < 0:
            self._fault = _TOO_LARGE
            raise ValueError

    def _wait_for_headers(self) -> None:
        self._waiting = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        self._fault = _TOO_SLOW
        self.send_400_response("")
