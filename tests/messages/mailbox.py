"""A small mail server on loopback: it speaks enough SMTP (RFC 5321) to take mail, and to refuse it."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import BinaryIO, cast


@dataclass
class Mailbox:
    """What came, and what is answered to a command instead of yes."""

    port: int
    answers: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    """Spoken from the first byte."""
    starttls: ssl.SSLContext | None = None
    """Spoken from the command STARTTLS on."""

    @property
    def url(self) -> str:
        return f"smtp+plain://127.0.0.1:{self.port}"

    def receive(self, plain: socket.socket) -> None:
        door = self.tls.wrap_socket(plain, server_side=True) if self.tls else plain
        with door:
            _say(door, "220 here")
            secured = self._talk(door)
            if secured is not None:
                with secured:
                    self._talk(secured)

    def _talk(self, door: socket.socket) -> socket.socket | None:
        """Talk until the other side quits, or wants TLS: then return the secured door."""
        lines = door.makefile("rb")
        for raw in lines:
            line = raw.decode("utf-8", "replace").strip()
            word = line.split(" ")[0].upper()
            self.commands.append(line)
            if word in self.answers:
                _say(door, self.answers[word])
            elif word == "EHLO":
                offered = ["250-STARTTLS"] if self.starttls else []
                _say(door, "250-here", *offered, "250-AUTH PLAIN", "250 8BITMIME")
            elif word == "STARTTLS" and self.starttls is not None:
                _say(door, "220 go on")
                return self.starttls.wrap_socket(door, server_side=True)
            elif word == "DATA":
                _say(door, "354 go on")
                self.mails.append(_read_mail(cast("BinaryIO", lines)))
                _say(door, "250 taken")
            else:
                if word in {"MAIL", "RCPT"}:
                    self.envelopes.append(line)
                _say(door, {"QUIT": "221 bye", "AUTH": "235 known"}.get(word, "250 yes"))
        return None


@contextmanager
def mailbox(**given: ssl.SSLContext) -> Iterator[Mailbox]:
    """Listen on a port of loopback until the test is over."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        box = Mailbox(server.getsockname()[1], **given)  # type: ignore[arg-type]
        thread = threading.Thread(target=_serve, args=(server, box), daemon=True)
        thread.start()
        yield box
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def _serve(server: socket.socket, box: Mailbox) -> None:
    with suppress(OSError):
        while True:
            door, _ = server.accept()
            with suppress(OSError), door:
                box.receive(door)


def _read_mail(lines: BinaryIO) -> EmailMessage:
    received = []
    for line in lines:
        if line == b".\r\n":
            break
        received.append(line.removeprefix(b".") if line.startswith(b"..") else line)
    return message_from_bytes(b"".join(received), policy=default)


def _say(door: socket.socket, *lines: str) -> None:
    door.sendall("".join(f"{line}\r\n" for line in lines).encode())
