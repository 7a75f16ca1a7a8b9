# ruff: noqa: ANN401 - orders are passed on
"""Exports as jobs: ordered, written in chunks, resumed wherever they stopped, kept sealed, collected, let go."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pyrage  # type: ignore[import-untyped]
import pytest

import files.export_file
import files.exports.run
import files.hand_over
import jobs.run
from campaigns.recipients import add_recipient
from contacts.restrict import RestrictionGround, restrict_contacts
from files.export_file import ExportOrder
from files.exports.collect import (
    PURPOSE as COLLECTING,
)
from files.exports.collect import (
    State,
    collect_export,
    collector_in,
    download_export,
    link_export,
    look_at_export,
)
from files.exports.order import Ordered, Wanted, order_export
from files.exports.parts import room_of
from files.exports.run import Exporter
from files.exports.show import ExportView, show_export
from files.hand_over import Handover
from installation.exporting import ExportChores
from jobs.task import Taken
from kernel.actor import Actor
from kernel.errors import Conflict
from kernel.identity import PersonId
from signups.links import DeadLink
from tests.factories import MANAGING, World, opened_world, raw, recorded, supporter, supporters

ADMIN = "administration"
DELAY = timedelta(hours=24)
CANARY = "Zebulonnette"
IDENTITY = pyrage.x25519.Identity.generate()


class _Killed(BaseException):
    """A power cut."""


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.export_file, "CHUNK", 3)
    monkeypatch.setattr(files.hand_over, "CHUNK", 3)


def keyed(world: World, name: str = "imprimerie") -> UUID:
    with world.register.open(world.actor, ADMIN) as processing:
        return add_recipient(processing, replace(supporters(name), public_key=str(IDENTITY.to_public())))


def people(world: World, number: int) -> list[PersonId]:
    drafts = [
        supporter(world, ("last_name", f"{CANARY}{one}"), ("email", f"m{one}@example.org")) for one in range(number)
    ]
    return recorded(world, *drafts)


def wanted(*, secured: str = "age", reach: Handover | None = None, hours: int = 72, **order: Any) -> Wanted:
    told: dict[str, Any] = {"reason": "lettre de novembre", "recipient": "imprimerie"} | order
    return Wanted(order=ExportOrder(**told), secured=secured, reach=reach, hours=hours)


def order(
    world: World, asked: Wanted, *, alone: int = 10_000, purpose: str = MANAGING, by: Actor | None = None
) -> Ordered:
    with world.register.open(by or world.actor, purpose) as processing:
        return order_export(processing, asked, alone=alone, delay=DELAY)


def run(world: World, one: UUID, seconds: float = 60) -> bool:
    room = room_of(world.installation.settings, world.campaign)
    return Exporter(world.register, room, seconds).run(world.campaign, one)


def shown(world: World, one: UUID) -> ExportView:
    with world.register.open(world.actor, MANAGING) as processing:
        return show_export(processing, one)


def downloaded(world: World, one: UUID) -> bytes:
    with world.register.open(world.actor, MANAGING) as processing:
        leaving = download_export(processing, room_of(world.installation.settings, world.campaign), one)
    content = b"".join(leaving.pieces())
    assert len(content) == leaving.size
    return content


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def link_of(world: World, one: UUID) -> str:
    with world.register.open(world.actor, MANAGING) as processing:
        return link_export(processing, one)[0]


def collected(world: World, link: str) -> bytes | None:
    room = room_of(world.installation.settings, world.campaign)
    with world.register.open(collector_in(world.campaign), COLLECTING) as processing:
        leaving = collect_export(processing, room, link)
    return None if leaving is None else b"".join(leaving.pieces())


def left(world: World) -> list[Path]:
    return [path for path in world.installation.settings.export_dir.rglob("*") if path.is_file()]


def chores(world: World) -> ExportChores:
    return ExportChores(world.installation)


def task(world: World, kind: str, payload: str = "{}", attempt: int = 1) -> Taken:
    return Taken(world.campaign, uuid4(), kind, None, payload, attempt, world.clock.at, uuid4())


def test_a_list_is_written_sealed_and_only_its_recipient_reads_it(world: World) -> None:
    keyed(world)
    persons = people(world, 7)
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, persons[:1], RestrictionGround.ACCURACY_CONTESTED)
    one = order(world, wanted(only=("last_name", "email"))).id
    assert shown(world, one).state == "queued"
    assert not run(world, one)
    done = shown(world, one)
    assert (done.state, done.contacts, done.withheld, done.fields) == ("finished", 6, 1, ["id", "last_name", "email"])
    stored = [path.read_bytes() for path in left(world)]
    assert len(stored) == 2, "the parts are gone"
    assert not any(CANARY.encode() in each or b"example" in each for each in stored)
    sealed = downloaded(world, one)
    assert sealed.startswith(b"age-encryption.org/v1")
    rows = lines(pyrage.decrypt(sealed, [IDENTITY]))
    assert {row["id"] for row in rows} == {str(person) for person in persons[1:]}
    assert list(rows[0]) == ["id", "last_name", "email"]
    assert downloaded(world, one) == sealed
    assert shown(world, one).collected == 2
    with pytest.raises(Conflict, match="encrypted for its recipient"):
        link_of(world, one)


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


@pytest.mark.parametrize("inside", [False, True])
def test_an_export_killed_at_any_chunk_goes_on_without_loss_or_double(
    inside: bool,  # noqa: FBT001 - a parameter of the test
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keyed(world)
    persons = people(world, 14)
    one = order(world, wanted()).id
    honest, kills, at, calls = jobs.run.keep_chunk, 0, 1, 0

    def dying(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at and not inside:
            raise _Killed
        kept = honest(*given)
        if calls == at:
            raise _Killed
        return kept

    monkeypatch.setattr(files.exports.run, "keep_chunk", dying)
    while shown(world, one).state != "finished":
        try:
            run(world, one)
        except _Killed:
            kills, calls, at = kills + 1, 0, 2  # Each further try writes one chunk, and dies in the next.
    assert kills >= 4
    rows = lines(pyrage.decrypt(downloaded(world, one), [IDENTITY]))
    assert sorted(row["id"] for row in rows) == sorted(map(str, persons))
    assert shown(world, one).contacts == 14
