"""Carry objections over: the controller's other campaigns refuse for whom they have in their files already."""

from uuid import UUID

import structlog

from audit.register import Register
from consent.carry import Carried, end_carrying, next_carried
from consent.incoming import let_nobody_in
from consent.oppositions import forms, refuse_carried
from contacts.holders import holders_of_data
from kernel.actor import WORKER, Actor, ActorKind
from kernel.errors import IsoloirError
from kernel.identity import CampaignId

PURPOSE = "rights_request"

events = structlog.get_logger("eligibility")


def carry_over(register: Register, campaign: CampaignId) -> int:
    """Tell every other campaign of the controller of what was objected to in this one; return of how many rows.

    What a campaign could not be told stays on its way, and holds up nothing else.
    """
    after: UUID | None = None
    done = 0
    while (carried := _next(register, campaign, after)) is not None:
        after = carried.id
        untold = [other for other in carried.campaigns if not _tell(register, other, carried)]
        if not untold:
            with register.open(_carrier_in(campaign), PURPOSE) as processing:
                end_carrying(processing, carried.id)
            done += 1
    return done


def _next(register: Register, campaign: CampaignId, after: UUID | None) -> Carried | None:
    with register.open(_carrier_in(campaign), PURPOSE) as processing:
        return next_carried(processing, after)


def _tell(register: Register, campaign: CampaignId, carried: Carried) -> bool:
    try:
        with register.open(_carrier_in(campaign), PURPOSE) as processing:
            let_nobody_in(processing)
            holders = holders_of_data(processing, [one.data for one in carried.objections], forms)
            refuse_carried(processing, carried, holders)
    except IsoloirError as problem:
        events.error("carrying_failed", campaign=campaign, exc_info=problem)
        return False
    return True


def _carrier_in(campaign: CampaignId) -> Actor:
    """Return the program itself, telling a campaign what was objected to in another."""
    return Actor(id=WORKER, kind=ActorKind.SYSTEM, campaign=campaign, scopes=frozenset(), purposes=frozenset({PURPOSE}))
