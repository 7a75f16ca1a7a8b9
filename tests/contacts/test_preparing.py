"""Preparing asks the law and seals before anybody must wait, with words that were read before."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from audit.events import Event
from audit.note import Note
from contacts.declare import register_tag
from contacts.record import Result, prepare_contacts, record_prepared
from contacts.reveal import reveal_contacts
from contacts.vocabulary import vocabulary_for
from kernel.errors import Conflict, Invalid
from tests.factories import MANAGING, World, count, later, marie, new_world, opened, record

_PATIENCE = 60
"""Seconds; only a failure waits for them."""


class _Elsewhere(str):
    """A name of a field; when it is read, another thread has its turn, which remembers a field and a tag."""

    __slots__ = ("work",)
    work: Callable[[], None]

    def __radd__(self, before: str) -> str:
        self.work()
        return before + str(self)


def tagged(world: World, tag: str) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        register_tag(processing, tag)
    later(world, minutes=1)


def tag_in_vain(world: World, tag: str) -> None:
    """Register a tag and use it in a processing that is undone."""
    with world.register.open(world.actor, MANAGING) as processing:
        register_tag(processing, tag)
        assert tag in vocabulary_for(processing, [replace(marie(world), tags=(tag,))]).tags
        raise Conflict


def test_drafts_are_prepared_while_somebody_else_writes(database_url: str, tmp_path: Path) -> None:
    with opened(database_url, tmp_path, remembered=3600) as installation:
        world = new_world(installation, database_url)
        tagged(world, "benevole")
        drafts = [replace(marie(world, f"marie{number}@example.org"), tags=("benevole",)) for number in range(2)]
        with world.register.open(world.actor, MANAGING) as processing:  # Reads the words, which are kept in mind.
            record_prepared(prepare_contacts(processing, drafts[:1]))
        done: list[Result] = []
        prepared = threading.Event()

        def work() -> None:
            with world.register.open(world.actor, MANAGING) as processing:
                waiting = prepare_contacts(processing, drafts)
                prepared.set()
                done.extend(one.result for one in record_prepared(waiting))

        other = threading.Thread(target=work)
        with world.register.open(world.actor, MANAGING) as processing:
            record_prepared(prepare_contacts(processing, [marie(world, "autre@example.org")]))
            other.start()  # On SQLite this processing holds the gate until it ends.
            was_prepared = prepared.wait(_PATIENCE)
        other.join()
        assert was_prepared
        assert done == [Result.UNCHANGED, Result.CREATED]
        assert count(world, "contact_tag") == 2


def test_a_tag_whose_registration_was_undone_is_not_remembered(database_url: str, tmp_path: Path) -> None:
    with opened(database_url, tmp_path, remembered=3600) as installation:
        world = new_world(installation, database_url)
        with pytest.raises(Conflict):
            tag_in_vain(world, "benevole")
        later(world, minutes=1)
        with (
            pytest.raises(Invalid),
            world.register.open(world.actor, MANAGING) as processing,
        ):
            vocabulary_for(processing, [replace(marie(world), tags=("benevole",))])


def test_words_that_another_thread_remembers_meanwhile_disturb_nobody(database_url: str, tmp_path: Path) -> None:
    with opened(database_url, tmp_path, remembered=3600) as installation:
        world = new_world(installation, database_url)
        with world.register.open(world.actor, MANAGING) as processing:

            def remember() -> None:
                processing.own_fields["velo"] = 1001
                processing.tags["relais"] = 2

            name = _Elsewhere("chien")
            name.work = remember
            processing.own_fields[name] = 1000
            processing.tags["benevole"] = 1
            drafts = [replace(marie(world), tags=("benevole",))]
            words = vocabulary_for(processing, drafts)
            processing.tags["tract"] = 3
            processing.note(Note(event=Event.LOG_READ, counts={}))
        assert words.codes["custom:chien"] == 1000
        assert "tract" not in words.tags


@pytest.mark.parametrize("piece", [1, 2, 3, 500])
def test_whoever_comes_after_refused_drafts_holds_their_own_data(
    world: World, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    """Drafts are judged and sealed by pieces: a refused one takes its place in its piece, and in all."""
    monkeypatch.setattr("contacts.record._PIECE", piece)
    refused = {0, 3, 4, 8}
    drafts = [marie(world, f"marie{number}@example.org") for number in range(10)]
    drafts = [replace(one, category="no_such") if place in refused else one for place, one in enumerate(drafts)]
    outcomes = record(world, *drafts)
    assert {place for place, one in enumerate(outcomes) if one.result is Result.REFUSED} == refused
    with world.register.open(world.actor, MANAGING) as processing:
        shown = reveal_contacts(processing, [one.person for one in outcomes if one.person is not None])
    emails = [one.value for contact in shown if contact for one in contact.data if one.field == "email"]
    assert emails == [f"marie{place}@example.org" for place in range(10) if place not in refused]
