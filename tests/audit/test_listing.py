"""The log is read in pages, newest first, and every reading is itself an entry."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import audit.sequence
from audit.events import Event
from audit.listing import EntryView, latest_checkpoint, list_entries
from audit.note import Note
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
