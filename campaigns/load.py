"""Load what every processing needs to know of its campaign, and remember it for a moment."""

import json
import threading
import time
from typing import Any, cast, get_args

from audit.context import CampaignContext
from campaigns.own_words import load_own_words
from campaigns.store import standing
from crypto.campaign_keys import CampaignKey
from crypto.provider import KeyProvider
from kernel.database import Transaction
from kernel.errors import Conflict, Misconfigured, NotFound
from kernel.identity import CampaignId
from keys.controller import open_controller_key
from keys.load import load_campaign_keys
from policy.activation import ALWAYS_USED
from policy.detect import NO_WORDS
from policy.edition import Controller
from policy.phase import Phase


class CampaignClosed(Conflict):
    """Say that the campaign is closed: its keys are destroyed, and nothing is processed in it any more."""


class CampaignLoader:
    """Return a campaign's context, read from the database again after some seconds.

    A rotation of keys waits longer than that between its steps. A campaign in preparation is read every time: somebody
    may activate it at this moment, and then nothing synthetic may be written any more.
    """

    def __init__(self, provider: KeyProvider, remembered_seconds: float) -> None:
        self._provider = provider
        self._seconds = remembered_seconds
        self._lock = threading.Lock()
        self._known: dict[CampaignId, tuple[float, CampaignContext]] = {}

    def __call__(self, transaction: Transaction, campaign: CampaignId) -> CampaignContext:
        """Return the context of ``campaign``. Raises NotFound."""
        with self._lock:
            read_at, context = self._known.get(campaign, (float("-inf"), None))
        now = time.monotonic()
        if context is not None and now - read_at < self._seconds:
            return context
        context = self._load(transaction, campaign)
        if context.phase is not Phase.PREPARING:
            with self._lock:
                self._known[campaign] = now, context
        return context

    def _load(self, transaction: Transaction, campaign: CampaignId) -> CampaignContext:
        row = standing(transaction, campaign)
        if row is None:
            message = "no such campaign"
            raise NotFound(message)
        if row.end == Phase.CLOSED:
            message = "the campaign is closed: its data were returned and destroyed"
            raise CampaignClosed(message)
        if row.kind not in get_args(Controller):
            message = "the campaign's controller is of an unknown kind"
            raise Misconfigured(message)
        keys = load_campaign_keys(transaction, self._provider, campaign, *self._shared(row))
        return CampaignContext(
            keys=keys,
            controller=cast("Controller", row.kind),
            controller_id=row.controller_id,
            phase=_phase(row),
            purposes=None if row.purposes is None else ALWAYS_USED | set(json.loads(row.purposes)),
            operator=row.operator,
            own=load_own_words(transaction, keys, campaign) if row.has_words else NO_WORDS,
        )

    def _shared(self, row: Any) -> list[CampaignKey]:  # noqa: ANN401 - a row
        return [] if row.wrapped is None else [open_controller_key(self._provider, row)]


def _phase(row: Any) -> Phase:  # noqa: ANN401 - a row
    if row.end is not None:
        return Phase(row.end)
    return Phase.PREPARING if row.purposes is None else Phase.ACTIVE
