"""Read a body as it comes, for the routes that take files: never whole in memory, and never for ever."""

from collections.abc import AsyncIterator

import anyio
from starlette.requests import Request

from api.errors import MalformedBody

_PATIENCE = 30.0
"""Seconds between two pieces of a body; whoever sends more slowly is cut off."""
_LONGEST = 900.0
"""Seconds for a whole body: the largest file in this time comes at 12 kB a second, and nobody sends for ever."""


async def pieces_of(request: Request, longest: float = _LONGEST) -> AsyncIterator[bytes]:
    """Yield the body piece by piece. Raises MalformedBody when it breaks off."""
    more, end = True, anyio.current_time() + longest
    while more:
        with anyio.move_on_after(min(_PATIENCE, end - anyio.current_time())) as waited:
            message = await request.receive()
        if waited.cancelled_caught or message["type"] != "http.request":
            text = "the body breaks off, or comes too slowly"
            raise MalformedBody(text)
        if message.get("body"):
            yield message["body"]
        more = message.get("more_body", False)
