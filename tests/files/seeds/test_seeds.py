"""Seed mailboxes leave as lines like others, are counted nowhere, and tell of the export when they come back."""

import csv
import json
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import files.export_file
from audit.events import Event
from audit.note import Note
from campaigns.controllers import ContactPoints, describe_controller
from files.export_file import ExportOrder, export_file
from files.import_file import import_file
from files.order import Imported, ImportOrder
from files.seeds import keep
from files.seeds.keep import add_mailbox, end_mailbox, list_mailboxes
from files.seeds.plant import EACH
from files.seeds.returned import RULE
from files.seeds.store import PLANTING
from kernel.actor import operator_in
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import random_uuid
from messages.letter import Letter, open_letter
from messages.store import MESSAGE
from tests.factories import MANAGING, World, count, later, opened_world, raw, recorded, supporter

ADMINISTRATION = "administration"
SEEDS = [f"camille.{word}@parti.example.org" for word in ("aube", "brise", "cime", "dune")]


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def added(world: World, *addresses: str) -> None:
    for address in addresses:
        with world.register.open(operator_in(world.campaign), ADMINISTRATION) as processing:
            add_mailbox(processing, address)
        later(world, minutes=1)


def exported(world: World, purpose: str = MANAGING) -> tuple[int, list[dict[str, str]]]:
    out = BytesIO()
    done = export_file(
        world.register, world.actor, purpose, ExportOrder(reason="tractage", recipient="équipe", cap=5), out
    )
    later(world, minutes=1)
    return done.contacts, list(csv.DictReader(StringIO(out.getvalue().decode())))


def brought_back(world: World, folder: Path, rows: list[dict[str, str]], *, dry_run: bool = False) -> Imported:
    path = folder / f"{random_uuid()}.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["nom", "prénom", "email"])
        writer.writerows([row["last_name"], row["first_names"], row["email"]] for row in rows)
    order = ImportOrder(
        path=path,
        origin=world.newsletter.number,
        report=path.with_name("report"),
        profile="generic",
        category="regular",
        chunk=3,
        dry_run=dry_run,
    )
    return import_file(world.register, world.actor, MANAGING, order, lambda *_: None)


def test_a_seed_leaves_in_an_export_and_tells_of_it_when_it_comes_back(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files.export_file, "CHUNK", 2)
    people = [
        supporter(world, ("last_name", f"Nom{one}"), ("first_names", "Léa"), ("email", f"n{one}@example.org"))
        for one in range(5)
    ]
    recorded(world, *people)
    assert exported(world)[0] == len(exported(world)[1]) == 5
    added(world, *SEEDS)
    contacts, rows = exported(world)
    seeds = [row for row in rows if row["email"] in SEEDS]
    real = [row for row in rows if row["email"] not in SEEDS]
    # The cap of five was kept: a seed is no contact.
    assert (contacts, len(real), len(seeds)) == (5, 5, EACH)
    assert {row["email"] for row in real} == {f"n{one}@example.org" for one in range(5)}
    assert all(row["last_name"] and row["first_names"] and row["category"] == real[0]["category"] for row in seeds)
    assert not {row["id"] for row in seeds} & {row["id"] for row in real}
    # Whoever has not left for longest leaves next.
    _, again = exported(world)
    assert SEEDS[3] in {row["email"] for row in again}
    assert not {row["id"] for row in seeds} & {row["id"] for row in again}
    # Without addresses nobody is written to: nothing is planted.
    assert len(exported(world, "canvassing")[1]) == 5
    assert [row["email"] for row in exported(world, "email_campaign")[1] if row["email"] in SEEDS]

    before = count(world, "contact")
    tried = brought_back(world, tmp_path, [*real, seeds[0]], dry_run=True)
    assert tried.summary["rows"] == {"accepted": 5, "refused": 1}
    assert RULE in (tmp_path / "report.csv").read_text("utf-8")
    assert alerts(world) == []
    done = brought_back(world, tmp_path, [*real, seeds[0]])
    assert done.summary["rows"]["refused"] == 1
    assert sum(done.summary["rows"].values()) == 6
    assert count(world, "contact") == before
    report = (tmp_path / "report.csv").read_text("utf-8")
    assert RULE in report
    assert seeds[0]["email"] not in report + json.dumps(done.summary)
    left = {str(one.id): one for one in plantings(world)}
    with raw(world.url, world.campaign) as database:
        notes = database.run(
            "SELECT event, body FROM entry WHERE event IN ('seed.returned', 'seed.compared', 'seed.planted')"
        )
    events = [event for event, _ in notes]
    assert events.count("seed.returned") == 2, "the log tells of the one that was only tried too"
    assert "seed.compared" in events
    assert not any(seeds[0]["email"].encode() in bytes(body or b"") for _, body in notes)
    (alert,) = alerts(world)
    # The made-up name says which of the exports that bore the address it was.
    assert alert.to == "d@example.org"
    assert [str(left[seeds[0]["id"]].export_id)] == [
        line.strip() for line in alert.text.splitlines() if line[:2] == "  "
    ]
    assert seeds[0]["email"] not in alert.text

    brought_back(world, tmp_path, [seeds[0] | {"last_name": "Tronqué"}])
    exports = {str(one.export_id) for one in left.values() if one.mailbox_id == left[seeds[0]["id"]].mailbox_id}
    assert len(exports) > 1
    assert all(one in alerts(world)[-1].text for one in exports)
    assert count(world, "contact") == before


def plantings(world: World) -> Sequence[Any]:
    with world.register.open(world.actor, MANAGING) as processing:
        found = processing.read(PLANTING, select(PLANTING).where(PLANTING.c.campaign_id == world.campaign))
        processing.note(Note(event=Event.SEED_LISTED, counts={"seed_planting.read": len(found)}))
    return found


def alerts(world: World) -> list[Letter]:
    with world.register.open(world.actor, MANAGING) as processing:
        told = select(MESSAGE).where(MESSAGE.c.campaign_id == world.campaign).order_by(MESSAGE.c.created_at)
        rows = processing.read(MESSAGE, told)
        letters = [open_letter(processing.keys, row) for row in rows]
        processing.note(Note(event=Event.MESSAGE_OPENED, counts={"message.read": len(rows)}))
    return letters


def test_mailboxes_are_kept_sealed_each_once_and_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    added(world, "Camille@Parti.example.org")
    with raw(world.url, world.campaign) as database:
        ((sealed,),) = database.run("SELECT sealed FROM seed_mailbox")
    assert b"camille" not in bytes(sealed).lower()
    with pytest.raises(Conflict, match="already"):
        added(world, "camille@parti.example.org")
    with pytest.raises(Invalid):
        added(world, "camille")
    monkeypatch.setattr(keep, "MOST", 1)
    with pytest.raises(Conflict, match="no more than 1"):
        added(world, SEEDS[0])
    with world.register.open(operator_in(world.campaign), ADMINISTRATION) as processing:
        (one,) = list_mailboxes(processing)
        assert (one.address, one.ended_at) == ("camille@parti.example.org", None)
        assert "camille" not in repr(one)
        end_mailbox(processing, one.id)
    recorded(world, supporter(world, ("last_name", "Dupont"), ("email", "d@example.org")))
    assert len(exported(world)[1]) == 1
    for gone in (one.id, random_uuid()):
        with (
            pytest.raises(NotFound),
            world.register.open(operator_in(world.campaign), ADMINISTRATION) as processing,
        ):
            end_mailbox(processing, gone)


def test_where_nobody_has_a_mailbox_nobody_is_written_to_and_the_row_goes_all_the_same(
    world: World, tmp_path: Path
) -> None:
    with world.register.open(operator_in(world.campaign), ADMINISTRATION) as processing:
        describe_controller(processing, ContactPoints(rights_contact="1 rue des Lilas", dpo_contact="par la poste"))
    added(world, SEEDS[0])
    done = brought_back(world, tmp_path, [{"last_name": "Martin", "first_names": "Léa", "email": SEEDS[0]}])
    assert done.summary["rows"] == {"refused": 1}
    assert alerts(world) == []
    assert count(world, "contact") == 0
