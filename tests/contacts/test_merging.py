"""Who is the same person as somebody who is there, and who is another."""

import threading
from dataclasses import replace
from datetime import date

from contacts.find import Search, find_contacts
from contacts.record import Recorded, Result
from contacts.reveal import Withheld
from tests.contacts.reading import amend, data, found, person_of, shown
from tests.factories import MANAGING, World, count, declared, later, marie, record, recorded, supporter


def test_a_couple_that_shares_an_address_is_two_contacts_and_the_second_is_flagged(world: World) -> None:
    shared = (("email", "famille.martin@example.org"), ("phone", "0639980102"))
    one = supporter(world, ("last_name", "Martin"), ("first_names", "Jeanne"), *shared)
    other = supporter(world, ("last_name", "Martin"), ("first_names", "Paul"), *shared)
    for results in (record(world, one, other), [*record(world, one), *record(world, other)]):
        assert results[0].person != results[1].person
    assert count(world, "contact") == 2
    (first, second) = record(world, one, other)
    assert (first.result, second.result) == (Result.UNCHANGED, Result.UNCHANGED)


def test_namesakes_without_a_shared_address_are_two_contacts(world: World) -> None:
    one, other = record(world, marie(world, "marie1@example.org"), marie(world, "marie2@example.org"))
    assert one.person != other.person
    assert not other.flagged


def test_a_contact_who_comes_twice_in_one_batch_is_one(world: World) -> None:
    first, second, third = record(world, marie(world), marie(world), marie(world, "MARIE@Example.ORG"))
    assert first.person == second.person == third.person
    assert [first.result, second.result] == [Result.CREATED, Result.UNCHANGED]
    assert count(world, "contact") == 1


def test_an_external_id_used_again_for_somebody_else_makes_a_flagged_contact(world: World) -> None:
    crm = ("external_id", "nationbuilder\x1f17")
    one, other = record(
        world,
        supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), crm),
        supporter(world, ("last_name", "Nguyen"), ("first_names", "Paul"), crm),
    )
    assert other.person != one.person
    assert other.flagged


def test_an_external_id_of_another_system_is_another(world: World) -> None:
    one, other = record(
        world,
        supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), ("external_id", "nationbuilder\x1f17")),
        supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), ("external_id", "qomon\x1f17")),
    )
    assert (other.person != one.person, other.flagged) == (True, False)


def test_somebody_whose_address_two_contacts_of_the_same_name_share_is_not_merged_into_either(world: World) -> None:
    shared = "partage@example.org"
    for number in (1, 2):
        known = ("external_id", f"crm\x1f{number}")
        (one,) = record(world, supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), known))
        amend(world, person_of(one), 1, supporter(world, ("email", shared)))
    (third,) = record(world, marie(world, shared))
    assert (third.result, third.flagged) == (Result.CREATED, True)


def test_concurrent_creates_of_one_external_id_make_one_contact(world: World) -> None:
    results: list[Recorded] = []
    problems: list[BaseException] = []
    draft = supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), ("external_id", "crm\x1f1"))
    ready = threading.Barrier(6)

    def create() -> None:
        ready.wait()
        try:
            results.extend(record(world, draft))
        except BaseException as problem:  # noqa: BLE001 - handed to the test
            problems.append(problem)

    threads = [threading.Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len({one.person for one in results}) == 1
    assert [one.result for one in results].count(Result.CREATED) == 1


def test_a_newer_value_replaces_an_older_one_and_never_the_other_way(world: World) -> None:
    older, newer = declared(world, date(2026, 1, 1)), declared(world, date(2026, 11, 20))
    (person,) = recorded(world, supporter(world, *marie(world).data, ("profession", "soudeuse")))
    record(world, replace(supporter(world, *marie(world).data, ("profession", "retraitée")), origin=newer))
    assert ("profession", "retraitée") in data(world, person)
    record(world, replace(supporter(world, *marie(world).data, ("profession", "étudiante")), origin=older))
    assert ("profession", "retraitée") in data(world, person)
    assert [name for name, _ in data(world, person)].count("profession") == 1


def test_a_further_address_is_added_and_each_finds_the_contact(world: World) -> None:
    (person,) = recorded(world, supporter(world, *marie(world).data, ("external_id", "crm\x1f1")))
    record(world, supporter(world, *marie(world, "m2@example.org").data, ("external_id", "crm\x1f1")))
    assert found(world, ("email", "marie@example.org")) == [person]
    assert found(world, ("email", "m2@example.org")) == [person]


def test_a_cell_the_contacts_own_category_forbids_is_left_out_aloud(world: World) -> None:
    """The newcomer says regular, the contact is occasional: what may be kept depends on the contact, and is told."""
    form = declared(world, date(2026, 11, 1), "contact_form")
    (person,) = recorded(world, marie(world, origin=form, category="occasional"))
    (again,) = record(world, supporter(world, *marie(world).data, ("birth_date", "1970-01-01")))
    assert again.person == person
    assert ("birth_date", "1970-01-01") not in data(world, person)
    assert "birth_date" in {one.field for one in again.findings}


def test_somebody_who_signs_up_again_after_the_day_is_in_use_again(world: World) -> None:
    (person,) = recorded(world, marie(world))
    later(world, days=4 * 366)
    assert shown(world, person).withheld is Withheld.EXPIRED
    again = declared(world, world.clock.at.date())
    record(world, marie(world, origin=again))
    with world.register.open(world.actor, MANAGING) as processing:
        usable = find_contacts(processing, Search(data=(("email", "marie@example.org"),)))
    assert [one.withheld for one in usable] == [None]
