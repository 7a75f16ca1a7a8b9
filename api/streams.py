"""NDJSON: one JSON value a line, sent as it is made, so that neither side ever holds the whole.

Nothing is sent before its processing is committed. Once lines are on their way a failure cannot be a status: it is the
last line, ``{"problem": {...}}``. Who reads nothing for a minute is cut off.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

import orjson
import structlog
from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.errors import BodyTooLarge, Gone
from api.problems import REQUEST_ID, problem_of, problem_type_of

NDJSON = "application/x-ndjson"
STALLED_SECONDS = 60.0
MOST_LINES = 500
MOST_CHUNK_BYTES = 1 << 20
log = structlog.get_logger("api")


def line(value: object) -> bytes:
    """Write one line."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


class PulledLines(Response):
    """Answer with parts that a plain iterator makes in a thread, each when the one before is on its way."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        super().__init__(media_type=NDJSON)
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the parts until there are no more, or nobody listens."""
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await send_parts(scope, send, self._made(gone))
        finally:
            gone.cancel()

    async def _made(self, gone: "asyncio.Future[None]") -> AsyncIterator[bytes]:
        while not gone.done() and (part := await to_thread.run_sync(next, self._parts, None)) is not None:
            yield part


async def _gone(receive: Receive) -> None:
    """Wait until nobody listens; the end of a body is no such thing."""
    while (await receive())["type"] != "http.disconnect":
        continue


class AnsweredLines(Response):
    """Answer lines while they come in: chunk by chunk, each admitted and recorded before the next is read."""

    def __init__(
        self, answer: Callable[[int, Sequence[bytes]], bytes], admit: Callable[[int], Awaitable[None]]
    ) -> None:
        super().__init__(media_type=NDJSON)
        self._answer = answer
        self._admit = admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer each chunk of lines with the lines that tell what became of it."""
        await send_parts(scope, send, self._made(receive))

    async def _made(self, receive: Receive) -> AsyncIterator[bytes]:
        first = 0
        async for lines in _chunks(receive):
            await self._admit(sum(map(len, lines)))
            yield await to_thread.run_sync(self._answer, first, lines)
            first += len(lines)


async def _chunks(receive: Receive) -> AsyncIterator[list[bytes]]:
    """Cut a body into chunks of whole lines, always at the same places whatever pieces it comes in."""
    lines: list[bytes] = []
    size, rest, more = 0, b"", True
    while more:
        async with asyncio.timeout(STALLED_SECONDS):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        more = message.get("more_body", False)
        *whole, rest = (rest + message.get("body", b"")).split(b"\n")
        for one in whole if more else (*whole, rest):
            _check_line(one)
            if size + len(one) > MOST_CHUNK_BYTES or len(lines) == MOST_LINES:
                yield lines
                lines, size = [], 0
            if one.strip():
                lines.append(one)
                size += len(one)
        _check_line(rest)
    if lines:
        yield lines


def _check_line(text: bytes) -> None:
    if len(text) > MOST_CHUNK_BYTES:
        message = "a line holds at most one mebibyte"
        raise BodyTooLarge(message)


async def send_parts(scope: Scope, send: Send, parts: AsyncIterator[bytes]) -> None:
    """Send parts as the body of an answer. What goes wrong before the first is raised, later it is a line."""
    has_begun = False
    try:
        async for part in parts:
            if not has_begun:
                await _begin(send)
                has_begun = True
            await _send(send, part, more=True)
    except Exception as error:
        if not has_begun or isinstance(error, TimeoutError):
            raise
        if problem_type_of(error).status >= 500:  # noqa: PLR2004
            log.exception("request_failed", request_id=scope[REQUEST_ID])
        await _send(send, line({"problem": problem_of(scope, error)}), more=True)
    if not has_begun:
        await _begin(send)
    await _send(send, b"", more=False)


async def _begin(send: Send) -> None:
    headers = [(b"content-type", NDJSON.encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _send(send: Send, part: bytes, *, more: bool) -> None:
    async with asyncio.timeout(STALLED_SECONDS):
        await send({"type": "http.response.body", "body": part, "more_body": more})
