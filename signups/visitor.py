"""Who acts on the public pages: a visitor, of whom nothing is known but what they hold."""

from kernel.actor import Actor, ActorKind
from kernel.identity import CampaignId

VISITOR = "visitor"
RIGHTS = "rights_request"
"""The purpose of stopping: no campaign can do without it."""
_PURPOSES = frozenset({"contact_management", RIGHTS})
_SCOPES = frozenset({"contacts:read", "contacts:write"})


def visitor_in(campaign: CampaignId) -> Actor:
    """Return a visitor of a campaign's public pages."""
    return Actor(id=VISITOR, kind=ActorKind.SYSTEM, campaign=campaign, scopes=_SCOPES, purposes=_PURPOSES)
