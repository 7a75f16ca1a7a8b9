"""A campaign with something to hand back."""

from dataclasses import replace

import pytest

from contacts.declare import register_custom_field, register_tag
from contacts.restrict import RestrictionGround, restrict_contacts
from kernel.identity import PersonId
from outreach.messages import NewMessage, create_message
from outreach.record import NewInteraction, record_interactions
from outreach.targeting import NewTargeting, register_targeting
from outreach.words import Channel, MessageKind, Outcome, Technique
from outreach.words import Kind as Happened
from tests.factories import MANAGING, NOW, World, marie, recorded, voter


@pytest.fixture
def persons(world: World) -> list[PersonId]:
    with world.register.open(world.actor, MANAGING) as processing:
        register_custom_field(processing, "langue")
        register_tag(processing, "quartier_nord")
    told = marie(world, tags=("quartier_nord",))
    marked = replace(told, data=(*told.data, ("custom:langue", "breton"), ("note", "le soir")))
    found = recorded(world, marked, *[voter(world, number) for number in range(3)])
    with world.register.open(world.actor, "rights_request") as processing:
        restrict_contacts(processing, [found[1]], RestrictionGround.OBJECTION_PENDING)
    with world.register.open(world.actor, MANAGING) as processing:
        visit = NewInteraction(contact=found[0], kind=Happened.VISIT, at=NOW, outcome=Outcome.NOT_INTERESTED)
        record_interactions(processing, [visit])
        create_message(processing, NewMessage(kind=MessageKind.LOGISTICS, channel=Channel.EMAIL, title="rentree"))
        everybody = {"considered": 4, "allowed": 4}
        line = NewTargeting(channel=Channel.EMAIL, technique=Technique.EVERYBODY, counts=everybody)
        register_targeting(processing, line)
    return found
