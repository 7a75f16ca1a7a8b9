"""What is found and shown, and of whom nothing is said."""

import pytest

from contacts.amend import Restricted
from contacts.find import Search, find_contacts
from contacts.record import Result
from contacts.restrict import RestrictionGround, release_contacts, restrict_contacts
from contacts.reveal import Withheld, reveal_contacts
from kernel.errors import Invalid
from tests.contacts.reading import amend, data, found, person_of, shown
from tests.factories import MANAGING, World, later, marie, record, recorded, supporter, voter


def test_a_purpose_shows_the_fields_it_discloses_and_no_other(world: World) -> None:
    (person,) = recorded(
        world,
        supporter(
            world,
            *marie(world).data,
            ("phone", "0639980102"),
            ("profession", "x"),
            commune="75056",
            polling_station="0001",
        ),
    )
    told = {
        purpose: {name for name, _ in data(world, person, purpose)}
        for purpose in world.actor.purposes - {"administration"}
    }
    with world.register.open(world.actor, MANAGING) as processing:
        purposes = processing.edition.purposes
        assert reveal_contacts(processing, []) == []
    for purpose, names in told.items():
        held = {"last_name", "first_names", "email", "phone", "profession"}
        assert names == {name for name in held if purposes[purpose].discloses(name)}, purpose
    assert "email" not in told["canvassing"]
    assert told["canvassing"]
    assert shown(world, person, "canvassing").commune == "75056"
    assert shown(world, person, "email_campaign").commune is None


def test_a_restricted_contact_is_withheld_from_all_but_the_persons_own_request(world: World) -> None:
    (person,) = recorded(world, marie(world))
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, [person], RestrictionGround.OBJECTION_PENDING)
    one = shown(world, person)
    assert (one.withheld, one.data) == (Withheld.RESTRICTED, ())
    assert data(world, person, "rights_request")
    assert [one.result for one in record(world, supporter(world, *marie(world).data, ("profession", "x")))] == [
        Result.RESTRICTED
    ]
    with pytest.raises(Restricted):
        amend(world, person, 1, supporter(world, ("profession", "x")))
    with world.register.open(world.actor, MANAGING) as processing:
        release_contacts(processing, [person])
    assert data(world, person)


def test_a_contact_past_its_day_is_withheld_and_still_the_persons_to_see(world: World) -> None:
    (person,) = recorded(world, voter(world, 1))
    due = shown(world, person).due_on
    assert due is not None
    later(world, days=(due - world.clock.at.date()).days)
    assert shown(world, person).withheld is None
    later(world, days=1)
    one = shown(world, person)
    assert (one.withheld, one.data, one.commune) == (Withheld.EXPIRED, (), None)
    assert data(world, person, "rights_request")  # Art. 15: it is still stored, so it is shown to whom it is about.


def test_an_accessibility_need_is_gone_after_its_event(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        (need, *_) = sorted(processing.edition.needs)
        processing.observed.clear()
        reveal_contacts(processing, [])
    wanted = (("accessibility_need", f"{need}@2026-12-01"), ("event", "réunion publique"))
    consent = frozenset({"accessibility_need", "accessibility"})
    with world.register.open(world.actor, "event_organisation") as processing:
        from contacts.record import record_contacts  # noqa: PLC0415

        (one,) = record_contacts(processing, [supporter(world, *marie(world).data, *wanted, consents=consent)])
    person = person_of(one)
    assert one.findings == ()
    assert ("accessibility_need", f"{need}@2026-12-01") in data(world, person, "event_organisation")
    assert "accessibility_need" not in dict(data(world, person, "email_campaign"))
    later(world, days=10)
    assert "accessibility_need" in dict(data(world, person, "event_organisation"))
    later(world, days=1)
    assert "accessibility_need" not in dict(data(world, person, "event_organisation"))


def test_nobody_is_found_by_a_part_or_a_sound_of_a_name(world: World) -> None:
    recorded(world, supporter(world, ("last_name", "Dupontel"), ("first_names", "Marie"), ("email", "ab@example.org")))
    for surname in ("Dup", "Dupont", "Dupontell", "Dupontelle", "D", "_upontel"):
        assert found(world, ("last_name", surname), ("first_names", "Marie")) == [], surname
    for first in ("Mari", "M", "Maria"):
        assert found(world, ("last_name", "Dupontel"), ("first_names", first)) == [], first
    for email in ("b@example.org", "ab@example.or", "ab@example.org.fr", "a@example.org"):
        assert found(world, ("email", email)) == [], email
    assert len(found(world, ("last_name", "DUPONTEL"), ("first_names", "marie"))) == 1


def test_everything_a_search_says_must_agree(world: World) -> None:
    (person,) = recorded(world, supporter(world, *marie(world).data, ("phone", "0639980102"), commune="75056"))
    mail = ("email", "marie@example.org")
    assert found(world, mail, ("phone", "0639980102"), commune="75056") == [person]
    assert found(world, mail, ("phone", "0639980103")) == []
    assert found(world, mail, commune="69123") == []
    assert found(world, mail, ("last_name", "Durand"), ("first_names", "Marie")) == []


def test_a_search_by_name_needs_the_whole_name_and_a_reason(world: World) -> None:
    for search in (
        Search(data=(("last_name", "Dupont"),), reason="demande"),
        Search(data=(("last_name", "Dupont"), ("first_names", "Marie"))),
        Search(data=(("last_name", "Dupont"), ("first_names", "Marie")), reason="  "),
        Search(data=(("first_names", "Marie"),), reason="demande"),
        Search(data=(), reason="demande"),
        Search(data=(("email", "no address"),), reason="demande"),
    ):
        with pytest.raises(Invalid), world.register.open(world.actor, MANAGING) as processing:
            find_contacts(processing, search)


def test_a_search_that_finds_too_many_shows_none(world: World) -> None:
    recorded(world, *[marie(world, f"m{number}@example.org") for number in range(11)])
    with pytest.raises(Invalid, match="more than 10"):
        found(world, ("last_name", "Dupont"), ("first_names", "Marie"))
