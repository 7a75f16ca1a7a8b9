"""The log is read in pages, newest first, and every reading is itself an entry."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import audit.sequence
from audit.events import Event
from audit.listing import WITHHELD, EntryView, count_entries_of, latest_checkpoint, list_entries, look_for_act
from audit.note import Note
from kernel.actor import ActorKind
from policy.findings import Refusal
from tests.factories import MANAGING, World, later, opened_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def notes(world: World, times: int) -> None:
    for _ in range(times):
        later(world, minutes=1)
        with world.register.open(world.actor, MANAGING) as processing:
            processing.note(Note(event=Event.INDEX_REBUILT, counts={}))


def test_pages_follow_each_other_and_the_last_says_so(world: World) -> None:
    notes(world, 5)
    seen: list[EntryView] = []
    place = None
    for _ in range(3):
        with world.register.open(world.actor, MANAGING) as processing:
            page = list_entries(processing, event=Event.INDEX_REBUILT, before=place, limit=2)
        seen += page.entries
        place = page.next
    assert place is None
    assert len({entry.id for entry in seen}) == 5
    assert [entry.at for entry in seen] == sorted([entry.at for entry in seen], reverse=True)
    assert {entry.event for entry in seen} == {"index.rebuilt"}


def test_reading_the_log_is_in_the_log(world: World) -> None:
    later(world, minutes=1)
    with world.register.open(world.actor, MANAGING) as processing:
        list_entries(processing, event=None, before=None, limit=100)
    later(world, minutes=1)
    with world.register.open(world.actor, MANAGING) as processing:
        newest = list_entries(processing, event=None, before=None, limit=1).entries[0]
    assert newest.event == "log.read"
    assert newest.counts["entry.read"] > 0


def test_the_newest_checkpoint_is_given_once_there_is_one(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        assert latest_checkpoint(processing) is None
    world.installation.sequencer.run(world.campaign)
    with world.register.open(world.actor, MANAGING) as processing:
        note = latest_checkpoint(processing)
    assert note is not None
    assert note.startswith(f"isoloir/{world.campaign}/")


def test_more_entries_than_one_turn_takes_are_all_numbered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    notes(world, 7)
    monkeypatch.setattr(audit.sequence, "_BATCH", 3)
    assert world.installation.sequencer.run(world.campaign) >= 7
    assert world.installation.sequencer.run(world.campaign) == 0


def test_what_the_staff_did_is_told_for_accountability_alone(world: World) -> None:
    watching = frozenset({MANAGING, "accountability"})
    member = replace(world.actor, id="member", kind=ActorKind.STAFF, purposes=watching)
    operator = replace(world.actor, purposes=watching)
    later(world, minutes=1)
    with world.register.open(member, MANAGING) as processing:
        processing.note(Note(event=Event.INDEX_REBUILT, counts={}))
    for actor, asked in ((operator, "member"), (member, None)):
        with pytest.raises(Refusal) as caught, world.register.open(actor, MANAGING) as processing:
            list_entries(processing, event=None, before=None, limit=100, actor=asked)
        assert [one.rule for one in caught.value.findings] == ["staff.monitoring"]
    with world.register.open(operator, MANAGING) as processing:
        (told,) = list_entries(processing, event=Event.INDEX_REBUILT, before=None, limit=100).entries
    assert told.actor_id == WITHHELD
    with world.register.open(member, "accountability") as processing:
        page = list_entries(processing, event=None, before=None, limit=100, actor="member")
    assert {(one.event, one.actor_id) for one in page.entries} == {
        ("processing.refused", "member"),
        ("index.rebuilt", "member"),
    }


def test_the_entries_of_an_actor_are_counted_by_event(world: World) -> None:
    notes(world, 2)
    with world.register.open(world.actor, MANAGING) as processing:
        counted = count_entries_of(processing, world.actor.id)
        assert counted["index.rebuilt"] == 2
        assert count_entries_of(processing, "nobody") == {}
        assert [look_for_act(processing, actor) for actor in (world.actor.id, "nobody")] == [1, 0]
        processing.note(Note(event=Event.LOG_READ, counts={"entry.read": sum(counted.values()) + 1}))
