import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from audit.signed_note import public_key, verify
from campaigns.create import NewElection, add_election
from consent.balancing import NewBalancingTest, end_balancing_test, list_balancing_tests, record_balancing_test
from consent.channels import register_list
from consent.evidence import Indicated
from consent.newsletters import Places, list_geographies, record_geography
from contacts.declare import NewOrigin, declare_origin
from contacts.restrict import RestrictionGround, restrict_contacts
from eligibility import question
from eligibility.answer import eligibility_record, list_records
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.identity import PersonId, random_uuid
from policy.findings import Refusal
from policy.selection import Clause
from policy.standing import Action
from selections.save import save_selection
from tests.consent_making import PURPOSE, ask, by_form, keep, said, told
from tests.factories import (
    MANAGING,
    PURPOSES,
    World,
    later,
    marie,
    opened_world,
    recorded,
    supporter,
    voter,
)

_HERE = Clause("commune", "is", ("69123",))
MORE = PURPOSES | {"answering", "message_campaign", "online_advertising", "volunteer_coordination"}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield replace(one, actor=replace(one.actor, purposes=MORE))


def people(world: World, count: int) -> list[PersonId]:
    names = ("Dupont", "Martin", "Bernard", "Petit", "Robert", "Richard", "Durand", "Moreau", "Simon", "Laurent")
    return recorded(
        world,
        *(
            supporter(world, ("last_name", name), ("first_names", "Marie"), ("email", f"{name}@example.org"))
            for name in names[:count]
        ),
    )


def test_each_is_told_the_first_reason_that_holds(world: World) -> None:
    proven, claimed, withdrawn, objected, restricted, nothing, regained, cohort = people(world, 8)
    (elector,) = recorded(world, voter(world, 1))
    keep(world, by_form(world, proven), by_form(world, withdrawn), by_form(world, objected), own_form=True)
    keep(world, by_form(world, restricted), own_form=True)
    keep(world, said(world, claimed), said(world, cohort), said(world, regained, Action.REFUSED, channel="all"))
    later(world, hours=3)
    keep(
        world,
        said(world, withdrawn, Action.WITHDRAWN),
        said(world, objected, Action.REFUSED, purpose="*", channel="all"),
    )
    keep(world, by_form(world, regained), own_form=True)
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, [restricted], RestrictionGround.ACCURACY_CONTESTED)
    stranger = PersonId(random_uuid())
    asked = [proven, claimed, withdrawn, objected, restricted, nothing, regained, elector, stranger]
    answer = ask(world, asked)
    assert told(answer) == {
        proven: "channel.email",
        claimed: "gate.claimed",
        withdrawn: "gate.withdrawn",
        objected: "gate.opposed",
        restricted: "gate.restricted",
        nothing: "gate.no_interest",
        regained: "channel.email",
        elector: "gate.category",
    }
    assert answer.unknown == [stranger]
    assert (answer.allowed, answer.next) == (2, None)
    assert answer.digest == hashlib.sha256(b"".join(sorted([proven.bytes, regained.bytes]))).digest()
    page = ask(world, None, clear={"category": "regular"}, limit=5)
    rest = ask(world, None, clear={"category": "regular"}, limit=5, after=page.next)
    assert len(told(page)) == 5 and rest.next is None  # noqa: PT018 - one page and the other
    assert {**told(page), **told(rest)}.keys() == {*asked, cohort} - {elector, stranger}


def test_the_answer_is_kept_signed_and_can_be_checked_by_anybody(world: World) -> None:
    (person,) = recorded(world, marie(world))
    keep(world, by_form(world, person), own_form=True)
    answer = ask(world, [person])
    with world.register.open(world.actor, PURPOSE) as processing:
        row = eligibility_record(processing, answer.record)
        public = public_key(processing.keys.active("checkpoint").secret)
    text = verify(row.signed, f"isoloir/{world.campaign}/eligibility", public)
    assert str(answer.record) in text
    assert f"edition {row.edition}" in text
    assert "allowed 1 of 1" in text
    assert (row.allowed, row.asked, row.digest, json.loads(row.reasons)) == (1, 1, answer.digest, {})
    assert row.expires_at - row.at == question.VALID_FOR
    later(world, minutes=1)
    again = ask(world, [person])
    with world.register.open(world.actor, PURPOSE) as processing:
        assert [one.id for one in list_records(processing, limit=5)] == [again.record, answer.record]
    with world.register.open(world.actor, PURPOSE) as processing:
        assert [one.id for one in list_records(processing, before=row.decided_at, limit=5)] == []
    with pytest.raises(NotFound), world.register.open(world.actor, PURPOSE) as processing:
        eligibility_record(processing, random_uuid())


def test_a_withdrawal_is_effective_in_the_next_answer(world: World) -> None:
    (person,) = recorded(world, marie(world))
    keep(world, by_form(world, person), own_form=True)
    assert ask(world, [person]).allowed == 1
    keep(world, said(world, person, Action.WITHDRAWN, occurred_at=world.clock.at))
    assert ask(world, [person]).allowed == 0


def test_an_old_opt_out_that_arrives_late_does_not_undo_what_the_person_did_since(world: World) -> None:
    (person,) = recorded(world, marie(world))
    keep(world, by_form(world, person), own_form=True)
    keep(world, said(world, person, Action.WITHDRAWN, occurred_at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert ask(world, [person]).allowed == 1


def test_propaganda_stops_on_the_eve_and_logistics_go_on(world: World) -> None:
    (person,) = recorded(world, marie(world))
    keep(world, by_form(world, person), own_form=True)
    eve = datetime(2027, 3, 12, 23, tzinfo=UTC)  # Saturday 13 March 2027, 00:00 in Paris.
    assert ask(world, [person], at=eve.replace(minute=0, hour=22)).expires_at == eve
    assert told(ask(world, [person], at=eve))[person] == "gate.silence"
    assert told(ask(world, [person], at=datetime(2027, 3, 14, 18, 59, tzinfo=UTC)))[person] == "gate.silence"
    assert ask(world, [person], at=datetime(2027, 3, 14, 19, 0, tzinfo=UTC)).allowed == 1
    logistics: dict[str, Any] = {"purpose": "volunteer_coordination", "message": "logistics"}
    assert ask(world, [person], at=eve, **logistics).allowed == 1
    annulled = NewElection(title="Autre", type="municipal", first_round=date(2026, 12, 6))
    add_election(world.register, replace(world.actor, purposes=MORE | {"administration"}), annulled)
    assert told(ask(world, [person], at=datetime(2026, 12, 5, 12, tzinfo=UTC)))[person] == "gate.silence"


def test_an_automate_keeps_to_the_hours_agreed_by_the_clock_of_the_place(world: World) -> None:
    (person,) = recorded(world, supporter(world, ("last_name", "Dupont"), ("phone", "+33639980102")))
    hours: dict[str, Any] = {"purpose": "phone_canvassing", "channel": "robocall", "window": (18 * 60, 20 * 60)}
    keep(world, by_form(world, person, **hours), own_form=True)
    asked: dict[str, Any] = {"purpose": "phone_canvassing", "channel": "robocall"}
    for hour, minute, rule in ((16, 59, "gate.window"), (17, 0, "channel.robocall"), (19, 0, "gate.window")):
        at = datetime(2026, 12, 1, hour, minute, tzinfo=UTC)
        assert told(ask(world, [person], at=at, **asked))[person] == rule


def test_who_agreed_to_an_automate_without_hours_is_called_at_none_until_they_name_some(world: World) -> None:
    (person,) = recorded(world, supporter(world, ("last_name", "Dupont"), ("phone", "+33639980103")))
    asked: dict[str, Any] = {"purpose": "phone_canvassing", "channel": "robocall"}
    keep(world, by_form(world, person, **asked), own_form=True)
    for hour in range(24):
        at = datetime(2026, 12, 1, hour, tzinfo=UTC)
        assert told(ask(world, [person], at=at, **asked))[person] == "gate.window"
    keep(world, by_form(world, person, window=(600, 720), occurred_at=world.clock.at, **asked), own_form=True)
    at = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    assert told(ask(world, [person], at=at, **asked))[person] == "channel.robocall"


def test_where_a_campaign_acts_by_several_clocks_an_automate_keeps_to_the_hours_of_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question, "territories_in_force", lambda _: lambda: ("75056", "974"))
    (person,) = recorded(world, supporter(world, ("last_name", "Dupont"), ("phone", "+33639980104")))
    asked: dict[str, Any] = {"purpose": "phone_canvassing", "channel": "robocall"}
    keep(world, by_form(world, person, window=(10 * 60, 20 * 60), **asked), own_form=True)
    for hour, rule in ((8, "gate.window"), (9, "channel.robocall"), (15, "channel.robocall"), (16, "gate.window")):
        at = datetime(2026, 12, 1, hour, tzinfo=UTC)  # 10 to 20 h in Paris, 13 to 23 h in Saint-Denis.
        assert told(ask(world, [person], at=at, **asked))[person] == rule


def test_under_fifteen_the_person_and_a_parent_agree_both(world: World) -> None:
    (child,) = recorded(
        world,
        supporter(
            world,
            ("last_name", "Dupont"),
            ("email", "l@example.org"),
            ("birth_date", "2012-05-01"),
            consents=frozenset({"parental"}),
        ),
    )
    keep(world, by_form(world, child), own_form=True)
    assert told(ask(world, [child]))[child] == "gate.parental"
    keep(world, by_form(world, child, indicated_by=Indicated.PARENT))
    assert told(ask(world, [child]))[child] == "gate.parental", "claimed only"
    keep(world, by_form(world, child, indicated_by=Indicated.PARENT), own_form=True)
    assert told(ask(world, [child]))[child] == "channel.email"
    assert told(ask(world, [child], criteria=["commune"]))[child] == "gate.minor_targeted"
    later(world, hours=2)
    keep(world, by_form(world, child, Action.WITHDRAWN, indicated_by=Indicated.PARENT))
    assert told(ask(world, [child]))[child] == "gate.withdrawn"
    keep(world, by_form(world, child), own_form=True)
    assert told(ask(world, [child]))[child] == "gate.withdrawn", "what an hour ago was said lifts nothing"
    later(world, hours=2)
    keep(world, by_form(world, child), own_form=True)
    assert told(ask(world, [child]))[child] == "gate.parental", "the parent took theirs back"
    assert ask(world, [child], at=datetime(2027, 5, 2, tzinfo=UTC)).allowed == 1, "fifteen by then"


def test_a_documented_interest_opens_an_untargeted_mailing_until_its_day(world: World) -> None:
    (person,) = recorded(world, marie(world))
    texts: dict[str, Any] = {"interest": "tenir informés", "necessity": "n", "expectation": "e", "safeguards": "s"}
    new = NewBalancingTest(purpose=PURPOSE, channel="email", categories=["regular"], made_on=date(2026, 11, 1), **texts)
    assert told(ask(world, [person]))[person] == "gate.no_interest"
    with world.register.open(world.actor, MANAGING) as processing:
        number = record_balancing_test(processing, new)
    assert told(ask(world, [person]))[person] == "channel.email"
    assert told(ask(world, [person], criteria=["commune"]))[person] == "gate.targeting_consent"
    assert told(ask(world, [person], criteria=None))[person] == "gate.targeting_consent", (
        "ids without a word are chosen"
    )
    assert told(ask(world, None))[person] == "channel.email"
    assert told(ask(world, [person], at=datetime(2027, 11, 2, tzinfo=UTC)))[person] == "gate.no_interest"
    with world.register.open(world.actor, MANAGING) as processing:
        end_balancing_test(processing, number)
    assert told(ask(world, [person]))[person] == "gate.no_interest"
    with world.register.open(world.actor, MANAGING) as processing:
        (kept,) = list_balancing_tests(processing)
    assert (kept.number, kept.categories, kept.channel, kept.review_on) == (1, ("regular",), "email", date(2027, 11, 1))
    wrong = [
        replace(new, categories=["prospect"]),
        replace(new, categories=[]),
        replace(new, channel="sms"),
        replace(new, channel="all"),
        replace(new, interest=" "),
        replace(new, made_on=date(2026, 11, 22)),
    ]
    for one in wrong:
        with pytest.raises(Invalid), world.register.open(world.actor, MANAGING) as processing:
            record_balancing_test(processing, one)
    with pytest.raises(NotFound), world.register.open(world.actor, MANAGING) as processing:
        end_balancing_test(processing, 9)


def test_targeting_needs_separate_consent_and_data_the_person_gave(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        told_of = NewOrigin(kind="own_file", obtained_on=date(2026, 11, 1), evidence={"own_act"})
        own_file = declare_origin(processing, told_of)
    consenting, plain = people(world, 2)
    ads: dict[str, Any] = {"purpose": "online_advertising", "channel": "online_targeting"}
    keep(world, by_form(world, consenting), by_form(world, plain), by_form(world, consenting, **ads), own_form=True)
    answer = told(ask(world, [consenting, plain], criteria=["commune"]))
    assert answer == {consenting: "channel.email", plain: "gate.targeting_consent"}
    assert told(ask(world, [consenting], criteria=["support_level"]))[consenting] == "gate.opinion_criterion"
    assert told(ask(world, [consenting], **ads))[consenting] == "channel.online_targeting"
    names = (("last_name", "Dupont"), ("first_names", "Marie"), ("email", "Dupont@example.org"))
    recorded(world, supporter(world, *names, ("email", "autre@example.org"), origin=own_file))
    assert told(ask(world, [consenting], criteria=["commune"]))[consenting] == "gate.not_direct"
    later(world, hours=2)
    keep(world, said(world, consenting, Action.REFUSED, purpose="*", channel="online_targeting"))
    assert told(ask(world, [consenting], criteria=["commune"]))[consenting] == "gate.targeting_consent"
    assert told(ask(world, [consenting]))[consenting] == "channel.email"


def test_a_saved_selection_is_asked_about_and_its_fields_chose_whatever_else_is_said(world: World) -> None:
    inside, outside = recorded(
        world,
        *(
            supporter(
                world,
                ("last_name", name),
                ("email", f"{name}@example.org"),
                ("address", json.dumps({"street": street, "city": "Lyon"})),
                commune="69123",
            )
            for name, street in (("Dupont", "rue Haute"), ("Martin", "rue Basse"))
        ),
    )
    keep(world, by_form(world, inside), by_form(world, outside), own_form=True)
    saved: dict[str, UUID] = {}
    for purpose, clause in (("canvassing", Clause("street", "is", ("rue haute",))), (PURPOSE, _HERE)):
        with world.register.open(world.actor, purpose) as processing:
            saved[purpose] = save_selection(processing, purpose, [clause])
    visited = ask(world, None, purpose="canvassing", channel="post", selection=saved["canvassing"])
    assert (told(visited), visited.next) == ({inside: "channel.post"}, None)
    assert told(ask(world, [inside, outside])) == {inside: "channel.email", outside: "channel.email"}
    chosen = ask(world, None, criteria=(), selection=saved[PURPOSE])
    assert told(chosen) == {inside: "gate.targeting_consent", outside: "gate.targeting_consent"}
    with world.register.open(world.actor, PURPOSE) as processing:
        assert json.loads(eligibility_record(processing, chosen.record).criteria) == ["postal_address"]
    for more, error in (
        ({"selection": saved["canvassing"]}, Forbidden),
        ({"selection": random_uuid()}, NotFound),
        ({"selection": saved[PURPOSE], "clear": {"commune": "69123"}}, Invalid),
    ):
        with pytest.raises(error):
            ask(world, None, **more)


def test_choosing_a_newsletters_subscribers_by_place_is_what_the_campaign_recorded(world: World) -> None:
    (subscriber,) = people(world, 1)
    keep(world, by_form(world, subscriber), own_form=True)
    by_place: dict[str, Any] = {"criteria": ["commune"], "message": "newsletter"}
    assert told(ask(world, [subscriber], message="newsletter"))[subscriber] == "channel.email", "a random part of all"
    assert told(ask(world, [subscriber], **by_place))[subscriber] == "gate.targeting_consent"
    with world.register.open(world.actor, MANAGING) as processing:
        record_geography(processing, Places.ORGANISATION, "Avis du délégué du 12 novembre.")
    answer = ask(world, [subscriber], **by_place)
    assert told(answer)[subscriber] == "channel.email"
    with world.register.open(world.actor, PURPOSE) as processing:
        row = eligibility_record(processing, answer.record)
    assert (row.message, json.loads(row.criteria)) == ("newsletter", ["postal_address"])
    for personal in (["commune", "profession"], ["birth_date"]):
        assert told(ask(world, [subscriber], **by_place | {"criteria": personal}))[subscriber] != "channel.email"
    assert told(ask(world, [subscriber], criteria=["commune"]))[subscriber] == "gate.targeting_consent"
    with world.register.open(world.actor, MANAGING) as processing:
        record_geography(processing, Places.TARGETING, "La CNIL a répondu.")
        assert [one.places for one in list_geographies(processing)] == [Places.ORGANISATION, Places.TARGETING]
    assert told(ask(world, [subscriber], **by_place))[subscriber] == "gate.targeting_consent"
    with pytest.raises(Invalid), world.register.open(world.actor, MANAGING) as processing:
        record_geography(processing, Places.ORGANISATION, " ")


def test_a_list_goes_to_its_subscribers_and_stops_with_e_mail(world: World) -> None:
    first, second = people(world, 2)
    with world.register.open(world.actor, MANAGING) as processing:
        channel = register_list(processing, "lettre du 3e")
    assert channel == "list:lettre du 3e"
    keep(world, by_form(world, first, channel=channel), by_form(world, second, channel=channel), own_form=True)
    assert ask(world, [first, second], channel=channel).allowed == 2
    later(world, hours=2)
    keep(world, said(world, second, Action.REFUSED, purpose="*", channel="email"))
    assert told(ask(world, [first, second], channel=channel)) == {first: "channel.list", second: "gate.opposed"}
    for name, error in (("lettre du 3e", Conflict), (" ", Invalid), ("catholiques pratiquants", Refusal)):
        with pytest.raises(error), world.register.open(world.actor, MANAGING) as processing:
            register_list(processing, name)


def test_origins_whose_notice_is_overdue_block_sendings_and_not_doors(world: World) -> None:
    (elector,) = recorded(world, voter(world, 1))
    asked: dict[str, Any] = {"purpose": "canvassing"}
    assert told(ask(world, [elector], channel="post", **asked))[elector] == "channel.post"
    later(world, days=20)
    assert told(ask(world, [elector], channel="post", **asked))[elector] == "gate.notice_overdue"
    assert told(ask(world, [elector], channel="door", **asked))[elector] == "channel.door"


def test_what_cannot_be_asked_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (person,) = recorded(world, marie(world))
    monkeypatch.setattr(question, "MOST", 1)
    wrong: dict[str, Any]
    for wrong in (
        {"channel": "all"},
        {"channel": "fax"},
        {"message": "spam"},
        {"criteria": ["karma"]},
        {"at": datetime(2026, 1, 1, tzinfo=UTC)},
    ):
        with pytest.raises(Invalid):
            ask(world, [person], **wrong)
    with pytest.raises(Invalid, match="at most 1 persons"):
        ask(world, [person, person])
