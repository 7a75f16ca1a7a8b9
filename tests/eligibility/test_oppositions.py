from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from consent import oppositions
from consent.oppositions import address_form, forms
from contacts.holders import holders_of_data
from contacts.record import Result, record_contacts
from contacts.reindex import rotate_index_keys
from kernel.actor import operator_in
from kernel.errors import Invalid
from keys.rotate_root import rotate_root
from policy.draft import Datum
from tests.consent_making import by_form, keep
from tests.eligibility.objecting import ADDRESS, EMAIL, KNOWN_BY, object_to, rule, sibling
from tests.factories import (
    MANAGING,
    World,
    count,
    declared,
    dump,
    later,
    marie,
    opened_world,
    recorded,
    supporter,
    voter,
)
from tests.installation.closing import approved, close, without_waiting


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def test_an_opposition_holds_at_once_for_whoever_is_meant_by_any_of_five_kinds(world: World) -> None:
    names: tuple[Datum, ...] = (("last_name", "Dupont"), ("first_names", "Marie"))
    kinds: dict[str, tuple[Datum, ...]] = {
        "email": (EMAIL,),
        "phone": (("phone", "+33639980102"),),
        "name_birth": (*names, ("birth_date", "1980-02-03")),
        "name_address": (*names, ("address", ADDRESS)),
        "external": (("external_id", "nationbuilder\x1f10482"),),
    }
    for kind, data in kinds.items():
        own = data if kind.startswith("name") else (*data, ("last_name", f"Martin{kind}"))
        (person,) = recorded(world, supporter(world, *own))
        (other,) = recorded(world, marie(world, f"{kind}@example.org"))
        assert rule(world, person) != "gate.opposed", kind
        assert object_to(world, *data) >= 1
        assert rule(world, person) == "gate.opposed", kind
        assert rule(world, other) != "gate.opposed", kind


def test_somebody_known_from_the_roll_only_objects_by_name_and_address(world: World) -> None:
    data: tuple[Datum, ...] = (("last_name", "Électeur1"), ("first_names", "Jean"), ("address", ADDRESS))
    draft = replace(voter(world, 1), data=(*voter(world, 1).data, ("address", ADDRESS)))
    (person,) = recorded(world, draft)
    object_to(world, *data)
    assert rule(world, person, purpose="canvassing", channel="post") == "gate.opposed"


def test_whoever_comes_in_beside_somebody_known_is_met_and_the_known_are_not(world: World) -> None:
    (known,) = recorded(world, marie(world))
    object_to(world, ("email", "paul@example.org"))
    object_to(world, EMAIL)
    later(world, days=40)  # Long enough that meeting an opposition would renew it.
    before = count(world, "opposition")
    same, new = recorded(world, marie(world), supporter(world, ("email", "paul@example.org"), ("last_name", "Durand")))
    assert same == known
    assert rule(world, new) == "gate.opposed"
    assert count(world, "opposition") == before + 1, "only the newcomer's is renewed"


def test_an_opposition_survives_erasure_and_holds_at_the_re_import(world: World) -> None:
    (person,) = recorded(world, marie(world))
    keep(world, by_form(world, person), own_form=True)
    later(world, hours=2)
    object_to(world, EMAIL)
    world.installation.eraser.erase(world.actor, MANAGING, [person])
    assert (count(world, "consent_standing"), count(world, "opposition")) == (0, 1)
    assert "marie@example.org" not in str(dump(world))
    later(world, days=400)
    (again,) = recorded(world, marie(world))
    assert rule(world, again) == "gate.opposed"
    assert count(world, "opposition") == 2, "renewed on a hit"


def test_an_opposition_holds_for_an_address_that_comes_later_by_an_update(world: World) -> None:
    object_to(world, ("email", "autre@example.org"), channel="email", purpose="email_campaign")
    (person,) = recorded(world, marie(world))
    assert rule(world, person) == "gate.no_interest"
    recorded(world, supporter(world, *marie(world).data, ("email", "autre@example.org")))
    assert rule(world, person) == "gate.refused"


def rotated_index(world: World, _: pytest.MonkeyPatch) -> World:
    rotate_index_keys(world.register, world.installation.provider, operator_in(world.campaign), lambda: None)
    return world


def rotated_root(world: World, _: pytest.MonkeyPatch) -> World:
    installation = world.installation
    for _again in range(2):
        rotate_root(world.register, installation.provider, installation.campaigns, operator_in)
    return world


def erased(world: World, _: pytest.MonkeyPatch) -> World:
    with world.register.open(world.actor, MANAGING) as processing:
        held = holders_of_data(processing, list(KNOWN_BY.values()), forms)
    world.installation.eraser.erase(world.actor, MANAGING, sorted(set().union(*held)))
    return world


def years_passed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    erased(world, monkeypatch)
    later(world, days=3 * 365)
    return replace(world, newsletter=declared(world, world.clock.at.date()))


def written_otherwise(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    def second(data: Sequence[Datum]) -> list[tuple[str, str]]:
        return [(name, f"2:{value}") for name, value in data]

    monkeypatch.setitem(oppositions.FORMS, 2, second)
    return world


def closed(world: World, _: pytest.MonkeyPatch) -> World:
    """Let the campaign end and its keys be destroyed, and open the controller's next one."""
    after = sibling(world)
    approved(world)
    close(world, world.installation.settings.data_dir / "returned")
    return after


EVENTS: dict[str, Callable[[World, pytest.MonkeyPatch], World]] = {
    "the index keys are rotated": rotated_index,
    "the root is rotated, twice": rotated_root,
    "the contacts are erased": erased,
    "the rules of writing change": written_otherwise,
    "the campaign closes, and another of the controller opens": closed,
    "nobody is in the file, and three years pass": years_passed,
}


def test_an_opposition_of_each_kind_stands_whatever_happens(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_world(sqlite_url, tmp_path) as plain:
        world = replace(plain, installation=without_waiting(plain.installation))
        for kind, data in KNOWN_BY.items():
            object_to(world, *(data if kind.startswith("name") else data[:1]))
        table: dict[str, list[str]] = {}
        stands = [*("gate.opposed" for _ in KNOWN_BY), "gate.no_interest"]
        for event, happen in EVENTS.items():
            world = happen(world, monkeypatch)
            persons = recorded(world, *(supporter(world, *data) for data in KNOWN_BY.values()))
            (nobody,) = recorded(world, marie(world, "nobody.objected@example.org"))
            table[event] = [rule(world, person) for person in (*persons, nobody)]
        assert table == dict.fromkeys(EVENTS, stands)


def test_an_opposition_holds_in_another_campaign_of_the_controller_and_in_nobody_elses(world: World) -> None:
    object_to(world, EMAIL)
    other = sibling(world)
    (person,) = recorded(other, marie(other))
    assert rule(other, person) == "gate.opposed"


def test_only_the_persons_own_later_act_takes_an_opposition_back(world: World) -> None:
    (person,) = recorded(world, marie(world))
    object_to(world, EMAIL)
    later(world, hours=2)
    keep(world, by_form(world, person))
    assert rule(world, person) == "gate.opposed"
    keep(world, by_form(world, person), own_form=True)
    assert rule(world, person) == "channel.email"
    for title in ("Mme", "Mlle", "Dr"):
        later(world, days=31)
        recorded(world, supporter(world, *marie(world).data, ("title", title)))
        assert rule(world, person) == "channel.email", "the same address again is no new objection"


def test_an_opposition_that_names_nobody_or_nothing_is_refused(world: World) -> None:
    for data, more in (
        ((("last_name", "Dupont"),), {}),
        ((EMAIL,), {"purpose": "spam"}),
        ((EMAIL,), {"channel": "list:lettre"}),
    ):
        with pytest.raises(Invalid):
            object_to(world, *data, **more)
    with suppress(Invalid):
        object_to(world, EMAIL)
    assert count(world, "opposition") == 1
    object_to(world, EMAIL)
    assert count(world, "opposition") == 1, "said twice a day"


def test_addresses_are_compared_in_a_plain_form() -> None:
    other = '{"number":"3","street":"rue des LILAS","complement1":"bât. B","postcode":"75011","city":"PARIS"}'
    assert address_form(ADDRESS) == address_form(other) != ""
    assert [address_form(text) for text in ("", "3 rue des Lilas", '{"city":"Paris"}')] == ["", "", ""]
    assert forms([("last_name", "Dupont"), ("first_names", "Marie"), ("address", "{}")]) == []


def test_what_was_asked_in_vain_is_noted_as_read(postgresql_url: str, tmp_path: Path) -> None:
    """Whoever is known is asked about with the newcomers: the answer comes, and is a reading."""
    with opened_world(postgresql_url, tmp_path) as world:
        recorded(world, marie(world))
        object_to(world, EMAIL)
        with world.register.open(world.actor, MANAGING) as processing:
            (again,) = record_contacts(processing, [marie(world)])
            told = processing.notes[-1].counts
        assert again.result is Result.UNCHANGED
        assert told["opposition.read"] == 1
