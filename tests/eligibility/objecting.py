"""Objections as tests make them: by what, in which campaign of the controller, and what is answered then."""

from dataclasses import replace
from datetime import date

from audit.events import Event
from audit.note import Note
from campaigns.create import NewCampaign, create_campaign
from consent.oppositions import NewOpposition
from contacts.declare import NewOrigin, declare_origin
from eligibility.oppose import oppose
from kernel.actor import operator_in
from kernel.identity import PersonId
from policy.draft import Datum
from tests.consent_making import ask, told
from tests.factories import MANAGING, PURPOSES, World, activate

EMAIL: Datum = ("email", "marie@example.org")
ADDRESS = '{"number":"3","street":"Rue des Lilas","postcode":"75011","city":"Paris"}'
KNOWN_BY: dict[str, tuple[Datum, ...]] = {
    "email": (("email", "zoe@example.org"), ("last_name", "Petit")),
    "phone": (("phone", "+33639980103"), ("last_name", "Robert")),
    "name_birth": (("last_name", "Dupont"), ("first_names", "Ana"), ("birth_date", "1980-02-03")),
    "name_address": (("last_name", "Martin"), ("first_names", "Léo"), ("address", ADDRESS)),
    "external": (("external_id", "nationbuilder\x1f10482"), ("last_name", "Moreau")),
}
"""Somebody known by each of the five kinds; by what else they are known they did not object."""


def object_to(world: World, *data: Datum, **more: str) -> int:
    with world.register.open(world.actor, MANAGING) as processing:
        return oppose(processing, [NewOpposition(data=data, **more)])


def rule(world: World, person: PersonId, **more: object) -> str:
    return told(ask(world, [person], **more))[person]  # type: ignore[arg-type]


def sibling(world: World) -> World:
    """Create another campaign of the same controller."""
    with world.register.open(world.actor, MANAGING) as processing:
        controller = processing.controller_id
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    new = NewCampaign(controller="Parti d'essai", kind="party", name="Deux", country="FR")
    campaign = create_campaign(world.register, world.installation.provider, new, beside=controller)
    actor = operator_in(campaign, PURPOSES)
    activate(world.register, actor)
    with world.register.open(actor, MANAGING) as processing:
        newsletter = declare_origin(processing, NewOrigin(kind="newsletter", obtained_on=date(2026, 11, 1)))
    return replace(world, campaign=campaign, actor=actor, newsletter=newsletter)
