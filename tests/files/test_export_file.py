# ruff: noqa: ANN401 - an order is passed on
import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest

import files.export_file
from contacts.declare import register_custom_field
from contacts.listing import Selection
from contacts.restrict import RestrictionGround, restrict_contacts
from files.export_file import Exported, ExportOrder, export_file
from kernel.errors import Invalid
from tests.factories import MANAGING, World, later, marie, opened_world, raw, recorded, supporter, voter


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def export(world: World, purpose: str = MANAGING, **more: Any) -> tuple[Exported, list[dict[str, str]]]:
    out = BytesIO()
    told: dict[str, Any] = {"reason": "tractage", "recipient": "équipe"} | more
    done = export_file(world.register, world.actor, purpose, ExportOrder(**told), out)
    return done, list(csv.DictReader(StringIO(out.getvalue().decode())))


def test_an_export_holds_what_its_purpose_discloses(world: World) -> None:
    recorded(world, supporter(world, *marie(world).data, ("phone", "0639980102"), commune="75056"))
    done, (row,) = export(world, "canvassing")
    assert done.contacts == 1
    assert (row["last_name"], row["commune"]) == ("Dupont", "75056")
    assert not {"email", "phone", "note"} & row.keys()
    _, (row,) = export(world, "email_campaign")
    assert row["email"] == "marie@example.org"
    assert not {"phone", "address"} & row.keys()
    assert row["commune"] == ""


def test_the_campaigns_own_fields_are_written_where_they_are_disclosed(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        register_custom_field(processing, "langue_parlee")
    recorded(world, supporter(world, *marie(world).data, ("custom:langue_parlee", "breton")))
    _, (row,) = export(world)
    assert row.get("custom:langue_parlee") == "breton"
    _, (row,) = export(world, "canvassing")
    assert "breton" not in row.values()


def test_an_export_without_reason_or_recipient_is_none(world: World) -> None:
    recorded(world, marie(world))
    for missing in ("reason", "recipient"):
        with pytest.raises(Invalid):
            export(world, **{missing: "  "})


def test_no_more_leave_than_the_cap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.export_file, "CHUNK", 2)
    recorded(world, *[voter(world, number) for number in range(7)])
    out = BytesIO()
    order = ExportOrder(reason="tractage", recipient="équipe", cap=5)
    with pytest.raises(Invalid, match="5"):
        export_file(world.register, world.actor, MANAGING, order, out)
    assert len(out.getvalue().splitlines()) - 1 <= 5
    done, rows = export(world, cap=7)
    assert done.contacts == len(rows) == 7


def test_restricted_and_expired_contacts_stay_and_are_counted(world: World) -> None:
    persons = recorded(world, marie(world), voter(world, 1), marie(world, "m2@example.org"))
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, persons[:1], RestrictionGround.OBJECTION_PENDING)
    done, rows = export(world)
    assert (done.contacts, done.withheld, len(rows)) == (2, 1, 2)
    later(world, days=200)  # The second round is over: the roll's data may not be used any more.
    done, rows = export(world)
    assert (done.contacts, done.withheld) == (1, 2)
    assert [row["id"] for row in rows] == [str(persons[2])]


def test_a_chunk_that_cannot_be_noted_does_not_leave(world: World) -> None:
    recorded(world, marie(world))
    with raw(world.url) as database:
        if database.on_postgresql:
            database.run("REVOKE INSERT ON entry FROM isoloir_app")
        else:
            database.run("CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'full'); END")
    out = BytesIO()
    with pytest.raises(Exception, match=r"full|permission denied"):
        export_file(world.register, world.actor, MANAGING, ExportOrder(reason="a", recipient="équipe"), out)
    assert b"Dupont" not in out.getvalue()


def test_every_chunk_names_its_persons_in_the_log(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.export_file, "CHUNK", 2)
    recorded(world, *[voter(world, number) for number in range(3)])
    export(world, selection=Selection(category="roll"))
    with raw(world.url, world.campaign) as database:
        found = database.run(
            "SELECT subject, subjects, body FROM entry WHERE event = 'export.chunk_emitted' ORDER BY subjects"
        )
    assert sum((one is not None) + len(many or b"") // 16 for one, many, _ in found) == 3
    assert all(body is not None and "équipe".encode() not in bytes(body) for _, _, body in found)


@pytest.mark.parametrize(
    "value", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "=HYPERLINK(1)", "soudeuse;=1+1"]
)
def test_nothing_in_a_list_computes_in_a_spreadsheet(value: str, world: World) -> None:
    recorded(world, supporter(world, *marie(world).data, ("profession", value)))
    out = BytesIO()
    export_file(world.register, world.actor, MANAGING, ExportOrder(reason="a", recipient="équipe"), out)
    (row,) = csv.DictReader(StringIO(out.getvalue().decode()))
    for separator in (",", ";", "\t"):  # A French spreadsheet parts cells at semicolons, whatever we meant.
        cells = [
            cell.strip('" ') for line in out.getvalue().decode().splitlines()[1:] for cell in line.split(separator)
        ]
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells), separator
    assert row["profession"].replace("'", "").strip() in {value.replace("'", "").strip(), ""}


def test_a_phone_number_stays_as_it_is(world: World) -> None:
    recorded(world, supporter(world, *marie(world).data, ("phone", "+33639980102")))
    _, (row,) = export(world)
    assert row["phone"] == "+33639980102"
