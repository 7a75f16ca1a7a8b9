"""Do a request once, however often it is sent: the client's key is kept in the transaction that does the work.

Kept for a day: a digest of the client's key, a keyed fingerprint of the whole request, the status, and the ids of what
came of it. Never the body of a request or an answer: who sends a request again is answered by a fresh reading.
A crash leaves nothing: the key is committed with the work or not at all. A refusal keeps nothing either.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from audit.books import Books
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from jobs.store.requests import REQUEST_KEY, delete_requests, insert_request, is_any_old, kept_request
from kernel.errors import Conflict, Invalid
from kernel.identity import CampaignId

KEPT = timedelta(hours=24)
REQUESTS = (REQUEST_KEY,)
PURPOSE = "fingerprint"
_LABEL = b"isoloir request v1"


class StillRunning(Conflict):
    """Say that the first request with this key has not ended."""


class KeyReused(Invalid):
    """Say that the key stands for another request."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as its client names it, and everything that makes it this request."""

    key: str
    parts: tuple[bytes, ...]

    def having(self, *parts: bytes) -> "Request":
        """Return the request together with more of what makes it this one."""
        return Request(self.key, (*self.parts, *parts))

    def chunk(self, first: int, lines: Sequence[bytes]) -> "Request":
        """Return the request that one chunk of a stream is: who sends the stream again has what was done told anew."""
        return Request(f"{self.key}#{first}", (*self.parts, *lines))


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a request that was sent before."""

    status: int
    outcome: Any


@dataclass(frozen=True, slots=True)
class Turn:
    """A request's turn in a processing: what became of it before, or the place to keep what becomes of it now."""

    digest: bytes
    fingerprint: bytes
    before: Kept | None


def take_turn(processing: Processing, request: Request) -> Turn:
    """Find out whether a request was done, and keep others of its key away. Raises StillRunning, KeyReused.

    The key is the client's own: two clients never meet. It is looked for under every living version of our own key,
    so that a rotation within the day lets nothing be done twice.
    """
    turns = [_turn(processing, request, key.version) for key in processing.keys.reading(PURPOSE)]
    for turn in turns:
        if not processing.try_lock(int.from_bytes(turn.digest[:8], "big", signed=True)):
            message = "the first request with this Idempotency-Key is still running"
            raise StillRunning(message)
    for turn in turns:
        row = kept_request(processing, turn.digest, processing.at - KEPT)
        if row is None:
            continue
        if row.fingerprint != turn.fingerprint:
            message = "this Idempotency-Key stands for another request"
            raise KeyReused(message)
        return Turn(turn.digest, turn.fingerprint, Kept(row.status, json.loads(row.outcome)))
    return turns[0]


def keep_turn(processing: Processing, turn: Turn, status: int, outcome: Sequence[Any]) -> None:
    """Keep what became of a request: its status, and ids and words of our own, nothing that was said."""
    expired = delete_requests(processing, processing.at - KEPT, turn.digest)
    values = {
        "campaign_id": processing.campaign,
        "digest": turn.digest,
        "fingerprint": turn.fingerprint,
        "status": status,
        "outcome": json.dumps(outcome, default=str),
        "created_at": processing.at,
    }
    processing.note_also({"request_key.insert": insert_request(processing, values), "request_key.delete": expired})


def has_old_requests(books: Books, campaign: CampaignId) -> bool:
    """Tell whether there is anything to forget; the books are those of ``REQUESTS``."""
    return is_any_old(books, campaign, books.at - KEPT)


def sweep_requests(processing: Processing) -> int:
    """Forget requests older than a day; return how many."""
    swept = delete_requests(processing, processing.at - KEPT)
    processing.note(Note(event=Event.REQUEST_KEY_SWEPT, counts={"request_key.delete": swept}))
    return swept


def _turn(processing: Processing, request: Request, version: int) -> Turn:
    digest = _mac(processing, version, b"key", processing.actor.id.encode(), request.key.encode())
    return Turn(digest, _mac(processing, version, b"request", *request.parts), None)


def _mac(processing: Processing, version: int, *parts: bytes) -> bytes:
    mac = processing.keys.mac(PURPOSE, version).copy()
    mac.update(_LABEL)
    for part in parts:
        mac.update(len(part).to_bytes(8, "big") + part)
    return mac.finalize()
