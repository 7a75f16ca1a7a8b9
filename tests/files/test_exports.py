# ruff: noqa: ANN401 - orders are passed on
"""Exports as jobs: ordered, written in chunks, resumed wherever they stopped, kept sealed, collected, let go."""

import csv
import io
import json
import shutil
import zipfile
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
from campaigns.recipients import add_recipient, end_recipient, list_recipients, set_public_key
from contacts.listing import Selection
from contacts.restrict import RestrictionGround, restrict_contacts
from dossiers.compile import compile_dossier
from files.export_file import ExportOrder
from files.exports.collect import PURPOSE as COLLECTING
from files.exports.collect import (
    State,
    collect_export,
    collector_in,
    download_export,
    link_export,
    look_at_export,
)
from files.exports.order import RUN, Ordered, Wanted, order_export
from files.exports.parts import room_of
from files.exports.run import Exporter
from files.exports.show import ExportView, cancel_export, list_exports, show_export
from files.hand_over import Handover
from files.writers import Format
from installation.exporting import ExportChores
from jobs.task import DONE, Ending, Taken
from kernel.actor import Actor, ActorKind
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.identity import PersonId
from policy.findings import Refusal
from policy.standing import Action
from recipients.tickets import Act, open_tickets
from signups.links import DeadLink
from tests.consent_making import PURPOSE as MAILING
from tests.consent_making import by_form, keep, said
from tests.factories import MANAGING, World, count, later, opened_world, raw, recorded, supporter, supporters

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
    world: World, asked: Wanted, *, alone: int = 10**9, purpose: str = MANAGING, by: Actor | None = None
) -> Ordered:
    with world.register.open(by or world.actor, purpose) as processing:
        return order_export(processing, asked, alone=alone, delay=DELAY)


def run(world: World, one: UUID, seconds: float = 60) -> bool:
    room = room_of(world.installation.settings, world.campaign)
    return Exporter(world.register, room, seconds).run(world.campaign, one)


def shown(world: World, one: UUID) -> ExportView:
    with world.register.open(world.actor, MANAGING) as processing:
        return show_export(processing, one)


def downloaded(world: World, one: UUID, *, purpose: str = MANAGING, by: Actor | None = None) -> bytes:
    with world.register.open(by or world.actor, purpose) as processing:
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


def test_a_killed_end_is_ended_again_and_a_turn_leaves_room_for_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed(world)
    people(world, 7)
    one = order(world, wanted()).id
    assert run(world, one, seconds=0)
    assert (shown(world, one).state, shown(world, one).contacts) == ("running", 3)

    def dying(*_: Any) -> None:
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(files.exports.run, "finish", dying)
        with pytest.raises(_Killed):
            run(world, one)
    assert not run(world, one)
    assert not run(world, one), "an ended export does nothing more"
    room = room_of(world.installation.settings, world.campaign)
    Exporter(world.register, room, 60).fail(world.campaign, one, OSError())  # Of a worker that lost its lease.
    assert len(lines(pyrage.decrypt(downloaded(world, one), [IDENTITY]))) == 7


def test_more_than_the_cap_fails_and_leaves_nothing(world: World) -> None:
    keyed(world)
    people(world, 5)
    one = order(world, wanted(cap=4)).id
    assert not run(world, one)
    failed = shown(world, one)
    assert failed.state == "failed"
    assert failed.failure is not None
    assert "more than 4 contacts" in failed.failure["message"]
    assert left(world) == []
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT state FROM job") == [("failed",)]
    with pytest.raises(Conflict, match="ended already"), world.register.open(world.actor, MANAGING) as processing:
        cancel_export(processing, one)


def test_who_withdraws_while_a_list_is_written_is_in_no_later_chunk(world: World) -> None:
    keyed(world)
    persons = sorted(people(world, 6), key=lambda one: one.bytes)
    keep(world, *(by_form(world, one) for one in persons), own_form=True)
    later(world, minutes=1)
    one = order(world, wanted(reach=Handover(channel="email", criteria=())), purpose=MAILING).id
    assert run(world, one, seconds=0)
    keep(world, said(world, persons[0], Action.WITHDRAWN, occurred_at=world.clock.at))
    keep(world, said(world, persons[5], Action.WITHDRAWN, occurred_at=world.clock.at))
    later(world, hours=5)
    assert not run(world, one)
    rows = lines(pyrage.decrypt(downloaded(world, one, purpose=MAILING), [IDENTITY]))
    assert {row["id"] for row in rows} == {str(person) for person in persons[:5]}
    with pytest.raises(Forbidden, match="purpose that it was ordered for"):
        downloaded(world, one)
    until = shown(world, one).until
    assert until is not None
    assert until - world.clock.at == timedelta(hours=19), "the first of the answers holds no longer"
    assert shown(world, one).refused == {"gate.withdrawn": 1}


def test_what_is_ordered_is_checked_at_once(world: World) -> None:
    keyed(world)
    people(world, 2)
    wrong: list[tuple[Wanted, type[Exception]]] = [
        (wanted(reason=" "), Invalid),
        (wanted(recipient="nobody"), Refusal),
        (wanted(recipient="équipe"), Conflict),
        (wanted(cap=0), Invalid),
        (wanted(hours=169), Invalid),
        (wanted(secured="mail"), Invalid),
        (wanted(only=("nothing",)), Invalid),
        (wanted(saved=uuid4()), NotFound),
        (wanted(saved=uuid4(), selection=Selection(category="regular")), Invalid),
    ]
    for asked, refusal in wrong:
        with pytest.raises(refusal):
            order(world, asked)
    assert count(world, "export_run") == 0
    held = frozenset({"contacts:read:identity", "exports:write"})
    narrow = replace(world.actor, id=str(uuid4()), kind=ActorKind.CLIENT, scopes=held)
    one = order(world, wanted(), by=narrow).id
    assert "email" not in shown(world, one).fields
    whole = order(world, wanted()).id
    run(world, whole)
    with pytest.raises(Forbidden, match="not shown"):
        downloaded(world, whole, by=narrow)
    run(world, one)
    assert "@" not in pyrage.decrypt(downloaded(world, one, by=narrow), [IDENTITY]).decode()
    with pytest.raises(Invalid, match="does not disclose to you: email"):
        order(world, wanted(only=("email",)), by=narrow)


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


def test_a_worker_takes_an_export_on_and_gives_up_after_the_last_failure(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed(world)
    people(world, 4)
    one = order(world, wanted()).id
    payload = json.dumps({"export": str(one)})
    with monkeypatch.context() as patched:
        patched.setattr("installation.exporting._TURN_SECONDS", 0)
        assert chores(world).send_out(task(world, RUN, payload)).ending is Ending.ON

    def failing(*_: Any) -> None:
        raise OSError

    monkeypatch.setattr(files.exports.run, "encrypt_to", failing)
    for attempt in (1, 10):
        with pytest.raises(Exception, match="no room"):
            chores(world).send_out(task(world, RUN, payload, attempt))
        assert shown(world, one).state == ("running" if attempt == 1 else "failed")
    assert left(world) == []


def test_a_large_export_waits_for_somebody_else_or_for_the_delay(world: World) -> None:
    keyed(world)
    people(world, 2)
    small = order(world, wanted(cap=6), alone=10)
    large = order(world, wanted(cap=5), alone=10)
    assert (small.state, large.state, large.approval is not None) == ("queued", "waiting", True)
    assert large.alone_from == world.clock.at + DELAY, "the operator is alone here"
    assert not run(world, large.id)
    settle = task(world, "export.settle")
    chores(world).settle(settle)
    assert shown(world, large.id).state == "waiting"
    later(world, hours=25)
    chores(world).settle(settle)
    assert shown(world, large.id).state == "queued"
    assert not run(world, large.id)
    assert shown(world, large.id).contacts == 2
    assert order(world, wanted(cap=10), alone=10).state == "queued", (
        "a day has passed, and an approval counts by itself"
    )


def test_an_export_that_is_not_approved_ends(world: World) -> None:
    keyed(world)
    program = replace(world.actor, id=str(uuid4()), kind=ActorKind.CLIENT, scopes=frozenset({"contacts:read"}))
    asked = (order(world, wanted(cap=one), alone=0, by=program) for one in (5, 6, 7, 8))
    refused, forgotten, cancelled, approved = asked
    assert refused.alone_from is None, "no DPO could object"
    assert refused.approval is not None
    with world.register.open(world.actor, ADMIN) as processing:
        cancel_export(processing, cancelled.id)
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE approval SET decision = 'refused' WHERE id = ?", refused.approval)
        database.run("UPDATE approval SET decision = 'approved' WHERE id = ?", approved.approval)
    chores(world).settle(task(world, "export.settle"))
    assert (shown(world, refused.id).state, shown(world, forgotten.id).state) == ("failed", "waiting")
    assert shown(world, approved.id).state == "queued"
    later(world, days=8)
    chores(world).settle(task(world, "export.settle"))
    ended = shown(world, forgotten.id)
    assert ended.failure is not None
    assert (ended.state, ended.failure["message"].endswith("expired")) == ("failed", True)


def test_a_file_has_the_format_that_was_ordered(world: World) -> None:
    keyed(world)
    persons = people(world, 7)
    found = {}
    for kind in Format:
        one = order(world, wanted(format=kind)).id
        run(world, one)
        found[kind] = pyrage.decrypt(downloaded(world, one), [IDENTITY])
    assert {json.loads(line)["id"] for line in found[Format.NDJSON].splitlines()} == set(map(str, persons))
    with zipfile.ZipFile(io.BytesIO(found[Format.XLSX])) as book:
        assert all(str(person) in book.read("xl/worksheets/sheet1.xml").decode() for person in persons)


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
