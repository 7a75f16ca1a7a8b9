import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from accounts.scopes import CONTACTS_WRITE
from audit.announce import CAMPAIGN_WIDE, OF_CONTACTS, Announcement
from audit.events import Event
from audit.note import Note
from campaigns.ballots import State
from campaigns.closing import begin_closing
from campaigns.create import NewElection, add_election
from campaigns.elections import change_election
from contacts.activate import activate_campaign
from contacts.amend import Amendment, amend_contacts
from contacts.declare import register_tag
from contacts.record import record_contacts
from contacts.restrict import RestrictionGround, release_contacts, restrict_contacts
from jobs.announcer import MOST_CONTACTS, Announcer
from jobs.once import Request, keep_turn, take_turn
from kernel.actor import Actor, ActorKind
from kernel.errors import Conflict, Invalid, SilentWrite
from policy.draft import Draft
from policy.findings import Refusal
from tests.factories import (
    MANAGING,
    PURPOSES,
    World,
    count,
    declaration,
    dump,
    later,
    marie,
    new_world,
    opened_world,
    raw,
    record,
    recorded,
    supporter,
    voter,
)
from tests.jobs.story import endpoint, tasks, types

URL = "https://hooks.example.org/isoloir"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def told(world: World) -> dict[str, Any]:
    """Return the data of the only message there is."""
    (row,) = tasks(world)
    data: dict[str, Any] = row.payload["data"]
    return data


def test_every_announcement_is_made_by_an_event_or_by_the_rules_that_spoke() -> None:
    made = set().union(*OF_CONTACTS.values(), CAMPAIGN_WIDE.values(), {Announcement.ATTRIBUTE_REFUSED})
    assert made == set(Announcement)


@pytest.mark.parametrize("event", sorted(OF_CONTACTS))
def test_an_event_about_contacts_cannot_be_noted_without_saying_whom(event: Event) -> None:
    with pytest.raises(SilentWrite, match="say whom"):
        Note(event=event, counts={})
    assert Note(event=event, counts={}, announced={}).announced == {}


def test_an_event_announces_nothing_but_its_own() -> None:
    for event in (Event.CONTACT_AMENDED, Event.LOG_READ):
        with pytest.raises(SilentWrite, match="does not announce"):
            Note(event=event, counts={}, announced={Announcement.CONTACT_ERASED: [uuid4()]})


def test_where_nobody_subscribed_nothing_is_written(world: World) -> None:
    recorded(world, marie(world))
    assert count(world, "task") == 0


def test_a_new_contact_is_announced_by_its_id_and_nothing_else_of_it(world: World) -> None:
    endpoint(world, URL)
    (person,) = recorded(world, marie(world))
    (row,) = tasks(world)
    assert row.payload == {
        "type": "contact.created",
        "timestamp": "2026-11-21T12:00:00.000000Z",
        "data": {"campaign": str(world.campaign), "contacts": [str(person)]},
    }
    assert (row.kind, row.state, row.attempts) == ("webhook.deliver", "waiting", 0)


def test_the_entry_tells_of_the_messages_too(world: World) -> None:
    endpoint(world, URL)
    endpoint(world, URL + "/2")
    recorded(world, marie(world))
    with raw(world.url, world.campaign) as database:
        (entry,) = database.run("SELECT counts FROM entry WHERE event = 'contact.recorded'")
    assert json.loads(entry[0])["task.insert"] == 2


def test_each_endpoint_is_told_of_what_it_asked_for(world: World) -> None:
    endpoint(world, URL, "contact.erased")
    recorded(world, marie(world))
    assert tasks(world) == []
    endpoint(world, URL, "contact.created", "contact.erased")
    recorded(world, marie(world, "autre@example.org"))
    assert types(world) == ["contact.created"]


def test_what_happens_to_a_contact_is_told(world: World) -> None:
    (person,) = recorded(world, marie(world))
    endpoint(world, URL)
    record(world, marie(world))
    assert tasks(world) == []  # Nothing changed, so nothing is told.
    record(world, supporter(world, *marie(world).data, ("phone", "+33612345678")))
    with world.register.open(world.actor, MANAGING) as processing:
        draft = Draft(category="", origin=world.newsletter, data=(("note", "le soir"),))
        amend_contacts(processing, [Amendment(person=person, revision=2, draft=draft)])
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, [person], RestrictionGround.OBJECTION_PENDING)
    with world.register.open(world.actor, MANAGING) as processing:
        release_contacts(processing, [person])
    world.installation.eraser.erase(world.actor, "rights_request", [person])
    assert types(world) == [
        "contact.erased",
        "contact.released",
        "contact.restricted",
        "contact.updated",
        "contact.updated",
    ]
    assert {tuple(row.payload["data"]["contacts"]) for row in tasks(world)} == {(str(person),)}


def test_an_objection_that_comes_with_a_draft_is_told(world: World) -> None:
    endpoint(world, URL, "contact.restricted")
    with world.register.open(world.actor, MANAGING) as processing:
        (made,) = record_contacts(processing, [marie(world)], restricting=[0])
    assert told(world)["contacts"] == [str(made.person)]


def test_a_batch_is_told_in_messages_of_a_bounded_size(world: World) -> None:
    endpoint(world, URL)
    persons = recorded(world, *(voter(world, number) for number in range(MOST_CONTACTS + 1)))
    found = [row.payload for row in tasks(world)]
    assert sorted(len(one["data"]["contacts"]) for one in found) == [1, MOST_CONTACTS]
    assert {person for one in found for person in one["data"]["contacts"]} == set(map(str, persons))
    assert all(len(json.dumps(one)) < 20_000 for one in found)


def test_the_campaigns_own_events_are_told_without_a_word_of_their_use_case(world: World) -> None:
    endpoint(world, URL)
    first = world.clock.at.date()
    add_election(world.register, world.actor, NewElection(title="Essai", first_round=first))
    assert [row.payload["type"] for row in tasks(world)] == ["election.added"]
    assert told(world) == {"campaign": str(world.campaign)}


def test_each_step_of_an_election_and_of_the_campaign_is_told(world: World) -> None:
    endpoint(world, URL)
    later(world, days=(date(2027, 3, 14) - world.clock.at.date()).days)
    with world.register.open(world.actor, "administration") as processing:
        change_election(processing, world.election, State.ROUND_1, date(2027, 3, 14))
    with world.register.open(world.actor, "administration") as processing:
        activate_campaign(processing, declaration())
    with world.register.open(world.actor, "administration") as processing:
        begin_closing(processing)
    assert types(world) == ["campaign.activated", "campaign.closing", "election.changed"]


def test_a_request_done_twice_is_told_once(world: World) -> None:
    endpoint(world, URL)
    for _ in range(2):
        with world.register.open(world.actor, MANAGING) as processing:
            turn = take_turn(processing, Request("k" * 8, (b"body",)))
            if turn.before is None:
                record_contacts(processing, [marie(world)])
                keep_turn(processing, turn, 201, [])
            else:
                processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    assert types(world) == ["contact.created"]


def test_a_refused_attribute_is_told_by_its_category_and_its_client_without_what_stood_there(world: World) -> None:
    endpoint(world, URL, "attribute.refused")
    client = Actor(
        id=str(uuid4()),
        kind=ActorKind.CLIENT,
        campaign=world.campaign,
        scopes=frozenset({CONTACTS_WRITE}),
        purposes=PURPOSES,
    )
    for actor in (client, world.actor):
        with world.register.open(actor, MANAGING) as processing:
            told_of = ("note", "elle est musulmane et porte le voile")
            record_contacts(processing, [supporter(world, *marie(world).data, told_of)])
    found = [row.payload["data"] for row in tasks(world)]
    assert sorted(one["client"] or "" for one in found) == ["", client.id]
    assert all(one["categories"]["religion"] == 1 for one in found)
    assert "musulmane" not in json.dumps(found)
    assert all(set(one) == {"campaign", "categories", "client"} for one in found)


def test_a_refusal_of_the_whole_is_told_too(world: World) -> None:
    endpoint(world, URL)
    with pytest.raises(Refusal), world.register.open(world.actor, MANAGING) as processing:
        register_tag(processing, "musulmans")
    assert [row.payload["type"] for row in tasks(world)] == ["attribute.refused"]


def test_what_is_undone_is_not_told(world: World) -> None:
    endpoint(world, URL)
    before = dump(world)
    with pytest.raises(Conflict), world.register.open(world.actor, MANAGING) as processing:  # noqa: PT012
        record_contacts(processing, [marie(world)])
        raise Conflict
    assert dump(world, without=["entry"]) == {name: rows for name, rows in before.items() if name != "entry"}


def test_a_campaign_tells_nobody_of_another(world: World) -> None:
    endpoint(world, URL)
    other = new_world(world.installation, world.url, "Autre")
    recorded(other, marie(other))
    assert tasks(world) == []
    assert tasks(other) == []


def test_who_subscribed_is_asked_once_in_a_while_and_a_new_endpoint_says_from_when_it_is_told(world: World) -> None:
    remembering = Announcer(3600)
    register = world.register
    register._announce = remembering  # noqa: SLF001 - the installation of tests asks every time
    recorded(world, marie(world))
    added = endpoint(world, URL, delay=5)
    assert (added.endpoint.active_from - added.endpoint.created_at).total_seconds() == 5
    recorded(world, marie(world, "deux@example.org"))
    assert tasks(world) == []
    register._announce = Announcer(3600)  # noqa: SLF001
    recorded(world, marie(world, "trois@example.org"))
    assert types(world) == ["contact.created"]
    assert world.installation.until_all_announce.total_seconds() > 2 * world.installation.settings.keys_seconds


def test_an_unknown_event_is_refused(world: World) -> None:
    for events in (["contact.read"], ["contact.created", "x"]):
        with pytest.raises(Invalid, match="unknown event"):
            endpoint(world, URL, *events)
