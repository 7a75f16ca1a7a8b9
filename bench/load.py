"""Keep many connections busy from one thread: each sends its next request as soon as it has its answer.

One selector and ready-made bytes, so that the client takes little of the processors it measures.
"""

import selectors
import socket
import time
from collections.abc import Iterable, Iterator

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_GOOD = (b"HTTP/1.1 200", b"HTTP/1.1 201")
_PATIENCE = 60.0


class _Connection:
    """One client: a socket, what has come of the answer, and when its request left."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._got = b""
        self._began = 0.0

    def send(self, request: bytes) -> None:
        self._got, self._began = b"", time.perf_counter()
        self.socket.sendall(request)

    def took(self) -> float | None:
        """Return how long the request took, once the whole answer is there."""
        self._got += self.socket.recv(65536)
        head, found, body = self._got.partition(_END)
        if not found or len(body) < int(head.lower().partition(_LENGTH)[2].partition(b"\r\n")[0]):
            return None
        assert head.startswith(_GOOD), (head, body[:300])
        return time.perf_counter() - self._began


def load(port: int, requests: Iterable[bytes], clients: int) -> list[float]:
    """Send every request, ``clients`` at a time; return how many seconds each took."""
    left, times = iter(requests), list[float]()
    with selectors.DefaultSelector() as waiting:
        connections = [_Connection(port) for _ in range(clients)]
        for one in connections:
            waiting.register(one.socket, selectors.EVENT_READ, one)
        busy = sum(_send_next(one, left) for one in connections)
        while busy:
            ready = waiting.select(_PATIENCE)
            assert ready, "no answer came"
            for key, _ in ready:
                took = key.data.took()
                if took is not None:
                    times.append(took)
                    busy -= not _send_next(key.data, left)
        for one in connections:
            one.socket.close()
    return times


def _send_next(connection: _Connection, left: Iterator[bytes]) -> bool:
    request = next(left, None)
    if request is None:
        return False
    connection.send(request)
    return True
