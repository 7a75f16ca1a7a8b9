"""A turnout list: of this ballot alone, apart from every other contact, and gone after the second round."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from campaigns.ballots import State
from campaigns.elections import change_election
from contacts.declare import NewOrigin, declare_origin
from contacts.ids import page_through_ids
from contacts.reveal import reveal_contacts
from files.import_file import import_file
from files.order import Imported, ImportOrder
from files.profiles import load_profile
from policy.draft import Draft
from policy.findings import Refusal
from policy.load import load
from retention.sweep import sweep_contacts
from tests.factories import MANAGING, World, count, opened_world, raw, recorded, supporter

HEADER = (
    "code de l'ugle;libellé du type de liste;nom de naissance;prénoms;sexe;date de naissance;code du bureau de vote;"
    "numéro d'ordre dans le bureau de vote;A voté\n"
)
ROWS = (
    "63113;Liste principale;Martin;Zoé;F;04/05/1960;0001;1;x\n"
    "63113;Liste principale;Lefèvre;Ève;F;04/05/1961;0001;2;\n"
    "63113;Liste principale;Durand;Léa;F;04/05/1962;0001;3;peut-être\n"
)
BETWEEN = date(2027, 3, 16)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def to(world: World, day: date) -> None:
    world.clock.at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def step(world: World, state: State, on: date) -> None:
    to(world, on)
    with world.register.open(world.actor, "administration") as processing:
        change_election(processing, world.election, state, on)


def listed(world: World, on: date) -> int:
    with world.register.open(world.actor, MANAGING) as processing:
        new = NewOrigin(kind="turnout_list", obtained_on=on, election=world.election)
        return declare_origin(processing, new).number


def brought(world: World, path: Path, origin: int, text: str) -> Imported:
    path.write_text(text, "utf-8")
    order = ImportOrder(path=path, origin=origin, report=path.with_name("report"))
    return import_file(world.register, world.actor, MANAGING, order, lambda *_: None)


def turnouts(world: World) -> list[str | None]:
    (page,) = page_through_ids(world.register, world.actor, MANAGING)
    with world.register.open(world.actor, MANAGING) as processing:
        shown = reveal_contacts(processing, page)
    told = [{datum.field: datum.value for datum in one.data} for one in shown if one and one.category == "turnout"]
    assert all({"sex", "birth_date"}.isdisjoint(one) for one in told)
    return sorted((one.get("turnout") for one in told), key=str)


def test_a_turnout_list_is_kept_apart_and_leaves_after_the_second_round(world: World, tmp_path: Path) -> None:
    lines = (HEADER + ROWS).splitlines()
    roll = "\n".join(line.rpartition(";")[0] for line in lines)
    known = brought(world, tmp_path / "roll.csv", world.roll.number, roll)
    assert (known.profile, known.summary["rows"]) == ("electoral-roll", {"created": 3})
    step(world, State.ROUND_1, date(2027, 3, 14))
    to(world, BETWEEN)
    with pytest.raises(Refusal, match=r"turnout\.between_rounds"):
        listed(world, date(2027, 3, 13))
    origin = listed(world, BETWEEN)
    told = brought(world, tmp_path / "list.csv", origin, HEADER + ROWS)
    assert (told.profile, told.summary["rows"]) == ("turnout-list", {"created": 3})
    fates = {one["column"]: (one["decision"], one["field"] or one["rule"]) for one in told.summary["columns"]}
    assert fates["A voté"] == ("kept", "turnout")
    assert fates["date de naissance"] == ("dropped", "roll.extra_field")
    assert count(world, "contact") == 6, "nobody of the roll was joined to a signature"
    assert turnouts(world) == [None, "abstained", "voted"]
    again = brought(world, tmp_path / "list.csv", origin, HEADER + ROWS.replace(";1;x", ";1;"))
    assert again.summary["rows"] == {"unchanged": 2, "updated": 1}
    assert (count(world, "contact"), turnouts(world)) == (6, [None, "abstained", "abstained"])
    step(world, State.ROUND_2, date(2027, 3, 21))
    to(world, date(2027, 3, 22))
    sweep_contacts(world.installation.eraser, world.actor, simulated=False, tell=lambda _: None)
    with raw(world.url, world.campaign) as database:
        assert "turnout" not in {row[0] for row in database.run("SELECT category FROM contact")}
    late = brought(world, tmp_path / "list.csv", listed(world, BETWEEN), HEADER + ROWS + "\n")
    assert late.summary["rows"] == {"refused": 3}
    assert "retention.turnout" in late.summary["articles"]


def test_a_signature_is_never_joined_to_a_contact_by_its_identifier(world: World) -> None:
    to(world, BETWEEN)
    with world.register.open(world.actor, MANAGING) as processing:
        origin = declare_origin(
            processing, NewOrigin(kind="turnout_list", obtained_on=BETWEEN, election=world.election)
        )
    data = (("last_name", "Martin"), ("first_names", "Zoé"), ("external_id", "any\x1f7"))
    signed = Draft(category="turnout", origin=origin, data=(*data, ("turnout", "voted")))
    person, apart, same = recorded(world, supporter(world, *data), signed, signed)
    assert person != apart == same
    assert recorded(world, supporter(world, *data)) == [person]


def test_the_list_keeps_only_what_its_origin_may_hold() -> None:
    profile, allowed = load_profile("turnout-list"), load("france", BETWEEN).origins["turnout_list"].fields
    assert allowed is not None
    assert {meaning.split(".")[0] for meaning in profile.columns} - {"commune", "polling_station"} <= allowed
