from datetime import timedelta

from holdings.erase import PURPOSE
from installation.work import worker_of
from kernel.actor import operator_in
from outreach.history import already_sent, first_contacted
from outreach.listing import export_interactions
from outreach.words import Channel, Kind, MessageKind
from tests.factories import NOW, count, later
from tests.outreach.outreach import Outreach


def test_what_nobody_reported_counts_as_sent_when_its_record_expires(alone: Outreach) -> None:
    world, (first, second, third) = alone.world, alone.persons
    invitation = alone.message(MessageKind.INVITATION, Channel.EMAIL)
    sending = alone.sending(MessageKind.INVITATION, invitation)
    still_open = alone.sending(MessageKind.INVITATION, invitation, minutes=999)
    alone.awaits(sending, [first, second, third])
    alone.awaits(still_open, [third])
    alone.happened(Kind.SENT, message=invitation, eligibility=sending.eligibility)
    world.installation.eraser.erase(operator_in(world.campaign), PURPOSE, [third])
    worker = worker_of(world.installation)
    worker.work_off(world.campaign)
    assert count(world, "interaction") == 1
    later(world, minutes=70)
    worker.work_off(world.campaign)
    told = alone.do(lambda processing: export_interactions(processing, [first, second, third]))
    assert {person: [one.kind for one in found] for person, found in told.items()} == {
        first: [Kind.SENT],
        second: [Kind.SENT],
    }
    presumed = told[second][0]
    assert (presumed.at, presumed.role, presumed.actor) == (NOW + timedelta(hours=1), "system", "worker")
    assert (presumed.message, presumed.channel) == (invitation, Channel.EMAIL)
    assert presumed.eligibility == sending.eligibility
    assert alone.ask(already_sent, MessageKind.INVITATION) == {first, second}
    assert set(alone.ask(first_contacted)) == {first, second}
    assert (count(world, "awaited_person"), count(world, "awaited_send")) == (0, 1)
    later(world, minutes=999)
    worker.work_off(world.campaign)
    assert (count(world, "interaction"), count(world, "awaited_send")) == (2, 0)


def test_a_report_that_names_the_message_alone_is_no_second_send(alone: Outreach) -> None:
    world, (first, second, third) = alone.world, alone.persons
    letter, other = (alone.message(MessageKind.PROPAGANDA, Channel.EMAIL) for _ in range(2))
    sending = alone.sending(MessageKind.PROPAGANDA, letter)
    alone.awaits(sending, [first, second, third])
    alone.happened(Kind.SENT, message=letter)
    alone.happened(Kind.SENT, who=1, message=other)
    later(world, minutes=70)
    worker_of(world.installation).work_off(world.campaign)
    told = alone.do(lambda processing: export_interactions(processing, [first, second, third]))
    assert [len(told[person]) for person in (first, second, third)] == [1, 2, 1]
