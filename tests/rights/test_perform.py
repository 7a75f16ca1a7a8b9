"""What was decided, done by the worker: once, whatever interrupts it."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from contacts.reveal import reveal_contacts
from rights.words import Kind
from tests.factories import marie, recorded
from tests.rights.asking import URL, asking, texts


def test_whatever_a_crash_interrupts_is_done_at_the_next_try(sqlite_url: str, tmp_path: Path) -> None:
    from installation.chores import Chores  # noqa: PLC0415
    from rights import perform  # noqa: PLC0415

    with asking(sqlite_url, tmp_path) as desk:
        (person,) = recorded(desk.world, marie(desk.world))
        asked = desk.receive(Kind.ERASURE, contact=person)
        desk.confirm(asked.id)
        desk.grant(asked.id)
        eraser, actor = desk.world.installation.eraser, perform.worker_of_rights(desk.world.campaign)
        made = []

        def fails(*_given: object) -> int:
            raise ConnectionError

        def erases_then_fails(*given: object) -> int:
            eraser.erase(*given)  # type: ignore[arg-type]
            raise ConnectionError

        for erase in (fails, erases_then_fails):
            with pytest.raises(ConnectionError):
                perform.perform_request(desk.world.register, perform.Deeds(erase), actor, asked.id, URL)
            assert desk.show(asked.id).line.state == "decided"
            made.append(desk.do(reveal_contacts, [person]) == [None])
        assert made == [False, True]
        assert any("effacé vos données" in text for text in texts(desk))
        assert desk.show(asked.id).line.state == "answered"
        deeds = Chores(desk.world.installation).deeds
        perform.perform_request(desk.world.register, deeds, actor, asked.id, URL)
        assert texts(desk) == []


def test_an_archive_is_made_where_a_maker_is_wired_in(sqlite_url: str, tmp_path: Path) -> None:
    from rights import perform  # noqa: PLC0415

    with asking(sqlite_url, tmp_path) as desk:
        (person,) = recorded(desk.world, marie(desk.world))
        asked, made = desk.receive(Kind.PORTABILITY, contact=person), uuid4()
        desk.confirm(asked.id)
        desk.grant(asked.id)
        seen = []

        def archive(_actor: object, *given: object) -> UUID:
            seen.append(given)
            return made

        deeds = perform.Deeds(desk.world.installation.eraser.erase, archive=archive)
        actor = perform.worker_of_rights(desk.world.campaign)
        perform.perform_request(desk.world.register, deeds, actor, asked.id, URL)
        assert seen == [(asked.id, person, "fr")]
        assert desk.show(asked.id).line.answer == made
