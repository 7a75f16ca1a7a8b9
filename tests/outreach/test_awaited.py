from datetime import timedelta
from pathlib import Path

from holdings.erase import PURPOSE
from installation.work import worker_of
from kernel.actor import operator_in
from outreach.history import already_sent, first_contacted
from outreach.listing import export_interactions
from outreach.words import Channel, Kind, MessageKind
from tests.factories import NOW, count, later
from tests.outreach.outreach import outreach_in


def test_what_nobody_reported_counts_as_sent_when_its_record_expires(database_url: str, tmp_path: Path) -> None:
    with outreach_in(database_url, tmp_path) as outreach:
        world, (first, second, third) = outreach.world, outreach.persons
        invitation = outreach.message(MessageKind.INVITATION, Channel.EMAIL, "invitation")
        sending = outreach.sending(MessageKind.INVITATION, invitation)
        still_open = outreach.sending(MessageKind.INVITATION, invitation, minutes=999)
        outreach.awaits(sending, [first, second, third])
        outreach.awaits(still_open, [third])
        outreach.happened(Kind.SENT, message=invitation, eligibility=sending.eligibility)
        world.installation.eraser.erase(operator_in(world.campaign), PURPOSE, [third])
        worker = worker_of(world.installation)
        worker.work_off(world.campaign)
        assert count(world, "interaction") == 1
        later(world, minutes=70)
        worker.work_off(world.campaign)
        told = outreach.do(lambda processing: export_interactions(processing, [first, second, third]))
        assert {person: [one.kind for one in found] for person, found in told.items()} == {
            first: [Kind.SENT],
            second: [Kind.SENT],
        }
        presumed = told[second][0]
        assert (presumed.at, presumed.role, presumed.actor) == (NOW + timedelta(hours=1), "system", "worker")
        assert (presumed.message, presumed.channel) == (invitation, Channel.EMAIL)
        assert presumed.eligibility == sending.eligibility
        assert outreach.ask(already_sent, MessageKind.INVITATION) == {first, second}
        assert set(outreach.ask(first_contacted)) == {first, second}
        assert (count(world, "awaited_person"), count(world, "awaited_send")) == (0, 1)
        later(world, minutes=999)
        worker.work_off(world.campaign)
        assert (count(world, "interaction"), count(world, "awaited_send")) == (2, 0)
