# ruff: noqa: PT012, PLC0415 - a processing is opened with the statement that must fail in it
"""Whoever is erased is neither shown, found nor counted, and no reference names them again."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from audit.events import Event
from audit.note import Note
from contacts.opening import references, unwrap
from contacts.reveal import reveal_contacts
from contacts.store.records import read_contacts
from crypto.person_keys import REFERENCE_SIZE
from holdings.holding import HOLDINGS
from kernel.errors import IsoloirError, Unopenable
from kernel.identity import PersonId
from tests.factories import MANAGING, World, count, dump, marie, opened_world, raw, recorded, supporter
from tests.holdings.erasing import erase, telling

ERASED = Event.CONTACT_ERASED.value


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def test_after_erasure_nothing_is_shown_found_or_counted(world: World) -> None:
    kept, gone = recorded(world, marie(world), supporter(world, *telling(1)))
    assert erase(world, gone, gone) == 1
    with world.register.open(world.actor, MANAGING) as processing:
        shown = reveal_contacts(processing, [gone, kept])
    assert shown[0] is None
    assert shown[1] is not None
    assert erase(world, gone) == 0


def test_persons_erased_together_are_read_once_and_named_in_both_notes(world: World) -> None:
    gone = recorded(world, marie(world), *(supporter(world, *telling(number)) for number in (1, 2)))
    assert erase(world, *gone) == 3
    with raw(world.url, world.campaign) as database:
        told = database.run("SELECT event, counts, subjects FROM entry WHERE event IN ('contact.revealed', ?)", ERASED)
    (read,) = [row for row in told if row[0] != ERASED]
    (erased,) = [row for row in told if row[0] == ERASED]
    assert '"contact.read":3' in read[1]
    assert '"contact.delete":3' in erased[1]
    assert "contact.read" not in erased[1]
    assert read[2] == erased[2]
    assert len(read[2]) == 3 * REFERENCE_SIZE


def test_the_reference_of_an_erased_person_cannot_be_computed_again(world: World) -> None:
    (gone,) = recorded(world, marie(world))
    with world.register.open(world.actor, MANAGING) as processing:
        rows = read_contacts(processing, [gone])
        (reference,) = references(processing, unwrap(processing, rows))
        reveal_contacts(processing, [gone])
        processing.notes[-1].counts["contact.read"] += 1  # type: ignore[index]  # our own reading, told too
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT count(*) FROM entry WHERE subject = ?", reference) == [(3,)] or database.run(
            "SELECT count(*) FROM entry WHERE subject = ?", reference
        ) == [(2,)]
    erase(world, gone)
    assert count(world, "keys.person_key") == 0
    (again,) = recorded(world, marie(world))
    with world.register.open(world.actor, MANAGING) as processing:
        (other,) = references(processing, unwrap(processing, read_contacts(processing, [again])))
        processing.notes.append(_read_note())
    assert other != reference
    with pytest.raises(Unopenable), world.register.open(world.actor, MANAGING) as processing:
        # The old wrapped key, were it kept, is bound to its person: it names nobody else.
        row = read_contacts(processing, [again])[0]
        unwrap(processing, [_moved(row, gone)])


def _moved(row: object, person: PersonId) -> object:
    from types import SimpleNamespace

    taken = {name: getattr(row, name) for name in ("generation", "kek_version", "wrapped")}
    return SimpleNamespace(id=person, **taken)


def _read_note() -> Note:
    return Note(event=Event.CONTACT_REVEALED, counts={"contact.read": 1})


def test_a_step_left_out_of_erasure_is_no_erasure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutation: index values are forgotten. The note tells of them, so nothing is stored."""
    import contacts.erase

    (person,) = recorded(world, marie(world))
    before = dump(world)
    with monkeypatch.context() as patched:
        patched.setattr(contacts.erase, "delete_index_of", lambda *_: 0)
        with pytest.raises(IsoloirError):
            erase(world, person)
    assert dump(world) == before


def test_every_holding_that_erases_is_asked() -> None:
    expected = [
        "contacts",
        "staff",
        "attachments",
        "consent",
        "reviews",
        "messages",
        "answers",
        "tickets",
        "deliveries",
        "interactions",
        "sheets",
        "requests",
    ]
    assert [one.name for one in HOLDINGS if one.erase is not None] == expected
    assert all(one.why for one in HOLDINGS if one.erase is None)


def test_a_contact_with_a_spoilt_key_or_row_can_still_be_erased_and_whoever_goes_with_it(world: World) -> None:
    """Whoever cannot be read any more must be erasable all the same (GDPR art. 17)."""
    spoilings: tuple[tuple[str, object], ...] = (
        ("keys.person_key SET wrapped = ? WHERE person_id", bytes(60)),
        ("keys.person_key SET wrapped = ? WHERE person_id", b""),
        ("keys.person_key SET kek_version = ? WHERE person_id", 77),
        ("keys.person_key SET generation = ? WHERE person_id", -1),
        ("contact SET record = ? WHERE id", b""),
        ("contact SET record = ? WHERE id", bytes(200)),
        ("contact SET indexes = ? WHERE id", bytes(9)),
    )
    for spoilt, value in spoilings:
        person, other = recorded(world, marie(world), marie(world, "autre@example.org"))
        with raw(world.url, world.campaign) as database:
            database.run(f"UPDATE {spoilt} = ?", value, person)
        erase(world, person, other)
        assert count(world, "contact") == count(world, "contact_index") == count(world, "keys.person_key") == 0, spoilt


def test_index_values_are_eight_bytes_in_the_packed_row(world: World) -> None:
    (person,) = recorded(world, marie(world))
    with raw(world.url, world.campaign) as database:
        ((packed,),) = database.run("SELECT indexes FROM contact WHERE id = ?", person)
        values = {row[0] for row in database.run("SELECT value FROM contact_index WHERE contact_id = ?", person)}
    assert set(struct.unpack(f">{len(packed) // 8}q", packed)) == values
    assert sqlalchemy.__version__
