"""Newcomers of the door: their own mailbox or telephone is asked to confirm, and before that they are nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.processing import Processing
from kernel.errors import NotFound
from outreach.record import AHEAD
from signups.begin import BadWish, begin_signup
from signups.wish import Wish

NO_FORM = "form"
"""What is at fault where no public form is open, or nobody of that id is of the team."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody wrote and ticked at the door, when, and who knocked."""

    wish: Wish
    at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """Where confirmations lead, and whether there is a gateway of text messages."""

    public_url: str
    texts: bool


def ask_newcomers(
    processing: Processing, newcomers: Sequence[Newcomer], asking: Asking, *, since: datetime
) -> list[tuple[str, ...]]:
    """Ask each to confirm by a message; return for each the fields to be filled in otherwise, none where all is well.

    The evidence will tell when it was asked at the door, never before ``since``, and who knocked; whose mailbox stays
    silent is forgotten in seven days.
    """
    return [_faults(processing, one, asking, since) for one in newcomers]


def _faults(processing: Processing, one: Newcomer, asking: Asking, since: datetime) -> tuple[str, ...]:
    if not one.wish.canvasser:
        return ("canvasser",)
    if not since <= one.at <= processing.at + AHEAD:
        return ("at",)
    try:
        begin_signup(processing, one.wish, asking.public_url, texts=asking.texts, asked_at=min(one.at, processing.at))
    except BadWish as bad:
        return bad.fields
    except NotFound:
        return (NO_FORM,)
    return ()
