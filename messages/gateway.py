"""The gateway of text messages: a small protocol over HTTPS, signed both ways as Standard Webhooks has it.

We post ``{"id", "to", "text"}``; the gateway posts ``{"from", "text"}`` to us where somebody answers. docs/messages.md
describes it: any provider is joined by a few lines beside it.
"""

import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from crypto.normalise import phone
from jobs.send import Outcome, Sender
from jobs.signature import signatures
from jobs.target import BadTarget, read_target
from jobs.task import DONE, Ended, Ending
from kernel.errors import Unauthenticated
from messages.letter import Letter

TOLERANCE = timedelta(minutes=5)
_HOPELESS = frozenset({Outcome.CLIENT_ERROR, Outcome.GONE, Outcome.REFUSED_ADDRESS, Outcome.REDIRECTED})


@dataclass(frozen=True, slots=True)
class Gateway:
    """Post text messages to the gateway, under the rules that webhooks are sent under."""

    url: str
    secret: bytes = field(repr=False)
    sender: Sender

    def send(self, letter: Letter, message: UUID, at: datetime) -> Ended:
        """Post one text message; nothing is raised for what the gateway does."""
        told = {"id": str(message), "to": phone(letter.to) or letter.to, "text": letter.text}
        body, identifier, seconds = json.dumps(told).encode(), f"msg_{message.hex}", int(at.timestamp())
        headers = {
            "webhook-id": identifier,
            "webhook-timestamp": str(seconds),
            "webhook-signature": signatures([self.secret], identifier, seconds, body),
        }
        try:
            target = read_target(self.url, self.sender.rules)
        except BadTarget:
            return Ended(Ending.DEAD, Outcome.REFUSED_ADDRESS.value)
        sent = self.sender.send(target, headers, body)
        if sent.outcome is Outcome.DELIVERED:
            return DONE
        ending = Ending.DEAD if sent.outcome in _HOPELESS else Ending.AGAIN
        return Ended(ending, sent.outcome.value, sent.least_pause)


@dataclass(frozen=True, slots=True)
class Signed:
    """A request of the gateway, with the three headers that sign it."""

    id: str
    timestamp: str
    signature: str
    body: bytes = field(repr=False)


def check_signed(secret: bytes, signed: Signed, now: datetime) -> None:
    """Raise Unauthenticated unless the gateway signed exactly this, some minutes ago at most."""
    seconds = int(signed.timestamp) if signed.timestamp.isascii() and signed.timestamp.isdigit() else 0
    expected = signatures([secret], signed.id, seconds, signed.body).encode()
    fresh = abs(int(now.timestamp()) - seconds) <= TOLERANCE.total_seconds()
    given = signed.signature.encode(errors="replace").split(b" ")
    if not any([hmac.compare_digest(one, expected) for one in given]) or not fresh or not signed.id:  # noqa: C419
        message = "the request is not signed by the gateway"
        raise Unauthenticated(message)
