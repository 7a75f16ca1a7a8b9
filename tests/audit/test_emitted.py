"""What the log tells of lists that left: chunk by chunk, each of its export."""

import pytest

from audit.emitted import emitted_chunks
from audit.events import Event
from audit.note import Note
from kernel.identity import random_uuids
from tests.factories import MANAGING, World, later


def test_chunks_are_told_in_their_order_with_their_export_and_its_recipient(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.store._CHUNKS", 2)
    first, second = random_uuids(2)
    told = [(first, 0, 2), (first, 1, 1), (second, 0, 0), (None, 0, 1)]
    for export, chunk, persons in told:
        with world.register.open(world.actor, MANAGING) as processing:
            subjects = [bytes([number]) * 16 for number in range(persons)]
            free = {"recipient": "équipe"} if export == first else None
            note = Note(event=Event.EXPORT_CHUNK_EMITTED, counts={}, fields=["email"], subjects=subjects, free=free)
            processing.note(note)
            if export is not None:
                processing.note_job(export, chunk)
        later(world, minutes=1)
    with world.register.open(world.actor, MANAGING) as processing:
        found = list(emitted_chunks(processing))
        processing.note(Note(event=Event.LOG_READ, counts={"entry.read": len(found)}))
    assert [(one.export, len(one.subjects), one.recipient) for one in found] == [
        (first, 2, "équipe"),
        (first, 1, "équipe"),
        (second, 0, None),
    ]
    assert {(one.purpose, one.fields) for one in found} == {(MANAGING, ("email",))}
    assert found[0].at < found[1].at
