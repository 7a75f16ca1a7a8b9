"""The outer wall of the web door, as plain ASGI: request id, size of bodies, security headers, the access log.

A body is read whole here, counted while it comes in, before anybody parses it; a file, and the lines of a batch, are
read by their routes as they come, and counted too. The log names the route's template, never the path or the query:
those may hold identifiers.
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterable
from urllib.parse import unquote_to_bytes

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accounts.staff.ids import INVITATION_PREFIX, SESSION_PREFIX
from api.errors import BodyTooLarge, CredentialsInAddress, Gone, TooSlow
from api.metrics import count_request
from api.problems import PUBLIC_URL, REQUEST_ID, internal_response, problem_response
from api.rates import RATE, rate_headers
from kernel.identity import random_uuid

MOST_BYTES = 1 << 20
MOST_BATCH_BYTES = 8 << 20
MOST_STREAMED_BYTES = 256 << 20
MOST_PAPER_BYTES = 9 << 20
"""A document that a person gives on the pages of rights, in its form, or that the post brought."""
BODY_SECONDS = 60
BATCH = "/v1/contacts:batch"
BODY = "isoloir.body"
CALLER = "isoloir.caller"
_METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())
_SECRETS = frozenset(
    b"access_token token id_token refresh_token client_secret client_assertion secret password authorization bearer "
    b"jwt api_key apikey".split()
)
_LOOKS_SECRET = (b"eyJ", SESSION_PREFIX.encode(), INVITATION_PREFIX.encode())
"""What tokens begin with: a JWT's header is an object, the staff's have a prefix. No cursor or id begins so."""
SECURITY_HEADERS = (
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
_CLOSE = ((b"connection", b"close"),)
_NEVER_KEPT = (b"cache-control", b"no-store")
_KEPT = (b"cache-control", b"public, max-age=3600")
_READ_BY_ROUTE = frozenset({("POST", "/v1/attachments"), ("POST", "/v1/imports")})
"""The routes that take files read their bodies as they come, and count them."""
_PAPER = re.compile(r"/mes-donnees/[0-9a-f-]{36}/justificatif|/v1/rights-requests/[0-9a-f-]{36}/document")
_PUBLIC_PATHS = ("/problems/", "/openapi.json")

_NOBODY = 499
"""What the log says where the caller hung up before anything was answered."""

log = structlog.get_logger("api")


class Boundary:
    """Stand around the application."""

    def __init__(self, app: ASGIApp, *, public_url: str, is_draining: Callable[[], bool] = bool) -> None:
        self._app = app
        self._is_draining = is_draining
        self._public_url = public_url.rstrip("/")
        self._log = log.bind()  # Bound here once: bound anew for each line it cost more than the line.

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, and answer what goes wrong."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        scope[REQUEST_ID], scope[PUBLIC_URL] = str(random_uuid()), self._public_url
        answer = _Answer(send, scope, closing=self._is_draining())
        try:
            _check_address(scope)
            scope[BODY], receiving = await _body(scope, receive)
            await self._app(scope, receiving, answer)
        except Gone:
            answer.status = answer.status or _NOBODY
        except Exception as error:  # noqa: BLE001 - whatever it is, its message must not leave
            await self._answer_late(scope, receive, answer, error)
        self._log_access(scope, answer.status, began)

    def _log_access(self, scope: Scope, status: int, began: float) -> None:
        caller = scope.get(CALLER)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route, seconds = getattr(scope.get("route"), "path_format", "none"), time.perf_counter() - began
        self._log.info(
            "request",
            request_id=scope[REQUEST_ID],
            method=method,
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 2),
            **({} if caller is None else {"actor_id": caller.actor.id, "purpose": caller.known_purpose}),
        )
        count_request(method, route, status, seconds)

    async def _answer_late(self, scope: Scope, receive: Receive, answer: "_Answer", error: Exception) -> None:
        try:
            response = problem_response(scope, error)
        except Exception as second:  # noqa: BLE001 - what cannot be told is still answered
            error, response = second, internal_response(scope)
        if response.status_code >= 500:  # noqa: PLR2004
            log.error("request_failed", request_id=scope[REQUEST_ID], exc_info=error.__cause__ or error)
        if not answer.status:
            await response(scope, receive, answer)


class _Answer:
    """Send an answer with the headers that every answer has, and remember its status."""

    def __init__(self, send: Send, scope: Scope, *, closing: bool) -> None:
        self._send = send
        self._last = _CLOSE if closing else ()
        self._scope = scope
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            told = list(message.get("headers", ()))
            # A page has a content policy of its own, for its style and its forms.
            own = {name for name, _ in told} & {b"content-security-policy"}
            message["headers"] = [*told, *(header for header in self._headers() if header[0] not in own)]
        await self._send(message)

    def _headers(self) -> Iterable[tuple[bytes, bytes]]:
        is_public = self._scope["path"].startswith(_PUBLIC_PATHS) and self.status == 200  # noqa: PLR2004
        rate = rate_headers(self._scope[RATE]) if RATE in self._scope else ()
        return (
            *SECURITY_HEADERS,
            *rate,
            *self._last,
            _KEPT if is_public else _NEVER_KEPT,
            (b"request-id", self._scope[REQUEST_ID].encode()),
        )


def _check_address(scope: Scope) -> None:
    query = scope["query_string"]
    if query and any(map(_is_secret, query.split(b"&"))):
        message = "a secret stood in the address: send tokens in Authorization, and change this one"
        raise CredentialsInAddress(message)


def _is_secret(part: bytes) -> bool:
    name, _, value = part.partition(b"=")
    return unquote_to_bytes(name).lower() in _SECRETS or unquote_to_bytes(value).startswith(_LOOKS_SECRET)


async def _body(scope: Scope, receive: Receive) -> tuple[bytes, Receive]:
    """Return the body, or nothing and a bounded way to receive it where the route takes lines one by one."""
    if (scope["method"], scope["path"]) in _READ_BY_ROUTE:
        return b"", receive
    headers = dict(scope["headers"])
    if b"content-length" not in headers and b"transfer-encoding" not in headers:
        return b"", receive  # There is none (RFC 9112, 6.3).
    lines = headers.get(b"content-type", b"").partition(b";")[0].strip().lower() == b"application/x-ndjson"
    streamed = lines and scope["path"] == BATCH and scope["method"] == "POST"
    most = MOST_STREAMED_BYTES if streamed else _most(scope)
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced[:20]) > most:
        raise _too_large(most)
    if streamed:
        return b"", _bounded(receive, most)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _whole_body(_bounded(receive, most)), receive
    except TimeoutError:
        message = f"a body must come within {BODY_SECONDS} seconds"
        raise TooSlow(message) from None


def _most(scope: Scope) -> int:
    if scope["path"] == BATCH:
        return MOST_BATCH_BYTES
    return MOST_PAPER_BYTES if _PAPER.fullmatch(scope["path"]) else MOST_BYTES


async def _whole_body(receive: Receive) -> bytes:
    """Return the body. Raises Gone if the caller hung up: what came until then is not what was meant."""
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _bounded(receive: Receive, most: int) -> Receive:
    """Count what comes in. Raises BodyTooLarge as soon as it is known to be."""
    left = most

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _too_large(most)
        return message

    return counted


def _too_large(most: int) -> BodyTooLarge:
    return BodyTooLarge(f"a body holds at most {most >> 20} mebibytes here")
