"""Exports as jobs: ordered, written in chunks, kept sealed, in the format and for the recipient that were asked for."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pyrage  # type: ignore[import-untyped]
import pytest

from contacts.listing import Selection
from contacts.restrict import RestrictionGround, restrict_contacts
from files.exports.order import Wanted
from files.exports.show import cancel_export
from files.hand_over import Handover
from files.writers import Format
from kernel.actor import ActorKind
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from policy.findings import Refusal
from policy.standing import Action
from tests.consent_making import PURPOSE as MAILING
from tests.consent_making import by_form, keep, said
from tests.factories import MANAGING, World, count, later, opened_world, raw
from tests.files.exporting import (
    CANARY,
    IDENTITY,
    chunks_of_three,
    downloaded,
    keyed,
    left,
    lines,
    link_of,
    order,
    people,
    run,
    shown,
    wanted,
)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    chunks_of_three(monkeypatch)


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
