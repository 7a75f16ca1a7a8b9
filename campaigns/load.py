"""Load what every processing needs to know of its campaign, and remember it for a moment."""

import threading
import time
from typing import cast, get_args

from audit.processing import CampaignContext
from campaigns.store import controller_kind
from crypto.provider import KeyProvider
from kernel.database import Transaction
from kernel.errors import Misconfigured, NotFound
from kernel.identity import CampaignId
from keys.load import load_campaign_keys
from policy.edition import Controller


class CampaignLoader:
    """Return a campaign's context, read from the database again after some seconds.

    A rotation of keys waits longer than that between its steps.
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
        with self._lock:
            self._known[campaign] = now, context
        return context

    def _load(self, transaction: Transaction, campaign: CampaignId) -> CampaignContext:
        kind = controller_kind(transaction, campaign)
        if kind is None:
            message = "no such campaign"
            raise NotFound(message)
        if kind not in get_args(Controller):
            message = "the campaign's controller is of an unknown kind"
            raise Misconfigured(message)
        return CampaignContext(load_campaign_keys(transaction, self._provider, campaign), cast("Controller", kind))
