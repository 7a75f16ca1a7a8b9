from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from audit.events import Event
from audit.listing import list_entries
from audit.walk import Walk
from contacts.restrict import RestrictionGround, restrict_contacts
from kernel.errors import Invalid
from kernel.identity import PersonId
from outreach.listing import InteractionPage, export_interactions, list_interactions
from outreach.record import Fault, NewInteraction, articles_of, record_interactions
from outreach.words import Channel, Effect, Kind, MessageKind, Outcome
from tests.factories import NOW, count, later
from tests.outreach.outreach import Outreach


def page(outreach: Outreach, walk: Walk | None, limit: int, contact: PersonId | None = None) -> InteractionPage:
    return outreach.do(lambda processing: list_interactions(processing, walk, contact=contact, limit=limit))


def test_what_happened_is_told_again_with_who_recorded_it_and_when(outreach: Outreach) -> None:
    letter, record = outreach.message(MessageKind.PROPAGANDA, Channel.EMAIL), uuid4()
    sent = outreach.happened(Kind.SENT, NOW - timedelta(hours=2), message=letter, eligibility=record)
    visit = outreach.visited(Outcome.RECONTACT, who=1)
    (first,) = page(outreach, None, 9, outreach.persons[0]).interactions
    (second,) = page(outreach, None, 9, outreach.persons[1]).interactions
    assert (first.id, first.contact, first.kind, first.channel) == (
        *(sent.id, outreach.persons[0], Kind.SENT, Channel.EMAIL),
    )
    assert (first.message, first.message_kind, first.eligibility) == (letter, MessageKind.PROPAGANDA, record)
    assert (first.at, first.recorded_at, first.outcome) == (NOW - timedelta(hours=2), NOW, None)
    assert (first.role, first.actor) == ("operator", "operator")
    assert (second.id, second.channel, second.outcome) == (visit.id, Channel.DOOR, Outcome.RECONTACT)
    exported = outreach.do(lambda processing: export_interactions(processing, outreach.persons))
    assert exported == {outreach.persons[0]: [first], outreach.persons[1]: [second]}


def test_a_poller_who_keeps_its_place_hears_of_everything_once_it_stands_still(outreach: Outreach) -> None:
    later(outreach.world, days=30)
    walk: Walk | None = Walk(outreach.world.clock.at)
    ids, heard = [], []
    for _ in range(3):
        ids.append(outreach.visited(Outcome.ABSENT).id)
        later(outreach.world, minutes=10)
    while (found := page(outreach, walk, 1)).interactions:
        heard += [one.id for one in found.interactions]
        walk = found.walk
    assert heard == ids
    assert page(outreach, found.walk, 9).interactions == ()


def test_each_of_many_is_recorded_or_tells_why_not(outreach: Outreach) -> None:
    letter = outreach.message(MessageKind.PROPAGANDA, Channel.EMAIL)
    person, nobody = outreach.persons[0], PersonId(uuid4())
    cases: list[tuple[Fault | None, dict[str, Any]]] = [
        (None, {"kind": Kind.SENT, "message": letter}),
        (None, {"kind": Kind.BOUNCED, "message": letter}),
        (None, {"kind": Kind.CALL}),
        (None, {"kind": Kind.CALL, "outcome": Outcome.ABSENT}),
        (None, {"kind": Kind.VISIT, "outcome": Outcome.NOT_INTERESTED}),
        (None, {"kind": Kind.VISIT, "outcome": Outcome.ABSENT, "at": NOW + timedelta(minutes=4)}),
        (Fault.TO_COME, {"kind": Kind.CALL, "at": NOW + timedelta(minutes=6)}),
        (Fault.OTHER_FORM, {"kind": Kind.SENT}),
        (Fault.OTHER_FORM, {"kind": Kind.REPLIED, "message": letter, "outcome": Outcome.RECONTACT}),
        (Fault.OTHER_FORM, {"kind": Kind.VISIT}),
        (Fault.OTHER_FORM, {"kind": Kind.VISIT, "outcome": Outcome.ABSENT, "message": letter}),
        (Fault.UNKNOWN_MESSAGE, {"kind": Kind.SENT, "message": uuid4()}),
        (Fault.UNKNOWN_CONTACT, {"kind": Kind.CALL, "contact": nobody}),
    ]
    usual: dict[str, Any] = {"contact": person, "at": NOW}
    proposed = [NewInteraction(**usual | given) for _, given in cases]
    before = count(outreach.world, "interaction")
    recorded = outreach.do(lambda processing: record_interactions(processing, proposed))
    assert [one.fault for one in recorded] == [fault for fault, _ in cases]
    assert all((one.id is None) == (one.fault is not None) for one in recorded)
    assert count(outreach.world, "interaction") - before == sum(fault is None for fault, _ in cases)
    with pytest.raises(Invalid, match="1000"):
        outreach.do(lambda processing: record_interactions(processing, proposed[:1] * 1_001))


def test_a_refusal_has_its_effect_restricted_or_not_and_the_log_never_tells_the_outcome(outreach: Outreach) -> None:
    later(outreach.world, days=2)
    ground = RestrictionGround.OBJECTION_PENDING
    outreach.do(lambda processing: restrict_contacts(processing, outreach.persons[:1], ground))
    effects = {outcome: outreach.visited(outcome).effect for outcome in Outcome}
    assert effects == {
        Outcome.ABSENT: None,
        Outcome.RECONTACT: None,
        Outcome.NOT_INTERESTED: Effect.REFUSAL,
        Outcome.DO_NOT_COME_BACK: Effect.OBJECTION,
    }
    with outreach.world.register.open(outreach.world.actor, "administration") as processing:
        assert articles_of(processing, Effect.OBJECTION) == ("RGPD, art. 21",)
        assert len(articles_of(processing, Effect.REFUSAL)) == 2
        entries = list_entries(processing, event=Event.INTERACTION_RECORDED, before=None, limit=4).entries
    assert [one.counts for one in entries] == [{"interaction.insert": 1, "person_key.read": 1}] * 4
    assert not any(outcome in repr(entries) for outcome in Outcome)
