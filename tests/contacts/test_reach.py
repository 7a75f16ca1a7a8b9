"""What a client's scopes reach: the intersection of its data categories and the purpose's fields, never more."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.events import Event
from audit.listing import list_entries
from contacts import amend, reach
from contacts.amend import Amendment, amend_contacts
from contacts.declare import register_custom_field, register_tag
from contacts.find import Search, find_contacts
from contacts.record import record_contacts
from contacts.reveal import Revealed, reveal_contacts
from files.export_file import ExportOrder, export_file
from kernel.actor import Actor, ActorKind
from kernel.errors import Forbidden
from kernel.identity import PersonId
from policy.draft import Draft
from tests.factories import MANAGING, PURPOSES, World, opened_world, recorded, supporter

ALL = ("contacts:read", "contacts:write")


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        for register, name in ((register_custom_field, "team"), (register_tag, "brings_tea")):
            with one.register.open(one.actor, MANAGING) as processing:
                register(processing, name)
        yield one


@pytest.fixture
def person(world: World) -> PersonId:
    data = (
        ("last_name", "Dupont"),
        ("first_names", "Marie"),
        ("email", "marie@example.org"),
        ("phone", "+33639980102"),
    )
    more = (("note", "prefers the evening"), ("custom:team", "nord"), ("address", '{"city":"Paris"}'))
    (made,) = recorded(
        world, supporter(world, *data, *more, tags=("brings_tea",), commune="75056", polling_station="0012")
    )
    return made


def client(world: World, *scopes: str) -> Actor:
    return Actor(
        id="a client",
        kind=ActorKind.CLIENT,
        campaign=world.campaign,
        scopes=frozenset(scopes),
        purposes=PURPOSES | {"administration"},
    )


def revealed(world: World, actor: Actor, person: PersonId, purpose: str = MANAGING) -> Revealed:
    with world.register.open(actor, purpose) as processing:
        found = reveal_contacts(processing, [person])[0]
    assert found is not None
    return found


def fields(shown: Revealed) -> set[str]:
    return {one.field for one in shown.data}


def test_a_client_sees_the_fields_of_its_categories_and_no_others(world: World, person: PersonId) -> None:
    shown = revealed(world, client(world, "contacts:read:identity", "contacts:read:phone"), person)
    assert fields(shown) == {"last_name", "first_names", "phone"}
    assert (shown.commune, shown.polling_station, shown.tags, shown.category) == (None, None, (), None)


def test_a_category_never_widens_a_purpose(world: World, person: PersonId) -> None:
    actor = client(world, "contacts:read:phone", "contacts:read:email", "contacts:read:note")
    assert fields(revealed(world, actor, person, "phone_canvassing")) == {"phone"}
    assert fields(revealed(world, actor, person, "canvassing")) == set()


@pytest.mark.parametrize(
    ("category", "seen"),
    [
        ("postal_address", ({"address"}, "75056", (), None)),
        ("custom", ({"custom:team"}, None, ("brings_tea",), None)),
        ("membership", (set(), None, (), "regular")),
    ],
)
def test_place_tags_and_category_of_person_go_with_their_data_category(
    world: World, person: PersonId, category: str, seen: tuple[set[str], str | None, tuple[str, ...], str | None]
) -> None:
    shown = revealed(world, client(world, f"contacts:read:{category}"), person)
    assert (fields(shown), shown.commune, shown.tags, shown.category) == seen


def test_the_whole_scope_reaches_what_the_purpose_reads(world: World, person: PersonId) -> None:
    shown = revealed(world, client(world, "contacts:read", "contacts:read:phone"), person)
    assert fields(shown) >= {"last_name", "email", "phone", "note", "address", "custom:team"}
    assert (shown.commune, shown.category) == ("75056", "regular")


def test_without_a_scope_of_reading_nothing_is_shown(world: World, person: PersonId) -> None:
    shown = revealed(world, client(world, "contacts:write", "contacts:erase", "contacts:readable"), person)
    assert (fields(shown), shown.commune, shown.tags, shown.category) == (set(), None, (), None)


def test_the_log_tells_of_the_fields_that_were_shown_and_no_others(world: World, person: PersonId) -> None:
    revealed(world, client(world, "contacts:read:phone"), person)
    with world.register.open(world.actor, MANAGING) as processing:
        entry = list_entries(processing, event=Event.CONTACT_REVEALED, before=None, limit=1).entries[0]
    assert list(entry.fields) == ["phone"]


def test_nobody_is_found_by_what_the_client_does_not_read(world: World, person: PersonId) -> None:
    actor = client(world, "contacts:read:phone")
    by_phone = Search(data=(("phone", "+33639980102"),))
    with world.register.open(actor, MANAGING) as processing:
        assert [one.person for one in find_contacts(processing, by_phone)] == [person]
    for search in (
        Search(data=(("email", "marie@example.org"),)),
        Search(data=(("phone", "+33639980102"), ("birth_date", "1960-01-01"))),
        Search(data=(("phone", "+33639980102"),), commune="75056"),
    ):
        with pytest.raises(Forbidden, match="do not read"), world.register.open(actor, MANAGING) as processing:
            find_contacts(processing, search)


def test_an_export_holds_the_columns_that_the_client_reads(world: World, person: PersonId) -> None:
    out = io.BytesIO()
    actor, order = client(world, "contacts:read:phone"), ExportOrder(reason="a", recipient="équipe")
    export_file(world.register, actor, MANAGING, order, out)
    head, line = out.getvalue().decode().splitlines()
    assert head == "id,category,commune,polling_station,tags,phone"
    assert line == f"{person},,,,,+33639980102"


def test_a_client_writes_the_fields_of_its_categories(world: World) -> None:
    actor = client(world, "contacts:write:identity", "contacts:write:phone")
    draft = supporter(world, ("last_name", "Petit"), ("phone", "+33639980103"))
    with world.register.open(actor, MANAGING) as processing:
        assert record_contacts(processing, [draft])[0].person


BEYOND = {
    "another field": {"data": (("last_name", "Petit"), ("note", "canary-4711"))},
    "a field of the campaign": {"data": (("last_name", "Petit"), ("custom:team", "canary-4711"))},
    "a tag": {"data": (("last_name", "Petit"),), "tags": ("brings_tea",)},
    "a commune": {"data": (("last_name", "Petit"),), "commune": "75056"},
    "a polling station": {"data": (("last_name", "Petit"),), "polling_station": "0012"},
}


def proposed(world: World, given: dict[str, object]) -> Draft:
    return Draft(category="regular", origin=world.newsletter, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", BEYOND.values(), ids=BEYOND)
def test_a_client_records_nothing_beyond_its_categories(world: World, given: dict[str, object]) -> None:
    actor = client(world, "contacts:write:identity")
    with (
        pytest.raises(Forbidden, match="scopes do not reach") as told,
        world.register.open(actor, MANAGING) as processing,
    ):
        record_contacts(processing, [proposed(world, {"data": (("last_name", "Un"),)}), proposed(world, given)])
    assert "canary" not in str(told.value)
    assert "team" not in str(told.value)


@pytest.mark.parametrize("given", BEYOND.values(), ids=BEYOND)
def test_a_client_amends_nothing_beyond_its_categories(
    world: World, person: PersonId, given: dict[str, object]
) -> None:
    actor = client(world, "contacts:write:identity")
    draft = Draft(category="", origin=world.newsletter, **given)  # type: ignore[arg-type]
    with pytest.raises(Forbidden, match="scopes do not reach"), world.register.open(actor, MANAGING) as processing:
        amend_contacts(processing, [Amendment(person=person, revision=1, draft=draft)])


@pytest.mark.parametrize(("category", "removed"), [("", {"phone"}), ("prospect", set()), ("", {"custom:team"})])
def test_a_client_removes_and_moves_nothing_beyond_its_categories(
    world: World, person: PersonId, category: str, removed: set[str]
) -> None:
    actor = client(world, "contacts:write:identity")
    draft = Draft(category=category, origin=world.newsletter, data=(("last_name", "Petit"),))
    change = Amendment(person=person, revision=1, draft=draft, removed=frozenset(removed))
    with pytest.raises(Forbidden, match="scopes do not reach"), world.register.open(actor, MANAGING) as processing:
        amend_contacts(processing, [change])


def test_the_suite_sees_when_the_categories_are_not_asked(
    world: World, person: PersonId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "reach", lambda _actor, _scope: None)
    assert fields(revealed(world, client(world, "contacts:read:phone"), person)) > {"phone"}
    monkeypatch.setattr(amend, "check_writable", lambda *_: None)
    draft = Draft(category="", origin=world.newsletter, data=(("note", "a word"),))
    with world.register.open(client(world, "contacts:write:identity"), MANAGING) as processing:
        assert amend_contacts(processing, [Amendment(person=person, revision=1, draft=draft)])[0].revision == 2
