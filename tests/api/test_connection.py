"""What a connection sends together, and what it must not keep back."""

from asyncio import AbstractEventLoop, Transport
from collections.abc import Callable
from typing import cast

from api.connection import _Gathered


class _Loop:
    """A loop whose turn ends when it is told to."""

    def __init__(self) -> None:
        self.soon: list[Callable[[], None]] = []

    def call_soon(self, call: Callable[[], None]) -> None:
        self.soon.append(call)

    def end_turn(self) -> None:
        for call in self.soon:
            call()
        self.soon.clear()


class _Wire:
    """A transport that remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def _made() -> tuple[_Gathered, _Wire, _Loop]:
    wire, loop = _Wire(), _Loop()
    return _Gathered(cast("Transport", wire), cast("AbstractEventLoop", loop)), wire, loop


def test_headers_and_body_are_sent_together_and_each_turns_answers_once() -> None:
    gathered, wire, loop = _made()
    for _ in range(2):
        gathered.write(b"head ")
        gathered.write(b"body")
        loop.end_turn()
    assert wire.sent == [b"head body", b"head body"]
    assert not loop.soon


def test_much_is_sent_at_once_so_that_the_transport_can_say_to_wait() -> None:
    gathered, wire, loop = _made()
    gathered.write(b"head ")
    gathered.write(b"." * (16 << 10))
    assert [len(one) for one in wire.sent] == [5 + (16 << 10)]
    gathered.write(b"rest")
    loop.end_turn()
    assert wire.sent[1:] == [b"rest"]


def test_closing_sends_what_is_left_first() -> None:
    gathered, wire, loop = _made()
    gathered.write(b"sorry")
    assert not gathered.is_closing()
    gathered.close()
    loop.end_turn()
    assert (wire.sent, gathered.is_closing()) == ([b"sorry"], True)


def test_whoever_has_gone_meanwhile_is_sent_nothing() -> None:
    gathered, wire, loop = _made()
    gathered.write(b"answer")
    wire.close()
    loop.end_turn()
    gathered.write(b"more")
    loop.end_turn()
    assert (wire.sent, loop.soon) == ([], [])
