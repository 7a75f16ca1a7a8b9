# ruff: noqa: SIM105 - what a refusal leaves is the point
"""What may be recorded and amended, and what the registers of the campaign allow."""

from datetime import date

import pytest

from contacts.amend import StaleRevision
from contacts.declare import NewOrigin, declare_origin, register_custom_field, register_tag
from kernel.errors import Conflict, Invalid, IsoloirError, NotFound
from kernel.identity import PersonId, random_uuid
from policy.findings import Refusal
from tests.contacts.reading import amend, data, found, shown
from tests.factories import MANAGING, World, count, declared, dump, marie, raw, record, recorded, supporter


def test_a_custom_field_or_tag_is_set_only_once_registered_under_an_innocent_name(world: World) -> None:
    draft = supporter(world, *marie(world).data, ("custom:langue_parlee", "breton"), tags=("benevole",))
    with pytest.raises(Invalid, match="not registered"):
        record(world, draft)
    for name in ("religion", "origine_ethnique", "syndicat"):
        with pytest.raises(Refusal), world.register.open(world.actor, MANAGING) as processing:
            register_custom_field(processing, name)
        with pytest.raises(Refusal), world.register.open(world.actor, MANAGING) as processing:
            register_tag(processing, name)
    assert count(world, "custom_field") == count(world, "tag") == 0
    with world.register.open(world.actor, MANAGING) as processing:
        register_custom_field(processing, "langue_parlee")
        register_tag(processing, "benevole")
    (person,) = recorded(world, draft)
    assert ("custom:langue_parlee", "breton") in data(world, person)
    assert shown(world, person).tags == ("benevole",)
    assert shown(world, person, "canvassing").tags == ()
    with pytest.raises(Conflict), world.register.open(world.actor, MANAGING) as processing:
        register_tag(processing, "benevole")


def test_a_draft_without_custom_fields_meets_a_contact_that_has_one(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        register_custom_field(processing, "langue_parlee")
    first = recorded(world, supporter(world, *marie(world).data, ("custom:langue_parlee", "breton")))
    assert recorded(world, marie(world)) == first
    assert ("custom:langue_parlee", "breton") in data(world, first[0])


def test_amending_with_a_custom_field_nobody_registered_is_invalid(world: World) -> None:
    (person,) = recorded(world, marie(world))
    with pytest.raises(Invalid, match="not registered"):
        amend(world, person, 1, supporter(world, ("custom:inconnu", "x")))


@pytest.mark.parametrize("name", ["", "Langue", "1a", "a b", "é", "a" * 64, "a;drop"])
def test_a_registered_name_is_small_letters_and_short(name: str, world: World) -> None:
    with pytest.raises(Invalid), world.register.open(world.actor, MANAGING) as processing:
        register_custom_field(processing, name)


def test_an_origin_the_law_forbids_is_not_declared(world: World) -> None:
    with pytest.raises(Refusal), world.register.open(world.actor, MANAGING) as processing:
        declare_origin(processing, NewOrigin(kind="public_administration", obtained_on=date(2026, 11, 1)))


def test_an_amendment_at_a_stale_revision_changes_nothing_but_its_note(world: World) -> None:
    (person,) = recorded(world, marie(world))
    assert amend(world, person, 1, supporter(world, ("profession", "soudeuse"))).revision == 2
    before = dump(world, without=["entry"])
    with pytest.raises(StaleRevision):
        amend(world, person, 1, supporter(world, ("profession", "avocate")))
    assert dump(world, without=["entry"]) == before


def test_an_amendment_of_nobody_finds_nobody(world: World) -> None:
    with pytest.raises(NotFound):
        amend(world, PersonId(random_uuid()), 1, supporter(world, ("profession", "avocate")))


def test_an_amended_address_is_found_and_the_old_one_is_not(world: World) -> None:
    (person,) = recorded(world, supporter(world, *marie(world).data, ("phone", "0639980102")))
    amend(world, person, 1, supporter(world, ("email", "neuf@example.org")), "phone")
    assert found(world, ("email", "neuf@example.org")) == [person]
    assert found(world, ("email", "marie@example.org")) == []
    assert found(world, ("phone", "0639980102")) == []
    assert [name for name, _ in data(world, person)] == ["email", "first_names", "last_name"]


def test_a_refused_cell_of_an_amendment_leaves_what_was_there(world: World) -> None:
    (person,) = recorded(world, supporter(world, *marie(world).data, ("note", "préfère le soir")))
    one = amend(world, person, 1, supporter(world, ("note", "elle est musulmane pratiquante"), ("profession", "x")))
    assert [finding.rule for finding in one.findings] == ["forbidden.religion"]
    assert ("note", "préfère le soir") in data(world, person)


def test_a_category_that_forbids_what_the_contact_holds_is_refused(world: World) -> None:
    form = declared(world, date(2026, 11, 1), "contact_form")
    (person,) = recorded(world, supporter(world, *marie(world).data, ("birth_date", "1970-01-01")))
    before = dump(world, without=["entry"])
    with pytest.raises(Refusal):
        amend(world, person, 1, supporter(world, origin=form, category="occasional"))
    assert dump(world, without=["entry"]) == before


def test_a_birth_date_learnt_later_protects_a_minor(world: World) -> None:
    (told,) = recorded(
        world, supporter(world, *marie(world).data, ("birth_date", "2011-01-01"), consents=frozenset({"parental"}))
    )
    (learnt,) = recorded(world, marie(world, "m2@example.org", consents=frozenset({"parental"})))
    amend(world, learnt, 1, supporter(world, ("birth_date", "2011-01-01"), consents=frozenset({"parental"})))
    with raw(world.url, world.campaign) as database:
        days = {
            tuple(map(str, row))
            for row in database.run("SELECT consent_from, target_from FROM contact WHERE id IN (?, ?)", told, learnt)
        }
    assert len(days) == 1


@pytest.mark.parametrize(
    "place",
    [{"commune": "Marie Dupont"}, {"commune": "12 rue des Lilas"}, {"polling_station": "marie@example.org"}],
)
def test_a_clear_column_takes_a_code_and_never_words(place: dict[str, str], world: World) -> None:
    try:
        record(world, marie(world, **place))
    except IsoloirError:
        pass
    with raw(world.url, world.campaign) as database:
        stored = database.run("SELECT commune, polling_station FROM contact")
    assert next(iter(place.values())) not in str(stored)


@pytest.mark.parametrize("value", ["\ud800", "x" * (1 << 24)])
def test_a_value_no_record_can_hold_is_invalid_and_stores_nothing(value: str, world: World) -> None:
    before = dump(world)
    with pytest.raises(Invalid):
        record(world, supporter(world, ("last_name", value)))
    assert dump(world) == before
