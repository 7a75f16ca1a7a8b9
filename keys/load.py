"""Load a campaign's keys and unwrap them with the root key."""

from collections.abc import Iterable
from typing import Any

from crypto.campaign_keys import CampaignKey, CampaignKeys, unwrap_campaign_key
from crypto.provider import KeyProvider
from kernel.database import Transaction
from kernel.errors import NotFound
from kernel.identity import CampaignId
from keys.store import campaign_key_rows


def load_campaign_keys(
    transaction: Transaction, provider: KeyProvider, campaign: CampaignId, *shared: CampaignKey
) -> CampaignKeys:
    """Return the keys of ``campaign``, and those ``shared`` with its controller's others.

    Raises NotFound if there is no such campaign, Unopenable if a key is spoilt.
    """
    rows = campaign_key_rows(transaction, campaign)
    if not rows:
        message = "no such campaign"
        raise NotFound(message)
    return open_campaign_keys(provider, campaign, rows, *shared)


def open_campaign_keys(
    provider: KeyProvider, campaign: CampaignId, rows: Iterable[Any], *shared: CampaignKey
) -> CampaignKeys:
    """Unwrap rows of the key table."""
    return CampaignKeys(campaign.bytes, [*(_open(provider, campaign, row) for row in rows), *shared])


def _open(provider: KeyProvider, campaign: CampaignId, row: Any) -> CampaignKey:  # noqa: ANN401 - a row
    if row.wrapped is None:
        return CampaignKey(row.purpose, row.version, "destroyed", b"")
    return unwrap_campaign_key(
        provider,
        campaign.bytes,
        purpose=row.purpose,
        version=row.version,
        state=row.state,
        root_version=row.root_version,
        wrapped=row.wrapped,
    )
