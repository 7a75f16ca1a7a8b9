"""Create a controller's campaign with its keys, and add elections to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from audit.context import CampaignContext
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from campaigns.ballots import State
from campaigns.store import insert_campaign, insert_controller, insert_election
from crypto.campaign_keys import CampaignKeys
from crypto.provider import KeyProvider
from kernel.actor import Actor, operator_in
from kernel.errors import Conflict, Invalid
from kernel.identity import CampaignId, random_uuid
from keys.controller import store_controller_key
from keys.create import new_campaign_keys, store_campaign_keys
from keys.versions import PURPOSE
from policy.edition import Controller
from policy.phase import Phase
from policy.silence import is_place


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCampaign:
    """Who answers for the file, and how the file is called."""

    controller: str
    kind: Controller
    name: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewElection:
    """A ballot and its rounds."""

    title: str
    first_round: date
    second_round: date | None = None
    type: str | None = None
    """One of the law's edition; a campaign with an election of no researched type never becomes active."""
    places: Sequence[str] = ()
    """Where people vote: departments, communes (INSEE), places of the law's edition; none is unknown."""


def create_campaign(
    register: Register, provider: KeyProvider, new: NewCampaign, *, beside: UUID | None = None
) -> CampaignId:
    """Create a campaign with fresh keys for every purpose, and return its id; ``beside`` names a controller we have."""
    if not new.controller.strip() or not new.name.strip():
        message = "a campaign needs a controller and a name"
        raise Invalid(message)
    campaign = CampaignId(random_uuid())
    keys = new_campaign_keys()
    controller = beside or random_uuid()
    context = _begun(CampaignKeys(campaign.bytes, keys), new.kind, controller)
    with register.open(operator_in(campaign), PURPOSE, context=context) as processing:
        root = provider.current()
        at = processing.at
        if beside is None:
            insert_controller(
                processing, {"id": controller, "kind": new.kind, "name": new.controller, "created_at": at}
            )
        insert_campaign(
            processing,
            {"id": campaign, "controller_id": controller, "name": new.name, "country": new.country, "created_at": at},
        )
        stored = store_campaign_keys(processing, provider, keys)
        counts = {"controller.insert": 0 if beside else 1, "campaign.insert": 1, "campaign_key.insert": stored}
        counts |= {} if beside else store_controller_key(processing, provider, controller)
        processing.note(Note(event=Event.CAMPAIGN_CREATED, counts=counts))
        if provider.current() != root:
            message = "the root key was rotated meanwhile: create the campaign again"
            raise Conflict(message)
    return campaign


def _begun(keys: CampaignKeys, kind: Controller, controller: UUID) -> CampaignContext:
    return CampaignContext(
        keys=keys, controller=kind, controller_id=controller, phase=Phase.PREPARING, purposes=None, operator=None
    )


def add_election(register: Register, actor: Actor, new: NewElection) -> UUID:
    """Add a ballot to the actor's campaign and return its id."""
    with register.open(actor, PURPOSE) as processing:
        return declare_election(processing, new)


def declare_election(processing: Processing, new: NewElection) -> UUID:
    """Add a ballot within a processing and return its id."""
    if new.second_round is not None and new.second_round <= new.first_round:
        message = "the second round comes after the first"
        raise Invalid(message)
    if new.type is not None and new.type not in processing.edition.elections:
        message = f"the type of election is one of: {', '.join(sorted(processing.edition.elections))}"
        raise Invalid(message)
    if unknown := [one for one in new.places if not is_place(processing.edition, one)]:
        message = (
            f"no place has {len(unknown)} of these codes: a department, a commune (INSEE), or a place of the law's"
        )
        raise Invalid(message)
    election = random_uuid()
    _insert(processing, election, new)
    processing.note(Note(event=Event.ELECTION_ADDED, counts={"election.insert": 1}))
    return election


def _insert(processing: Processing, election: UUID, new: NewElection) -> None:
    insert_election(
        processing,
        {
            "campaign_id": processing.campaign,
            "id": election,
            "title": new.title,
            "first_round": new.first_round,
            "second_round": new.second_round,
            "type": new.type,
            "state": State.CALLED,
            "changed_on": None,
            "places": " ".join(sorted(set(new.places))),
        },
    )
