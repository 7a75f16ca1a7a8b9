"""Whoever is in the files of several campaigns of one controller objects once, and is refused in all of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit.processing import Processing
from contacts.holders import holders_of_data
from eligibility.carry_over import carry_over
from installation.work import worker_of
from kernel.errors import Unopenable
from policy.draft import Datum
from tests.consent_making import by_form, keep
from tests.eligibility.objecting import EMAIL, KNOWN_BY, object_to, rule, sibling
from tests.factories import World, count, dump, later, marie, opened_world, raw, recorded, supporter
from tests.files.importing import people, run
from tests.files.importing import person as row
from tests.installation.closing import approved, close, without_waiting


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def test_whoever_another_campaign_has_in_its_file_is_refused_there_too_by_any_of_five_kinds(world: World) -> None:
    other = sibling(world)
    persons = recorded(other, *(supporter(other, *data) for data in KNOWN_BY.values()))
    (nobody,) = recorded(other, marie(other))
    for kind, data in KNOWN_BY.items():
        object_to(world, *(data if kind.startswith("name") else data[:1]))
    assert {rule(other, one) for one in persons} == {"gate.no_interest"}, "not told yet"
    assert carry_over(world.register, world.campaign) == len(KNOWN_BY)
    assert {rule(other, one) for one in persons} == {"gate.opposed"}
    assert rule(other, nobody) == "gate.no_interest"
    assert count(world, "opposition_carried") == 0


def test_the_worker_carries_within_a_minute_and_nothing_stands_in_clear_meanwhile(world: World) -> None:
    other = sibling(world)
    (person,) = recorded(other, marie(other))
    worker = worker_of(world.installation)
    worker.work_off()
    object_to(world, EMAIL, channel="email")
    assert count(world, "opposition_carried") == 1
    assert "marie@example.org" not in str(dump(world))
    later(world, minutes=1)
    worker.work_off()
    assert rule(other, person) == "gate.opposed"
    assert count(world, "opposition_carried") == 0


def test_a_controller_of_one_campaign_keeps_nothing_to_carry(world: World) -> None:
    object_to(world, EMAIL)
    assert (count(world, "opposition"), count(world, "opposition_carried")) == (1, 0)


def test_a_campaign_that_cannot_be_told_is_told_later_and_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = sorted((sibling(world), sibling(world)), key=lambda one: one.campaign)
    persons = [recorded(one, marie(one))[0] for one in others]
    object_to(world, EMAIL)
    object_to(world, ("email", "autre@example.org"))

    def failing(processing: Processing, *given: Any) -> Any:  # noqa: ANN401
        if processing.campaign == others[0].campaign:
            raise Unopenable
        return holders_of_data(processing, *given)

    with monkeypatch.context() as broken:
        broken.setattr("eligibility.carry_over.holders_of_data", failing)
        assert carry_over(world.register, world.campaign) == 0
    told = [rule(one, person) for one, person in zip(others, persons, strict=True)]
    assert told == ["gate.no_interest", "gate.opposed"]
    later(world, minutes=1)
    assert carry_over(world.register, world.campaign) == 2
    assert rule(others[0], persons[0]) == "gate.opposed"
    with raw(world.url, others[1].campaign) as database:
        said = database.run("SELECT count(*) FROM consent_evidence WHERE contact_id = ?", persons[1])
    assert said == [(1,)], "told twice, it is said once"


def test_who_agreed_after_objecting_elsewhere_is_not_refused_by_what_comes_late(world: World) -> None:
    other = sibling(world)
    (person,) = recorded(other, marie(other))
    object_to(world, EMAIL)
    later(world, hours=2)
    keep(other, by_form(other, person), own_form=True)
    carry_over(world.register, world.campaign)
    assert rule(other, person) == "channel.email"


def address(number: int) -> Datum:
    return "email", f"m{number}@example.org"


def test_a_list_that_closes_channels_is_carried_too(world: World, tmp_path: Path) -> None:
    other = sibling(world)
    known = [supporter(other, ("last_name", f"Durand{number}"), address(number)) for number in range(3)]
    persons = recorded(other, *known)
    rows = [row(number, email=address(number)[1], do_not_contact="true") for number in (0, 2)]
    run(
        world,
        people(tmp_path / "people.csv", *rows, header="nationbuilder_id first_name last_name email do_not_contact"),
    )
    carry_over(world.register, world.campaign)
    assert [rule(other, one) for one in persons] == ["gate.opposed", "gate.no_interest", "gate.opposed"]


def test_a_campaign_that_ends_tells_the_others_first_and_is_told_nothing_afterwards(
    sqlite_url: str, tmp_path: Path
) -> None:
    with opened_world(sqlite_url, tmp_path) as plain:
        world = replace(plain, installation=without_waiting(plain.installation))
        other = sibling(world)
        (person,) = recorded(other, marie(other))
        object_to(world, EMAIL)
        approved(world)
        close(world, tmp_path / "returned")
        assert rule(other, person) == "gate.opposed"
        object_to(other, ("email", "autre@example.org"))
        assert count(other, "opposition_carried") == 0
