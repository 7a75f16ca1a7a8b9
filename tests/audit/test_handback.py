"""The log as its controller takes it away: opened, page by page, with checkpoints that verify without us."""

from audit.checkpoints import open_checkpoint
from audit.events import Event
from audit.handback import hand_back_checkpoints, hand_back_entries
from audit.note import Note
from tests.factories import MANAGING, World, count, later


def test_every_entry_is_handed_back_once_with_what_was_sealed_in_it(world: World) -> None:
    for number in range(3):
        later(world, minutes=1)
        with world.register.open(world.actor, MANAGING) as processing:
            processing.note(Note(event=Event.INDEX_REBUILT, counts={}, free={"chunks": number}))
    whole = count(world, "entry")
    seen, place = [], None
    with world.register.open(world.actor, MANAGING) as processing:
        while True:
            page, place = hand_back_entries(processing, place, 4)
            seen += page
            if place is None:
                break
    assert len({entry.id for entry, _ in seen}) == len(seen) == whole
    assert [opened for _, opened in seen[:3]] == [{"chunks": 2}, {"chunks": 1}, {"chunks": 0}]
    assert {opened is None for entry, opened in seen if entry.event == "origin.declared"} == {True}


def test_checkpoints_are_handed_back_oldest_first_with_the_keys_that_verify_them(world: World) -> None:
    sizes = []
    for _ in range(2):
        later(world, minutes=1)
        with world.register.open(world.actor, MANAGING) as processing:
            processing.note(Note(event=Event.INDEX_REBUILT, counts={}))
        world.installation.sequencer.run(world.campaign, whole=True)
        sizes.append(count(world, "sequence"))
    with world.register.open(world.actor, MANAGING) as processing:
        notes, keys = hand_back_checkpoints(processing)
        processing.note(Note(event=Event.LOG_READ, counts={}))
    publics = [bytes.fromhex(key) for key in keys]
    assert [open_checkpoint(one, one.partition("\n")[0], *publics).size for one in notes] == sizes
