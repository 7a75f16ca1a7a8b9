"""Which processings a campaign takes, and what is refused at the end because the campaign, or time, went on."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from audit.context import CampaignContext
from audit.events import Event
from audit.note import Note
from audit.register import LONGEST, RESTITUTION, CampaignClosing, PurposeNotInUse, Register
from campaigns.load import CampaignLoader
from contacts.declare import NewOrigin, declare_origin
from kernel.actor import Actor, ActorKind, operator_in, worker_in
from kernel.database import Transaction
from kernel.errors import Conflict, Forbidden
from kernel.identity import CampaignId
from policy.findings import Refusal
from policy.load import load
from policy.phase import Phase
from tests.factories import MANAGING, World, dump, later

NOTHING = Note(event=Event.LOG_READ, counts={})


def register_of(world: World, *standings: dict[str, Any]) -> Register:
    """Return a register whose campaign stands so, first and then and from then on."""
    honest, left = CampaignLoader(world.installation.provider, 0), list(standings)

    def load_campaign(transaction: Transaction, campaign: CampaignId) -> CampaignContext:
        standing = left.pop(0) if len(left) > 1 else left[0]
        return replace(honest(transaction, campaign), **standing)

    database, clock = world.installation.database, world.clock
    return Register(database, load_campaign=load_campaign, load_law=partial(load, "france"), clock=clock)


def does_nothing(register: Register, actor: Actor, purpose: str) -> bool:
    with register.open(actor, purpose) as processing:
        processing.note(NOTHING)
    return True


def test_a_campaign_that_closes_is_returned_by_its_operator_and_takes_nothing_else(world: World) -> None:
    closing = register_of(world, {"phase": Phase.CLOSING})
    operator = operator_in(world.campaign, frozenset({RESTITUTION}))
    program = replace(operator, kind=ActorKind.CLIENT, id="client")
    assert does_nothing(closing, operator, RESTITUTION)
    assert does_nothing(closing, worker_in(world.campaign), "administration")
    with pytest.raises(CampaignClosing):
        does_nothing(closing, operator, "administration")
    with pytest.raises(CampaignClosing):
        closing.check(world.actor, MANAGING)
    with pytest.raises(Forbidden, match="operator"):
        does_nothing(closing, program, RESTITUTION)
    with pytest.raises(Forbidden, match="operator"):
        does_nothing(world.register, operator, RESTITUTION)


def test_a_purpose_that_the_campaign_did_not_declare_opens_nothing(world: World) -> None:
    narrow = register_of(world, {"purposes": frozenset({MANAGING, "administration"})})
    assert does_nothing(narrow, world.actor, MANAGING)
    with pytest.raises(PurposeNotInUse):
        does_nothing(narrow, world.actor, "canvassing")


def test_the_refusal_of_a_processor_warns_the_controller(world: World) -> None:
    for operator, warned in (("processor", "operator.instruction"), ("controller", None), (None, None)):
        register = register_of(world, {"operator": operator})
        with pytest.raises(Refusal) as caught, register.open(world.actor, MANAGING) as processing:
            raise Refusal([processing.edition.rules["forbidden.religion"].finding("note")])
        notice = caught.value.notice
        assert (notice and notice.rule) == warned


def declare(register: Register, world: World, seconds: float) -> None:
    with register.open(world.actor, MANAGING) as processing:
        declare_origin(processing, NewOrigin(kind="newsletter", obtained_on=processing.today))
        later(world, seconds=seconds)


def test_what_took_too_long_stores_nothing_and_a_reading_may_take_its_time(world: World) -> None:
    before = dump(world, without=["entry"])
    with pytest.raises(Conflict, match="too long"):
        declare(world.register, world, LONGEST.total_seconds() + 1)
    assert dump(world, without=["entry"]) == before
    with world.register.open(world.actor, MANAGING) as processing:
        later(world, hours=1)
        processing.note(NOTHING)
    declare(world.register, world, LONGEST.total_seconds())
    assert dump(world, without=["entry"]) != before


def test_what_was_written_while_the_campaign_took_a_step_is_undone(world: World) -> None:
    before = dump(world, without=["entry"])
    with pytest.raises(Conflict, match="meanwhile"):
        declare(register_of(world, {}, {"phase": Phase.CLOSING}), world, 0)
    assert dump(world, without=["entry"]) == before
    assert does_nothing(register_of(world, {}, {"phase": Phase.CLOSING}), world.actor, MANAGING), "it wrote nothing"
