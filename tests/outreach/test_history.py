from datetime import date, timedelta

from kernel.identity import PersonId, random_uuids
from outreach.history import already_sent, came_back, first_contacted, last_acts, opposed_through
from outreach.words import ACTS, EFFECTS, OF_MESSAGES, Channel, Kind, MessageKind, Outcome
from tests.factories import NOW
from tests.outreach.outreach import Outreach

DAY = timedelta(days=1)


def test_only_what_the_person_did_is_an_act_of_theirs(outreach: Outreach) -> None:
    letter = outreach.message(MessageKind.PROPAGANDA, Channel.EMAIL)
    first, second, third = outreach.persons
    for kind in (Kind.SENT, Kind.DELIVERED, Kind.BOUNCED):
        outreach.happened(kind, message=letter)
    outreach.happened(Kind.CALL)
    for outcome in (Outcome.ABSENT, Outcome.NOT_INTERESTED, Outcome.DO_NOT_COME_BACK):
        outreach.visited(outcome)
    outreach.happened(Kind.REPLIED, NOW - 9 * DAY, who=1, message=letter)
    outreach.happened(Kind.CLICKED, NOW - 4 * DAY, who=1, message=letter)
    outreach.visited(Outcome.RECONTACT, NOW - 2 * DAY, who=2)
    assert outreach.ask(last_acts) == {second: date(2026, 11, 17), third: date(2026, 11, 19)}
    assert outreach.ask(last_acts, persons=[first]) == {}


def test_a_first_contact_is_one_that_reached_the_person(outreach: Outreach) -> None:
    letter = outreach.message(MessageKind.PROPAGANDA, Channel.EMAIL)
    other = outreach.message(MessageKind.PROPAGANDA, Channel.EMAIL)
    outreach.happened(Kind.SENT, message=letter)
    outreach.happened(Kind.BOUNCED, message=letter)
    outreach.visited(Outcome.ABSENT)
    outreach.happened(Kind.CALL, outcome=Outcome.ABSENT)
    assert outreach.ask(first_contacted) == {}
    outreach.happened(Kind.SENT, NOW - DAY, message=other)
    outreach.happened(Kind.CALL, NOW - 3 * DAY, who=1)
    outreach.visited(Outcome.DO_NOT_COME_BACK, NOW - 2 * DAY, who=2)
    days = (date(2026, 11, 20), date(2026, 11, 18), date(2026, 11, 19))
    assert outreach.ask(first_contacted) == dict(zip(outreach.persons, days, strict=True))


def test_a_refusal_holds_on_its_channel_until_the_person_agrees_there_later(outreach: Outreach) -> None:
    first, second, _ = outreach.persons
    outreach.visited(Outcome.DO_NOT_COME_BACK, NOW - 5 * DAY)
    outreach.visited(Outcome.ABSENT, NOW - DAY)
    outreach.happened(Kind.CALL, NOW - 4 * DAY, who=1, outcome=Outcome.NOT_INTERESTED)
    assert outreach.ask(opposed_through, Channel.DOOR) == {first: date(2026, 11, 16)}
    assert outreach.ask(opposed_through, Channel.CALL) == {second: date(2026, 11, 17)}
    assert outreach.ask(opposed_through, Channel.EMAIL) == {}
    outreach.happened(Kind.CALL, who=0, outcome=Outcome.RECONTACT)
    outreach.visited(Outcome.RECONTACT, NOW - 6 * DAY)
    assert set(outreach.ask(opposed_through, Channel.DOOR)) == {first}
    outreach.visited(Outcome.RECONTACT, NOW - 3 * DAY)
    assert outreach.ask(opposed_through, Channel.DOOR) == {}


def test_an_address_that_works_again_has_not_come_back(outreach: Outreach) -> None:
    letter = outreach.message(MessageKind.PROPAGANDA, Channel.EMAIL)
    for who in (0, 1):
        outreach.happened(Kind.BOUNCED, NOW - 2 * DAY, who=who, message=letter)
    outreach.happened(Kind.DELIVERED, NOW - DAY, message=letter)
    assert outreach.ask(came_back, Channel.EMAIL) == {outreach.persons[1]: date(2026, 11, 19)}
    assert outreach.ask(came_back, Channel.SMS) == {}


def test_the_one_invitation_counts_once_sent_or_allowed_to_be_sent(outreach: Outreach) -> None:
    first, second, third = outreach.persons
    invitation = outreach.message(MessageKind.INVITATION, Channel.EMAIL)
    letter = outreach.message(MessageKind.PROPAGANDA, Channel.EMAIL)
    outreach.happened(Kind.SENT, message=invitation)
    outreach.happened(Kind.SENT, who=1, message=letter)
    assert outreach.ask(already_sent, MessageKind.INVITATION) == {first}
    sending = outreach.sending(MessageKind.INVITATION, invitation)
    outreach.awaits(sending, [first, second])
    assert outreach.ask(already_sent, "invitation") == {first, second}
    assert outreach.ask(already_sent, MessageKind.REFERRAL) == set()
    assert outreach.ask(already_sent, MessageKind.INVITATION, persons=[third]) == set()


def test_the_closed_words_cover_each_other() -> None:
    assert ACTS < OF_MESSAGES == frozenset(Kind) - {Kind.CALL, Kind.VISIT}
    assert set(EFFECTS) == set(Outcome) - {Outcome.ABSENT, Outcome.RECONTACT}


def test_thousands_are_asked_about_in_one_statement(outreach: Outreach) -> None:
    outreach.visited(Outcome.RECONTACT)
    crowd = [*map(PersonId, random_uuids(25_000)), outreach.persons[0], outreach.persons[0]]
    assert outreach.ask(last_acts, persons=crowd) == {outreach.persons[0]: date(2026, 11, 21)}
