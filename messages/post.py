"""Hand one e-mail to the installation's mail server (RFC 5321), and hear whether it takes it.

Plain text only, no picture, no tracking, no rewritten link. Passwords and words go over TLS, or to this machine itself.
"""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal
from urllib.parse import unquote, urlsplit
from uuid import UUID

from jobs.address import read_address
from jobs.target import LOCAL_NAME
from jobs.task import DONE, Ended, Ending
from kernel.errors import Misconfigured
from messages.letter import Letter

Security = Literal["tls", "starttls", "plain"]
Trust = Callable[[], ssl.SSLContext]
_SCHEMES: dict[str, tuple[Security, int]] = {
    "smtps": ("tls", 465),
    "smtp": ("starttls", 587),
    "smtp+plain": ("plain", 25),
}
_SECONDS = 15.0
_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mails are handed over, and from which address they come."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


def read_mail_server(url: str, sender: str) -> MailServer | None:
    """Read the setting: ``smtps://``, ``smtp://`` (STARTTLS), ``smtp+plain://`` to this machine only; None for none.

    Raises Misconfigured, never with what was written.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        security, usual = _SCHEMES[parts.scheme]
        host, port = parts.hostname or "", parts.port or usual
        Address(addr_spec=sender)
    except (KeyError, ValueError, IndexError, MessageError):
        host, port, parts, security = "", 0, urlsplit(""), "tls"
    if not host or "@" not in sender or (security == "plain" and not _is_here(host)):
        message = (
            "ISOLOIR_MAIL_URL is smtps://, smtp:// or, on this machine, smtp+plain://; ISOLOIR_MAIL_FROM an address"
        )
        raise Misconfigured(message)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(host, port, security, sender, user, password)


@dataclass(frozen=True, slots=True)
class Post:
    """Hand e-mails to a mail server; whom to trust is given."""

    server: MailServer
    trust: Trust

    def send(self, letter: Letter, message: UUID, at: datetime) -> Ended:
        """Hand one e-mail over; nothing is raised for what the server does, and its words are not repeated."""
        try:
            written = _written(letter, self.server.sender, message, at)
            with self._connected() as door:
                if self.server.user:
                    door.login(self.server.user, self.server.password)
                door.send_message(written, self.server.sender, [letter.to])
        except smtplib.SMTPRecipientsRefused as refused:
            return _answered(next(iter(refused.recipients.values()))[0])
        except smtplib.SMTPResponseException as refused:
            return _answered(refused.smtp_code)
        except smtplib.SMTPNotSupportedError:
            return Ended(Ending.DEAD, "not_supported")
        except OSError:  # A certificate that does not fit is one too, and a ValueError besides.
            return Ended(Ending.AGAIN, "unreachable")
        except (MessageError, ValueError):
            return Ended(Ending.DEAD, "unwritable")
        return DONE

    def _connected(self) -> smtplib.SMTP:
        """Connect, and secure the connection; we call ourselves by the sender's domain, not by the machine's name."""
        server, name = self.server, self.server.sender.rpartition("@")[2]
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, name, timeout=_SECONDS, context=self.trust())
        door = smtplib.SMTP(server.host, server.port, name, timeout=_SECONDS)
        if server.security == "starttls":
            try:
                door.starttls(context=self.trust())  # Raises where the server does not offer it: nothing goes in clear.
            except BaseException:
                door.close()
                raise
        return door


def _written(letter: Letter, sender: str, message: UUID, at: datetime) -> EmailMessage:
    """Write an e-mail; its id is the same at every attempt, so that a second one is seen to be the first."""
    written = EmailMessage(policy=SMTP)
    written["From"] = Address(display_name=letter.sender, addr_spec=sender)
    written["To"] = Address(addr_spec=letter.to)
    written["Subject"] = letter.subject
    written["Date"] = format_datetime(at)
    written["Message-ID"] = f"<{message.hex}@{sender.rpartition('@')[2]}>"
    written["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        written[name] = value
    written.set_content(letter.text)
    return written


def _answered(code: int) -> Ended:
    """Try again what a server puts off; what it refuses for good is not sent twice."""
    return Ended(Ending.DEAD, "refused") if code >= _PERMANENT else Ended(Ending.AGAIN, "put_off")


def _is_here(host: str) -> bool:
    literal = read_address(host)
    return host == LOCAL_NAME or (literal is not None and literal.is_loopback)
