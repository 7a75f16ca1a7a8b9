"""The outer wall of the web door, as plain ASGI: request id, size of bodies, security headers, the access log.

A body is read whole here, counted while it comes in, before anybody parses it; a file is read by its route. The log
names the route's template, never the path or the query: those may hold identifiers.
"""

import time
from collections.abc import Callable, Iterable
from urllib.parse import unquote_to_bytes

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BodyTooLarge, CredentialsInAddress
from api.metrics import count_request
from api.problems import PUBLIC_URL, REQUEST_ID, problem_response
from kernel.identity import random_uuid

MOST_BYTES = 1 << 20
BODY = "isoloir.body"
CALLER = "isoloir.caller"
_METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())
_SECRETS = frozenset({b"access_token", b"token", b"client_secret", b"secret", b"password", b"client_assertion"})
_ALWAYS = (
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
_CLOSE = ((b"connection", b"close"),)
_NEVER_KEPT = (b"cache-control", b"no-store")
_KEPT = (b"cache-control", b"public, max-age=3600")
_READ_BY_ROUTE = ("POST", "/v1/attachments")
"""The route that takes files reads its body as it comes, and counts it."""
_PUBLIC_PATHS = ("/problems/", "/openapi.json")

log = structlog.get_logger("api")


class Boundary:
    """Stand around the application."""

    def __init__(self, app: ASGIApp, *, public_url: str, is_draining: Callable[[], bool] = bool) -> None:
        self._app = app
        self._is_draining = is_draining
        self._public_url = public_url.rstrip("/")

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
            scope[BODY] = b"" if _reads_itself(scope) else await _whole_body(scope, receive)
            await self._app(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - whatever it is, its message must not leave
            await self._answer_late(scope, receive, answer, error)
        _log_access(scope, answer.status, began)

    async def _answer_late(self, scope: Scope, receive: Receive, answer: "_Answer", error: Exception) -> None:
        response = problem_response(scope, error)
        if response.status_code >= 500:  # noqa: PLR2004
            log.error("request_failed", request_id=scope[REQUEST_ID], exc_info=error)
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
            message["headers"] = [*message.get("headers", ()), *self._headers()]
        await self._send(message)

    def _headers(self) -> Iterable[tuple[bytes, bytes]]:
        is_public = self._scope["path"].startswith(_PUBLIC_PATHS) and self.status == 200  # noqa: PLR2004
        return (
            *_ALWAYS,
            *self._last,
            _KEPT if is_public else _NEVER_KEPT,
            (b"request-id", self._scope[REQUEST_ID].encode()),
        )


def _reads_itself(scope: Scope) -> bool:
    return (scope["method"], scope["path"]) == _READ_BY_ROUTE


def _check_address(scope: Scope) -> None:
    query = scope["query_string"]
    if query and any(unquote_to_bytes(part.partition(b"=")[0]).lower() in _SECRETS for part in query.split(b"&")):
        message = "a secret stood in the address: send tokens in Authorization, and change this one"
        raise CredentialsInAddress(message)


async def _whole_body(scope: Scope, receive: Receive) -> bytes:
    """Return the body. Raises BodyTooLarge as soon as it is known to be."""
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    parts: list[bytes] = []
    left, more = MOST_BYTES - (int(announced) if announced.isdigit() else 0), True
    while more and left >= 0:
        message = await receive()
        parts.append(message.get("body", b""))
        left, more = MOST_BYTES - sum(map(len, parts)), message.get("more_body", False)
    if left < 0:
        text = "a body holds at most one mebibyte"
        raise BodyTooLarge(text)
    return b"".join(parts)


def _log_access(scope: Scope, status: int, began: float) -> None:
    caller = scope.get(CALLER)
    method = scope["method"] if scope["method"] in _METHODS else "other"
    route, seconds = getattr(scope.get("route"), "path", "none"), time.perf_counter() - began
    log.info(
        "request",
        request_id=scope[REQUEST_ID],
        method=method,
        route=route,
        status=status,
        milliseconds=round(seconds * 1000, 2),
        **({} if caller is None else {"actor_id": caller.actor.id, "purpose": caller.known_purpose}),
    )
    count_request(method, route, status, seconds)
