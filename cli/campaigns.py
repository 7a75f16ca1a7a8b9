"""Campaigns, elections, and the words a campaign declares before it records anything."""

from argparse import Namespace
from collections.abc import Callable

from audit.processing import Processing
from campaigns.create import NewCampaign, NewElection, add_election, create_campaign
from campaigns.directory import find_campaign, list_campaigns
from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say, table
from contacts.declare import NewOrigin, declare_origin, register_custom_field, register_tag
from kernel.errors import Invalid

ADMINISTRATION = "administration"


def create(given: Namespace) -> Answer:
    """Create a campaign with its keys, and its controller unless it is that of another campaign."""
    with opened(given) as installation:
        first = None if given.beside is None else find_campaign(installation.database, given.beside)
        controller, kind = (given.controller, given.kind) if first is None else (first.controller, first.kind)
        if kind is None:
            raise Invalid("a new controller is of a kind: name it")
        new = NewCampaign(controller=controller, kind=kind, name=given.name, country=given.country)
        beside = None if first is None else first.controller_id
        campaign = create_campaign(installation.register, installation.provider, new, beside=beside)
    return Answer({"campaign": campaign}, [say(f"Campagne créée : {campaign}", f"Campaign created: {campaign}")])


def list_all(given: Namespace) -> Answer:
    """List the campaigns of the installation."""
    with opened(given) as installation:
        found = list_campaigns(installation.database)
    data = [
        {"id": one.id, "name": one.name, "controller": one.controller, "kind": one.kind, "end": one.end}
        for one in found
    ]
    rows = [(str(one.id), one.kind, one.end or "-", f"{one.name} ({one.controller})") for one in found]
    none = [say("Aucune campagne.", "No campaign.")]
    return Answer({"campaigns": data}, table(rows) if rows else none)


def add(given: Namespace) -> Answer:
    """Add an election to the campaign."""
    with opened(given) as installation:
        rounds = {"first_round": given.first_round, "second_round": given.second_round}
        new = NewElection(title=given.title, type=given.type, places=given.place, **rounds)
        election = add_election(installation.register, operator_of(installation, given), new)
    return Answer({"election": election}, [say(f"Scrutin ajouté : {election}", f"Election added: {election}")])


def origin(given: Namespace) -> Answer:
    """Declare where data come from."""
    new = NewOrigin(
        kind=given.kind,
        obtained_on=given.obtained_on,
        election=given.election,
        evidence=frozenset(given.evidence),
        synthetic=given.synthetic,
        handover=given.handover,
        papers=dict(given.paper),
    )
    number = _declare(given, lambda processing: declare_origin(processing, new).number)
    return Answer({"origin": number}, [say(f"Origine déclarée : {number}", f"Origin declared: {number}")])


def field(given: Namespace) -> Answer:
    """Register a field of the campaign's own."""
    number = _declare(given, lambda processing: register_custom_field(processing, given.name))
    return Answer({"field": f"custom:{given.name}", "number": number}, [f"custom:{given.name} ({number})"])


def tag(given: Namespace) -> Answer:
    """Register a tag."""
    number = _declare(given, lambda processing: register_tag(processing, given.name))
    return Answer({"tag": given.name, "number": number}, [f"{given.name} ({number})"])


def _declare(given: Namespace, declare: Callable[[Processing], int]) -> int:
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        return declare(processing)
