"""Rotate the root key: after it, no copy of the database made before opens, whatever wrapped keys it holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audit.events import Event
from audit.note import Note
from audit.register import Register
from crypto.campaign_keys import wrap_campaign_key
from crypto.provider import KeyProvider
from kernel.actor import Actor
from kernel.identity import CampaignId
from keys.controller import rewrap_controller_keys
from keys.load import open_campaign_keys
from keys.store import read_campaign_keys, update_campaign_key
from keys.versions import PURPOSE

ActorIn = Callable[[CampaignId], Actor]


@dataclass(frozen=True, slots=True)
class RootRotation:
    """The version now in force, and how many campaign keys were wrapped anew."""

    version: int
    rewrapped: int


def rotate_root(
    register: Register,
    provider: KeyProvider,
    list_campaigns: Callable[[], Sequence[CampaignId]],
    actor_in: ActorIn,
    *,
    destroy: bool = True,
) -> RootRotation:
    """Wrap every campaign key under a new root version, then destroy the older ones at the provider.

    Without ``destroy`` they go on opening earlier copies, until the same is asked with it. Several living versions mean
    that a rotation was interrupted, or its destruction put off: it is finished, no other is begun. Campaigns are listed
    until none is new, because one may be created meanwhile; whoever is not listed loses its keys.
    """
    version = provider.current() if len(provider.versions()) > 1 else provider.rotate()
    done: set[CampaignId] = set()
    rewrapped = 0
    while due := [campaign for campaign in list_campaigns() if campaign not in done]:
        rewrapped += sum(_rewrap(register, provider, actor_in(campaign), version, destroy=destroy) for campaign in due)
        done.update(due)
    for old in (
        provider.versions() if done and destroy else ()
    ):  # Without a campaign nobody wrapped the controllers' keys anew.
        if old != version:
            provider.destroy(old)
    return RootRotation(version, rewrapped)


def _rewrap(register: Register, provider: KeyProvider, actor: Actor, version: int, *, destroy: bool) -> int:
    older = [one for one in provider.versions() if one != version]
    with register.open(actor, PURPOSE) as processing:
        rows = read_campaign_keys(processing)
        keys = open_campaign_keys(provider, processing.campaign, rows)
        due = [row for row in rows if row.root_version != version and row.wrapped is not None]
        for row in due:
            key = keys.at(row.purpose, row.version)
            root_version, wrapped = wrap_campaign_key(provider, processing.campaign.bytes, key)
            update_campaign_key(
                processing, row.purpose, row.version, {"root_version": root_version, "wrapped": wrapped}
            )
        counts = {"campaign_key.read": len(rows), "campaign_key.update": len(due)}
        counts |= rewrap_controller_keys(processing, provider, version)
        free = {"root_version": version, "destroys": older if destroy else []}
        processing.note(Note(event=Event.CAMPAIGN_KEY_REWRAPPED, counts=counts, free=free))
        return len(due)
