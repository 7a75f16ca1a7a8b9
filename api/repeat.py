"""Requests that may be sent twice (draft-ietf-httpapi-idempotency-key-header-07), and are done once."""

import re
from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from api.boundary import BODY
from api.caller import PURPOSE_HEADER
from api.describe import header
from api.errors import KeyRequired
from api.requests import asks_strict
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from jobs import once

HEADER = "Idempotency-Key"
REPLAYED = {"Idempotency-Replayed": "true"}
_LETTERS = r"[A-Za-z0-9._:\-]{8,128}"
_KEY = re.compile(rf'"({_LETTERS})"|({_LETTERS})')
_TEXT = "A key of the client's own for this request; sent again within a day, the request is done once"
_EXAMPLE = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
_FORM = f'^("{_LETTERS}"|{_LETTERS})$'
MAY_REPEAT = header(HEADER, _TEXT, _EXAMPLE, required=False, pattern=_FORM)
MUST_REPEAT = header(HEADER, _TEXT, _EXAMPLE, required=True, pattern=_FORM)
REPEAT_REFUSALS = ("idempotency-key-required", "idempotency-key-running", "idempotency-key-reused")

Work = Callable[[], tuple[int, list[Any]]]


def request_of(request: Request, *, required: bool = False) -> once.Request | None:
    """Return the request as its key names it, None without one. Raises KeyRequired for no key that can be read.

    A body that a route takes in itself is not in it yet.
    """
    given = request.headers.getlist(HEADER)
    if not given and not required:
        return None
    key = _KEY.fullmatch(given[0].strip()) if len(given) == 1 else None
    if key is None:
        message = f"send {HEADER} once: 8 to 128 letters, figures or . _ - : between double quotes"
        raise KeyRequired(message)
    words = (request.method, request.scope["route"].path, request.headers.get(PURPOSE_HEADER, ""))
    parts = (*(word.strip().encode() for word in words), bytes([asks_strict(request)]), request.scope.get(BODY, b""))
    return once.Request(key[1] or key[2], parts)


def made_once(processing: Processing, request: Request, make: Callable[[], object]) -> tuple[Any, dict[str, str]]:
    """Make something unless the request made it before; return its number or id, and the headers that say which.

    What is made is never taken back, so its number or id is all there is to remember.
    """
    _, outcome, before = done_once(processing, request_of(request), lambda: (201, [make()]))
    if before:
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return outcome[0], REPLAYED if before else {}


def done_once(processing: Processing, request: once.Request | None, work: Work) -> tuple[int, list[Any], bool]:
    """Do the work, unless the request was done before; return status, what came of it, and whether it was before.

    ``work`` makes the last note, and returns ids and words of ours. Who finds that it was done reads it anew.
    """
    if request is None:
        return *work(), False
    turn = once.take_turn(processing, request)
    if turn.before is not None:
        return turn.before.status, turn.before.outcome, True
    status, outcome = work()
    once.keep_turn(processing, turn, status, outcome)
    return status, outcome, False
