"""Whoever is in the files of several campaigns of one controller objects once, and is refused in all of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit.processing import Processing
from consent.oppositions import NewOpposition
from contacts.holders import holders_of_data
from eligibility.carry_over import carry_over
from eligibility.oppose import oppose
from installation.work import worker_of
from kernel.errors import Conflict, Unopenable
from policy.draft import Datum
from rights.words import Kind
from tests.consent_making import by_form, keep
from tests.eligibility.objecting import ADDRESS, EMAIL, KNOWN_BY, object_to, rule, sibling
from tests.factories import MANAGING, World, count, dump, later, marie, opened_world, raw, recorded, supporter
from tests.files.importing import people, run
from tests.files.importing import person as row
from tests.installation.closing import approved, close, without_waiting
from tests.rights.asking import asking

HEADER = "nationbuilder_id first_name last_name email do_not_contact"


def address(number: int) -> Datum:
    return "email", f"m{number}@example.org"


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
    assert carry_over(world.register, world.campaign) == 0, "nothing is left"
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
        assert carry_over(world.register, world.campaign) == 2
    told = [rule(one, person) for one, person in zip(others, persons, strict=True)]
    assert told == ["gate.no_interest", "gate.opposed"]
    later(world, minutes=1)
    assert carry_over(world.register, world.campaign) == 0, "put off"
    assert rule(others[0], persons[0]) == "gate.no_interest"
    later(world, hours=1)
    assert carry_over(world.register, world.campaign) == 0
    assert rule(others[0], persons[0]) == "gate.opposed"
    assert count(world, "opposition_carried") == 0


def test_who_carries_may_be_killed_and_tell_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    other = sibling(world)
    (person,) = recorded(other, marie(other))
    object_to(world, EMAIL)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("eligibility.carry_over.end_carrying", killed)
        with pytest.raises(KeyboardInterrupt):
            carry_over(world.register, world.campaign)
    later(world, minutes=1)
    assert carry_over(world.register, world.campaign) == 0
    with raw(world.url, other.campaign) as database:
        said = database.run("SELECT count(*) FROM consent_evidence WHERE contact_id = ?", person)
    assert said == [(1,)]


def test_what_does_not_open_holds_up_nothing_else(world: World) -> None:
    other = sibling(world)
    (person,) = recorded(other, marie(other))
    names = (("last_name", "Spoilt"), ("first_names", "Jean"))
    (spoilt,) = recorded(other, supporter(other, *names, ("email", "jean@example.org")))
    for number in range(3):
        object_to(world, address(number))
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE opposition_carried SET sealed = ?", b"\x01\x00\x01" + b"x" * 60)
    with raw(world.url, other.campaign) as database:
        database.run("UPDATE keys.person_key SET wrapped = ? WHERE person_id = ?", b"x" * 60, spoilt)
    with world.register.open(world.actor, MANAGING) as processing:
        oppose(processing, [NewOpposition(data=[EMAIL]), NewOpposition(data=[*names, ("address", ADDRESS)])])
    assert carry_over(world.register, world.campaign) == 3
    assert rule(other, person) == "gate.opposed"


def test_who_objects_again_after_agreeing_is_refused_again_everywhere(world: World) -> None:
    other = sibling(world)
    (person,) = recorded(other, marie(other))
    for _ in range(2):
        object_to(world, EMAIL)
        carry_over(world.register, world.campaign)
        assert rule(other, person) == "gate.opposed"
        later(world, days=1)
        keep(other, by_form(other, person), own_form=True)
        assert rule(other, person) == "channel.email"
        later(world, days=1)


def test_a_file_that_says_it_every_night_overrules_no_later_consent(world: World, tmp_path: Path) -> None:
    other = sibling(world)
    (person,) = recorded(other, marie(other))
    path = people(tmp_path / "people.csv", row(1, email=EMAIL[1], do_not_contact="true"), header=HEADER)
    run(world, path)
    carry_over(world.register, world.campaign)
    assert rule(other, person) == "gate.opposed"
    later(world, days=1)
    keep(other, by_form(other, person), own_form=True)
    later(world, days=1)
    run(world, people(tmp_path / "again.csv", row(1, email=EMAIL[1], do_not_contact="true"), header=f"{HEADER} note"))
    assert count(world, "opposition_carried") == 1
    carry_over(world.register, world.campaign)
    assert rule(other, person) == "channel.email"


def test_a_request_is_carried_as_it_came_and_not_as_it_was_performed(database_url: str, tmp_path: Path) -> None:
    with asking(database_url, tmp_path) as desk:
        world = desk.world
        other = sibling(world)
        (person,) = recorded(other, marie(other))
        desk.receive(Kind.OBJECTION)
        carry_over(world.register, world.campaign)
        assert rule(other, person) == "gate.opposed"
        later(world, hours=2)
        keep(other, by_form(other, person), own_form=True)
        later(world, hours=1)
        desk.work()
        carry_over(world.register, world.campaign)
        assert rule(other, person) == "channel.email"


def test_many_who_share_a_number_are_refused_once_each(world: World) -> None:
    other = sibling(world)
    number = ("phone", "+33639980103")
    recorded(other, *(supporter(other, ("last_name", f"N{each}"), ("first_names", "A"), number) for each in range(5)))
    with world.register.open(world.actor, MANAGING) as processing:
        oppose(processing, [NewOpposition(data=[number, address(each)]) for each in range(20)])
    carry_over(world.register, world.campaign)
    assert count(other, "consent_evidence") == 5


def test_a_tools_number_is_carried_only_of_whom_nothing_else_is_known(world: World) -> None:
    other = sibling(world)
    number = ("external_id", "nationbuilder\x1f10482")
    (stranger,) = recorded(other, supporter(other, number, ("last_name", "Moreau")))
    object_to(world, number, EMAIL)
    carry_over(world.register, world.campaign)
    assert rule(other, stranger) == "gate.no_interest"
    object_to(world, number)
    carry_over(world.register, world.campaign)
    assert rule(other, stranger) == "gate.opposed"


def test_who_agreed_after_objecting_elsewhere_is_not_refused_by_what_comes_late(world: World) -> None:
    other = sibling(world)
    (person,) = recorded(other, marie(other))
    object_to(world, EMAIL)
    later(world, hours=2)
    keep(other, by_form(other, person), own_form=True)
    carry_over(world.register, world.campaign)
    assert rule(other, person) == "channel.email"


def test_a_list_that_closes_channels_is_carried_too(world: World, tmp_path: Path) -> None:
    other = sibling(world)
    known = [supporter(other, ("last_name", f"Durand{number}"), address(number)) for number in range(3)]
    persons = recorded(other, *known)
    rows = [row(number, email=address(number)[1], do_not_contact="true") for number in (0, 2)]
    run(
        world,
        people(tmp_path / "people.csv", *rows, header=HEADER),
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


def test_what_the_closing_itself_brings_about_is_carried_and_an_interruption_loses_nothing(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        desk.world = world = replace(desk.world, installation=without_waiting(desk.world.installation))
        other = sibling(world)
        (mine,), (theirs, third) = recorded(world, marie(world)), recorded(other, marie(other), marie(other, "t@x.org"))
        object_to(world, ("email", "t@x.org"))
        request = desk.receive(Kind.ERASURE)
        desk.confirm(request.id, mine)
        desk.grant(request.id)
        approved(world)

        def killed(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr("installation.closing.carry_over", killed)
            with pytest.raises(KeyboardInterrupt):
                close(world, tmp_path / "returned")
        assert rule(other, theirs) == "gate.no_interest"
        close(world, tmp_path / "returned")
        assert [rule(other, one) for one in (theirs, third)] == ["gate.opposed", "gate.opposed"]


def test_a_campaign_is_not_destroyed_before_the_others_are_told_nor_told_while_it_ends(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_world(sqlite_url, tmp_path) as plain:
        world = replace(plain, installation=without_waiting(plain.installation))
        other = replace(sibling(world), installation=world.installation)
        (theirs,) = recorded(other, marie(other))
        object_to(world, EMAIL)
        approved(world)

        def failing(*_: object) -> None:
            raise Unopenable

        with monkeypatch.context() as broken:
            broken.setattr("eligibility.carry_over.holders_of_data", failing)
            with pytest.raises(Conflict, match="objections"):
                close(world, tmp_path / "returned")
        close(world, tmp_path / "returned", destroy=False)
        assert rule(other, theirs) == "gate.opposed"
        object_to(other, address(7))
        assert count(world, "opposition_carried") == 0, "of two campaigns, none is left to be told"
