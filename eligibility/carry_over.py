"""Carry objections over: the controller's other campaigns refuse for whom they have in their files already."""

from uuid import UUID

import structlog

from audit.register import Register
from consent.carry import Carried, end_carrying, open_carried, put_off, waiting
from consent.incoming import let_nobody_in
from consent.oppositions import forms, refuse_carried
from contacts.holders import holders_of_data
from kernel.actor import WORKER, Actor, ActorKind
from kernel.errors import IsoloirError
from kernel.identity import CampaignId

PURPOSE = "rights_request"

events = structlog.get_logger("eligibility")


def carry_over(register: Register, campaign: CampaignId, *, all_of_it: bool = False) -> int:
    """Tell every other campaign of the controller of what was objected to in this one; return what is left.

    What cannot be told is put off for an hour, unless ``all_of_it`` is wanted now, and holds up nothing else.
    """
    with register.open(_carrier_in(campaign), PURPOSE) as processing:
        due = waiting(processing, put_off=all_of_it)
    return sum(not _carry_one(register, campaign, one) for one in due)


def _carry_one(register: Register, campaign: CampaignId, one: UUID) -> bool:
    try:
        with register.open(_carrier_in(campaign), PURPOSE) as processing:
            carried = open_carried(processing, one)
        if carried is not None:
            _tell(register, carried)
    except IsoloirError as problem:
        events.error("carrying_failed", campaign=campaign, exc_info=problem)
        with register.open(_carrier_in(campaign), PURPOSE) as processing:
            put_off(processing, one)
        return False
    with register.open(_carrier_in(campaign), PURPOSE) as processing:
        end_carrying(processing, one)
    return True


def _tell(register: Register, carried: Carried) -> None:
    with register.open(_carrier_in(carried.campaign), PURPOSE) as processing:
        let_nobody_in(processing)
        holders = holders_of_data(processing, [one.data for one in carried.objections], forms)
        refuse_carried(processing, carried, holders)


def _carrier_in(campaign: CampaignId) -> Actor:
    """Return the program itself, telling a campaign what was objected to in another."""
    return Actor(id=WORKER, kind=ActorKind.SYSTEM, campaign=campaign, scopes=frozenset(), purposes=frozenset({PURPOSE}))
