"""Files that are collected: once by their link, by nobody after their time, and told to whoever was in them."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from campaigns.recipients import end_recipient, list_recipients, set_public_key
from contacts.restrict import RestrictionGround, restrict_contacts
from dossiers.compile import compile_dossier
from files.exports.collect import PURPOSE as COLLECTING
from files.exports.collect import State, collect_export, collector_in, look_at_export
from files.exports.parts import room_of
from files.exports.show import cancel_export, list_exports
from jobs.task import DONE
from kernel.errors import Conflict
from kernel.identity import PersonId
from policy.findings import Refusal
from recipients.tickets import Act, open_tickets
from signups.links import DeadLink
from tests.factories import MANAGING, World, count, later, marie, opened_world, raw, recorded
from tests.files.exporting import (
    ADMIN,
    chores,
    chunks_of_three,
    downloaded,
    keyed,
    lines,
    link_of,
    order,
    people,
    run,
    shown,
    task,
    wanted,
)
from tests.files.undoing import bring_in


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    chunks_of_three(monkeypatch)


def collected(world: World, link: str) -> bytes | None:
    room = room_of(world.installation.settings, world.campaign)
    with world.register.open(collector_in(world.campaign), COLLECTING) as processing:
        leaving = collect_export(processing, room, link)
    return None if leaving is None else b"".join(leaving.pieces())


def test_a_link_serves_once_and_nothing_stays(world: World) -> None:
    people(world, 2)
    one = order(world, wanted(recipient="équipe", secured="link")).id
    run(world, one)
    with pytest.raises(Conflict, match="by its link"):
        downloaded(world, one)
    link = link_of(world, one)
    with world.register.open(collector_in(world.campaign), COLLECTING) as processing:
        assert look_at_export(processing, link).state is State.READY
    content = collected(world, link)
    assert content is not None
    assert len(lines(content)) == 2
    assert collected(world, link) is None
    assert shown(world, one).state == "collected"
    with raw(world.url, world.campaign) as database:
        table = "keys.person_key"
        assert database.run(f"SELECT count(*) FROM {table} WHERE person_id = ?", one) == [(0,)]  # noqa: S608
    with pytest.raises(Conflict, match="no file"):
        link_of(world, one)
    with pytest.raises(DeadLink), world.register.open(collector_in(world.campaign), COLLECTING) as processing:
        look_at_export(processing, link[:-2] + "AA")


def test_a_recipient_that_was_ended_gets_nothing_more(world: World) -> None:
    recipient = keyed(world)
    people(world, 2)
    done, waiting = order(world, wanted()).id, order(world, wanted()).id
    run(world, done)
    with world.register.open(world.actor, ADMIN) as processing:
        set_public_key(processing, recipient, None)
        end_recipient(processing, recipient, world.clock.at.date())
        assert next(one for one in list_recipients(processing) if one.id == recipient).public_key is None
    with pytest.raises(Refusal):
        downloaded(world, done)
    assert not run(world, waiting)
    assert shown(world, waiting).state == "failed"


def test_a_file_goes_at_the_end_of_its_time_and_with_a_cancellation(world: World) -> None:
    people(world, 2)
    first, second = (order(world, wanted(recipient="équipe", secured="link")).id for _ in range(2))
    run(world, first)
    run(world, second)
    link = link_of(world, first)
    shutil.rmtree(room_of(world.installation.settings, world.campaign).spool.folder / str(second))
    with pytest.raises(Conflict, match="order it anew"):
        collected(world, link_of(world, second))
    with world.register.open(world.actor, MANAGING) as processing:
        cancel_export(processing, second)
        cancel_export(processing, second)
    later(world, hours=73)
    assert collected(world, link) is None
    assert chores(world).withdraw(task(world, "export.sweep")) == DONE
    assert (shown(world, first).state, shown(world, second).state) == ("expired", "cancelled")
    assert count(world, "export_run") == 2
    room = room_of(world.installation.settings, world.campaign)
    assert not (room.spool.folder / str(first)).exists()
    with world.register.open(world.actor, MANAGING) as processing:
        assert {one.id for one in list_exports(processing, None, 10)} == {first, second}


def received(world: World, person: PersonId) -> dict[str, list[Any]]:
    with world.register.open(world.actor, "rights_request") as processing:
        (dossier,) = compile_dossier(processing, [person])
    return {one["name"]: one["exports"] for one in dossier.document["recipients"] if one["received"]}


def test_everybody_in_a_file_that_left_is_told_of_it_and_nobody_else_is(world: World) -> None:
    keyed(world)
    restricted, *sent = people(world, 5)
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, [restricted], RestrictionGround.ACCURACY_CONTESTED)
    one = order(world, wanted(only=("last_name",))).id
    run(world, one)
    assert received(world, sent[0]) == {}, "nobody has collected it yet"
    downloaded(world, one)
    for person in sent:
        ((name, (left_by,)),) = received(world, person).items()
        assert (name, left_by["export"]) == ("imprimerie", str(one))
        assert [told["field"] for told in left_by["fields"]] == ["last_name"]
    assert received(world, restricted) == {}


def test_a_file_that_can_be_had_goes_when_somebody_in_it_is_erased_or_restricted(world: World) -> None:
    keyed(world)
    first, second, third = people(world, 3)
    waiting, had = order(world, wanted()).id, order(world, wanted()).id
    run(world, waiting)
    run(world, had)
    downloaded(world, had)
    world.installation.eraser.erase(world.actor, MANAGING, [first])
    for one in (waiting, had):
        assert shown(world, one).state == "erased"
        with pytest.raises(Conflict):
            downloaded(world, one)
    again = order(world, wanted()).id
    run(world, again)
    with world.register.open(world.actor, MANAGING) as processing:
        open_tickets(processing, [second], Act.RESTRICTION, "https://isoloir.example.org")
    assert shown(world, again).state == "erased"
    assert set(received(world, third)) == {"imprimerie"}, "what left before is told all the same"
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT recipient FROM recipient_ticket") == [("imprimerie",), ("imprimerie",)]


def test_a_file_goes_once_an_import_says_that_somebody_in_it_objected(world: World, tmp_path: Path) -> None:
    keyed(world)
    recorded(world, marie(world))
    files = [order(world, wanted()).id for _ in range(2)]
    for one in files:
        run(world, one)
    bring_in(world, tmp_path / "known.csv", ["1,,Autre,autre@example.org,,,,,true"])
    assert [shown(world, one).state for one in files] == ["finished", "finished"]
    bring_in(world, tmp_path / "objecting.csv", ["2,Marie,Dupont,marie@example.org,,,,,true"])
    assert [shown(world, one).state for one in files] == ["erased", "erased"]
