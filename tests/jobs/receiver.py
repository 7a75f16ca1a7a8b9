"""Receivers of webhooks on loopback: one that remembers what it got, and many that misbehave."""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Answer = Callable[[socket.socket, threading.Event], None]


def status(code: int, *headers: str) -> Answer:
    """Answer with a status and nothing else."""
    lines = [f"HTTP/1.1 {code} Said", *headers, "Content-Length: 0", "", ""]

    def answer(door: socket.socket, _over: threading.Event) -> None:
        door.sendall("\r\n".join(lines).encode())

    return answer


def raw(sent: bytes) -> Answer:
    """Answer with these bytes and hang up."""

    def answer(door: socket.socket, _over: threading.Event) -> None:
        door.sendall(sent)

    return answer


def hang(_door: socket.socket, over: threading.Event) -> None:
    """Say nothing until the test is over."""
    over.wait(60)


def late(seconds: float) -> Answer:
    """Say that it went well, but too late."""

    def answer(door: socket.socket, over: threading.Event) -> None:
        over.wait(seconds)
        door.sendall(OK)

    return answer


def drip(door: socket.socket, over: threading.Event) -> None:
    """Send the head of an answer byte by byte, so that no single reading ever times out."""
    for sign in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10_000:
        if over.wait(0.02):
            return
        door.sendall(bytes((sign,)))


def gigabyte(door: socket.socket, over: threading.Event) -> None:
    """Send as much body as the other side takes, up to a gigabyte."""
    door.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
    for _ in range(1024):
        if over.is_set():
            return
        door.sendall(bytes(1 << 20))


def endless_head(door: socket.socket, over: threading.Event) -> None:
    """Send headers without end."""
    door.sendall(b"HTTP/1.1 200 OK\r\n")
    while not over.is_set():
        door.sendall(b"X-More: " + b"a" * 4000 + b"\r\n")


@dataclass
class Received:
    """One request as it came."""

    line: str
    headers: Message
    body: bytes

    @property
    def signed(self) -> dict[str, str]:
        return {name: self.headers[name] for name in self.headers if name.startswith("webhook-")}


@dataclass
class Receiver:
    """A server on loopback; ``answers`` are given in turn, the last for ever."""

    port: int
    answers: list[Answer]
    over: threading.Event = field(default_factory=threading.Event)
    received: list[Received] = field(default_factory=list)

    def url(self, scheme: str = "http", path: str = "/hook") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def wait_for(self, count: int) -> list[Received]:
        end = time.monotonic() + 60
        while len(self.received) < count:
            assert time.monotonic() < end, f"{len(self.received)} of {count} came"
            time.sleep(0.01)
        return self.received

    def serve(self, door: socket.socket) -> None:
        with suppress(OSError):
            self.received.append(_read(door))
            place = min(len(self.received), len(self.answers)) - 1
            self.answers[place](door, self.over)


@contextmanager
def receiving(*answers: Answer, trust: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Run a receiver, each connection in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        receiver = Receiver(door.getsockname()[1], list(answers) or [raw(OK)])
        threading.Thread(target=_accept, args=(door, receiver, trust), daemon=True).start()
        try:
            yield receiver
        finally:
            receiver.over.set()


def _accept(door: socket.socket, receiver: Receiver, trust: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        while True:
            connection, _ = door.accept()
            threading.Thread(target=_one, args=(connection, receiver, trust), daemon=True).start()


def _one(connection: socket.socket, receiver: Receiver, trust: ssl.SSLContext | None) -> None:
    with suppress(OSError), connection:
        if trust is None:
            receiver.serve(connection)
            return
        with trust.wrap_socket(connection, server_side=True) as sealed:
            receiver.serve(sealed)


def _read(door: socket.socket) -> Received:
    received = b""
    while b"\r\n\r\n" not in received:
        more = door.recv(65536)
        if not more:
            raise ConnectionResetError
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    line, _, rest = head.partition(b"\r\n")
    headers = BytesParser().parsebytes(rest + b"\r\n\r\n", headersonly=True)
    while len(body) < int(headers["content-length"]):
        body += door.recv(65536)
    return Received(line.decode(), headers, body)


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate that signs itself for a host name; return it and the context of a server that has it."""
    key, made = folder / f"{name}.key", folder / f"{name}.pem"
    words = f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={name}"
    command = [*words.split(), "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return made, context
