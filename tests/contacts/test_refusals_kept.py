"""What a person refused, and what a contact gains by a merge, is never lost on the way."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import contacts.match
from contacts.amend import Amendment, amend_contacts
from contacts.declare import register_tag
from contacts.find import Search, find_contacts
from contacts.record import Result, record_contacts
from contacts.reveal import Withheld, reveal_contacts
from kernel.errors import Forbidden
from kernel.identity import PersonId
from tests.factories import MANAGING, World, marie, opened_world, raw, record, recorded, supporter


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def test_a_tag_that_comes_later_is_set_on_the_contact_there_is(world: World) -> None:
    for name in ("tractage", "procuration"):
        with world.register.open(world.actor, MANAGING) as processing:
            register_tag(processing, name)
    (person,) = recorded(world, marie(world, tags=("tractage",)))
    (again,) = record(world, marie(world, tags=("tractage", "procuration")))
    assert (again.person, again.result) == (person, Result.UPDATED)
    with world.register.open(world.actor, MANAGING) as processing:
        (shown,) = reveal_contacts(processing, [person])
    assert shown is not None
    assert shown.tags == ("procuration", "tractage")


def test_an_objection_in_a_row_that_is_refused_whole_still_restricts_the_contact(world: World) -> None:
    (person,) = recorded(world, marie(world))
    unknown = replace(marie(world), category="nobody_knows")
    with world.register.open(world.actor, MANAGING) as processing:
        (outcome,) = record_contacts(processing, [unknown], restricting={0})
    assert outcome.result is Result.REFUSED
    with world.register.open(world.actor, MANAGING) as processing:
        (shown,) = reveal_contacts(processing, [person])
    assert shown is not None
    assert shown.withheld is Withheld.RESTRICTED


def test_a_birth_date_that_is_removed_leaves_no_birthday_behind(world: World) -> None:
    born = ("birth_date", "2010-06-01")
    (person,) = recorded(world, supporter(world, ("last_name", "Petit"), ("first_names", "Ana"), born))
    assert _minor_dates(world, person) != (None, None)
    change = Amendment(person=person, revision=1, draft=supporter(world), removed=frozenset({"birth_date"}))
    with world.register.open(world.actor, MANAGING) as processing:
        amend_contacts(processing, [change])
    assert _minor_dates(world, person) == (None, None)


def _minor_dates(world: World, person: PersonId) -> tuple[object, ...]:
    with raw(world.url, world.campaign) as database:
        return database.run("SELECT consent_from, target_from FROM contact WHERE id = ?", person)[0]


def test_an_address_that_a_crowd_shares_matches_nobody_and_flags_the_newcomer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contacts.match, "_MOST_SHARING", 2)
    people = [
        supporter(world, ("last_name", f"Nom{number}"), ("first_names", "Ana"), ("email", "info@example.org"))
        for number in range(3)
    ]
    recorded(world, *people)
    (again,) = record(world, people[0])
    assert (again.result, again.flagged) == (Result.CREATED, True)


def test_a_search_does_not_tell_who_holds_what_the_purpose_may_not_read(world: World) -> None:
    recorded(world, marie(world))
    search = Search(data=(("email", "marie@example.org"),))
    with pytest.raises(Forbidden), world.register.open(world.actor, "canvassing") as processing:
        find_contacts(processing, search)
    with world.register.open(world.actor, MANAGING) as processing:
        assert len(find_contacts(processing, search)) == 1
