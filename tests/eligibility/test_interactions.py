import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from audit.events import Event
from audit.note import Note
from eligibility.verdicts import NOTICE
from installation.work import worker_of
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId, random_uuid
from notices.clock import Manner, Telling, tell_origin
from outreach.listing import export_interactions
from outreach.targeting import list_targetings
from outreach.words import Channel, Kind, MessageKind, Outcome, Technique
from tests.consent_making import ask, by_form, keep, told
from tests.factories import MANAGING, PURPOSES, count, later, marie, opened_world, recorded, voter
from tests.notices.telling import ADMINISTRATION, published
from tests.outreach.outreach import Outreach, people

MORE = PURPOSES | {"administration", "answering", "online_advertising", "phone_canvassing"}


@pytest.fixture
def outreach(database_url: str, tmp_path: Path) -> Iterator[Outreach]:
    with opened_world(database_url, tmp_path) as world:
        yield Outreach(replace(world, actor=replace(world.actor, purposes=MORE)), people(world))


def rules(outreach: Outreach, **more: Any) -> list[str]:  # noqa: ANN401
    """Return the rule that answered for each person."""
    answer = told(ask(outreach.world, outreach.persons, **more))
    return [answer[person] for person in outreach.persons]


def test_an_address_that_came_back_is_not_written_to_until_it_works_or_is_changed(outreach: Outreach) -> None:
    world, persons = outreach.world, outreach.persons
    keep(world, *(by_form(world, person) for person in persons), own_form=True)
    letter = outreach.message(MessageKind.PROPAGANDA, Channel.LIST)
    later(world, minutes=1)
    outreach.happened(Kind.SENT, world.clock.at, message=letter)
    for who in (0, 1, 2):
        outreach.happened(Kind.BOUNCED, world.clock.at, who=who, message=letter)
    assert rules(outreach) == ["gate.unreachable"] * 3
    assert set(told(ask(world, None)).values()) == {"gate.unreachable"}
    assert "gate.unreachable" not in rules(outreach, channel="door", purpose="canvassing")
    later(world, minutes=1)
    outreach.happened(Kind.REPLIED, world.clock.at, message=letter)
    record = marie(world, "neuf@example.org")
    (new,) = recorded(world, record)
    outreach.happened(Kind.BOUNCED, world.clock.at, who=2, message=letter)
    assert rules(outreach) == ["channel.email", "gate.unreachable", "gate.unreachable"]
    fresh = replace(outreach, persons=[new])
    keep(world, by_form(world, new), own_form=True)
    fresh.happened(Kind.BOUNCED, world.clock.at, message=letter)
    assert rules(fresh) == ["gate.unreachable"]
    later(world, minutes=1)
    recorded(world, replace(record, data=(*record.data, ("title", "Mme"))))
    assert rules(fresh) == ["channel.email"]


def test_whoever_refused_at_the_door_or_on_the_telephone_is_not_visited_or_called(outreach: Outreach) -> None:
    visits: dict[str, Any] = {"channel": "door", "purpose": "canvassing"}
    calls: dict[str, Any] = {"channel": "call", "purpose": "phone_canvassing"}
    before = rules(outreach, **visits)
    outreach.visited(Outcome.DO_NOT_COME_BACK)
    outreach.happened(Kind.CALL, who=1, outcome=Outcome.NOT_INTERESTED)
    assert rules(outreach, **visits) == ["gate.opposed", *before[1:]]
    assert rules(outreach, **calls)[1] == "gate.opposed"
    assert rules(outreach, **calls | {"channel": "robocall"})[1] == "gate.opposed"
    later(outreach.world, minutes=1)
    outreach.visited(Outcome.RECONTACT, outreach.world.clock.at)
    assert rules(outreach, **visits) == before


def test_the_one_invitation_is_allowed_once_and_counts_unreported(outreach: Outreach) -> None:
    world, persons = outreach.world, outreach.persons
    invitation = outreach.message(MessageKind.INVITATION, Channel.EMAIL)
    asked: dict[str, Any] = {"purpose": "answering", "message": "invitation"}
    assert rules(outreach, **asked) == ["channel.email"] * 3
    assert rules(outreach, **asked) == ["channel.email"] * 3, "asking sends nothing"
    answer = ask(world, persons[:2], sends=invitation, **asked)
    assert rules(outreach, **asked) == ["gate.invited", "gate.invited", "channel.email"]
    outreach.happened(Kind.SENT, world.clock.at, message=invitation, eligibility=answer.record)
    worker = worker_of(world.installation)
    worker.work_off(world.campaign)
    assert count(world, "interaction") == 1
    world.clock.at = answer.expires_at + timedelta(minutes=10)
    worker.work_off(world.campaign)
    found = outreach.do(lambda processing: export_interactions(processing, persons))
    assert {person: [(one.kind, one.eligibility) for one in some] for person, some in found.items()} == {
        person: [(Kind.SENT, answer.record)] for person in persons[:2]
    }
    assert rules(outreach, **asked) == ["gate.invited", "gate.invited", "channel.email"]
    assert (count(world, "awaited_person"), count(world, "targeting")) == (0, 0)
    with pytest.raises(Invalid):
        ask(world, persons, sends=invitation)
    with pytest.raises(NotFound):
        ask(world, persons, sends=random_uuid(), **asked)


def test_criteria_on_line_are_written_in_the_register_by_role(outreach: Outreach) -> None:
    world, (first, second, third) = outreach.world, outreach.persons
    ads: dict[str, Any] = {"purpose": "online_advertising", "channel": "online_targeting"}
    keep(world, *(by_form(world, one) for one in (first, second)), by_form(world, first, **ads), own_form=True)
    letter = outreach.message(MessageKind.NEWSLETTER, Channel.EMAIL)
    with pytest.raises(Invalid, match="criteria"):
        ask(world, outreach.persons, sends=letter, criteria=None)
    ask(world, outreach.persons, sends=letter)
    assert count(world, "targeting") == 0, "a whole base is no selection"
    answer = ask(world, None, sends=letter, criteria=["commune", "birth_date"])
    with world.register.open(world.actor, MANAGING) as processing:
        (line,) = list_targetings(processing)
        processing.note(Note(event=Event.TARGETING_READ, counts={}))
    assert [(one.name, tuple(one.origins)) for one in line.criteria] == [
        ("birth_date", ("newsletter",)),
        ("commune", ("newsletter",)),
    ]
    assert line.counts == {"considered": 3, "allowed": 1, "targeting_consent": 2}
    assert (line.technique, line.message, line.eligibility) == (Technique.SELECTION, letter, answer.record)
    assert (line.role, line.purpose, line.last_use_on) == ("operator", "email_campaign", answer.expires_at.date())
    assert json.dumps(line.counts).find(str(third)) == -1
    ask(world, None, sends=letter, clear={"commune": "75056"})
    assert count(world, "targeting") == 2


def test_the_first_message_carries_the_notice_to_whom_nobody_told_of_their_data(
    outreach: Outreach,
) -> None:
    world = outreach.world
    electors = recorded(world, voter(world, 1), voter(world, 2))
    letter = outreach.message(MessageKind.PROPAGANDA, Channel.POST)
    asked: dict[str, Any] = {"purpose": "canvassing", "channel": "post"}

    def carrying() -> set[PersonId]:
        answer = ask(world, electors, **asked)
        assert answer.allowed == 2
        told = (one for one in answer.verdicts if NOTICE in one.answer.carries)
        return {PersonId(person) for one in told for person in one.each()}

    assert carrying() == set(electors)
    replace(outreach, persons=electors).happened(Kind.SENT, world.clock.at, message=letter)
    assert carrying() == {electors[1]}
    notice = published(world, origins=("newsletter", world.roll.kind))
    individually: dict[str, Any] = {"manner": Manner.INDIVIDUAL, "notice": notice.number, "reference": "lettre"}
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        told_on = world.clock.at.date()
        tell_origin(processing, Telling(origin=world.roll.number, told_on=told_on, **individually))
    assert carrying() == set()
    assert not any(NOTICE in one.answer.carries for one in ask(world, outreach.persons).verdicts), (
        "they gave their data"
    )
