"""NDJSON: one JSON value a line, sent as it is made, so that neither side ever holds the whole.

Nothing is sent before its processing is committed. Once lines are on their way a failure cannot be a status: it is the
last line, ``{"problem": {...}}``. Who reads nothing for a minute is cut off.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator

import orjson
import structlog
from anyio import to_thread
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.problems import REQUEST_ID, problem_of, problem_type_of

NDJSON = "application/x-ndjson"
STALLED_SECONDS = 60.0
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
        gone = asyncio.ensure_future(receive())
        try:
            await send_parts(scope, send, self._made(gone))
        finally:
            gone.cancel()

    async def _made(self, gone: "asyncio.Future[Message]") -> AsyncIterator[bytes]:
        while not gone.done() and (part := await to_thread.run_sync(next, self._parts, None)) is not None:
            yield part


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
