"""A body is read as it comes, and neither a pause nor a trickle holds its place for ever."""

import anyio
import pytest
from starlette.requests import Request
from starlette.types import Message

import api.uploads
from api.errors import MalformedBody
from api.uploads import pieces_of


async def trickle() -> Message:
    await anyio.sleep(0.001)
    return {"type": "http.request", "body": b"x", "more_body": True}


async def silence() -> Message:
    await anyio.sleep_forever()
    raise AssertionError


@pytest.mark.parametrize(("longest", "receive"), [(0.05, trickle), (900.0, silence)], ids=["trickle", "silence"])
def test_who_sends_for_ever_is_cut_off(longest: float, receive: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.uploads, "_PATIENCE", 0.05)

    async def read() -> None:
        with anyio.fail_after(20):
            async for piece in pieces_of(Request({"type": "http"}, receive), longest):  # type: ignore[arg-type]
                assert piece == b"x"

    with pytest.raises(MalformedBody):
        anyio.run(read)
