"""Tell the log of failed authentications: at most once a minute for each client, with how many there were.

Whoever guesses secrets must leave a trace, and must not be able to fill the log with it. The minute is shared by all
processes of a host; what each of them counted is told in its own turn.
"""

import threading
from collections import Counter

from accounts.scopes import ADMINISTRATION
from audit.events import Event, Outcome
from audit.note import Note
from audit.register import Register
from kernel.actor import Actor, ActorKind
from kernel.identity import CampaignId
from kernel.rate import Buckets, Policy

UNKNOWN = "unknown"
"""What stands for every client that does not exist: an id of the caller's own is not kept."""
_TURN = Policy(name="refusals", quota=1, seconds=60)


class Refusals:
    """Count failures, and tell of them in turn. Only clients and campaigns that exist are counted, so it is bounded."""

    def __init__(self, register: Register, buckets: Buckets) -> None:
        self._register = register
        self._buckets = buckets
        self._lock = threading.Lock()
        self._untold: Counter[tuple[CampaignId, str]] = Counter()

    def count(self, campaign: CampaignId, client: str) -> None:
        """Count a failure of a client, or of ``UNKNOWN``, and tell of it if it is its turn."""
        with self._lock:
            self._untold[campaign, client] += 1
        self._tell(campaign, client)

    def tell(self) -> None:
        """Tell of everything whose turn has come: a flood that is over is told in full."""
        for campaign, client in list(self._untold):
            self._tell(campaign, client)

    def _tell(self, campaign: CampaignId, client: str) -> None:
        if self._buckets.take(_TURN, f"{campaign}{client}").wait:
            return
        with self._lock:
            failures = self._untold.pop((campaign, client), 0)
        if failures:
            actor = Actor(
                id=client,
                kind=ActorKind.CLIENT,
                campaign=campaign,
                scopes=frozenset(),
                purposes=frozenset({ADMINISTRATION}),
            )
            told = Note(event=Event.CLIENT_REFUSED, outcome=Outcome.REFUSED, counts={"rule.authentication": failures})
            with self._register.open(actor, ADMINISTRATION) as processing:
                processing.note(told)
