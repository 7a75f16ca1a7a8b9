"""What is remembered of declared origins is what stands in the register, whatever was undone meanwhile."""

from datetime import timedelta
from pathlib import Path

import pytest

from audit.events import Event
from audit.note import Note
from contacts.declare import NewOrigin, declare_origin, origin_by_number
from kernel.errors import Conflict
from tests.factories import MANAGING, NOW, World, declared, later, new_world, opened


def kind_of(world: World, number: int) -> str:
    with world.register.open(world.actor, MANAGING) as processing:
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
        return origin_by_number(processing, number).kind


def declare_in_vain(world: World, numbers: list[int]) -> None:
    """Declare an origin and read it in a processing that is undone; ``numbers`` takes the one it had."""
    with world.register.open(world.actor, MANAGING) as processing:
        numbers.append(declare_origin(processing, NewOrigin(kind="contact_form", obtained_on=NOW.date())).number)
        assert origin_by_number(processing, numbers[0]).kind == "contact_form"
        raise Conflict


def test_an_origin_whose_declaration_was_undone_is_not_remembered(database_url: str, tmp_path: Path) -> None:
    with opened(database_url, tmp_path, remembered=3600) as installation:
        world = new_world(installation, database_url)
        undone: list[int] = []
        with pytest.raises(Conflict):
            declare_in_vain(world, undone)
        later(world, minutes=1)
        assert declared(world, NOW.date() - timedelta(days=1), "newsletter").number == undone[0]
        for _ in range(2):  # Read, then remembered.
            later(world, minutes=1)
            assert kind_of(world, undone[0]) == "newsletter"
