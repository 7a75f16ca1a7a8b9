"""How often one request waits for PostgreSQL: a reading, and what is told of it with the commit."""

from collections.abc import Callable
from pathlib import Path

import pytest

from contacts.declare import origin_by_number
from contacts.reveal import reveal_contacts
from kernel.pipeline import Pipeline
from tests.factories import MANAGING, World, later, marie, new_world, opened, record


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Return how often the program waited since it was asked last."""
    waited: list[int] = []
    push = Pipeline.push

    def counted(pipeline: Pipeline) -> None:
        waited.append(1)
        push(pipeline)

    monkeypatch.setattr(Pipeline, "push", counted)

    def since() -> int:
        count = len(waited)
        waited.clear()
        return count

    return since


def test_a_contact_is_created_and_read_in_two_round_trips_each(
    postgresql_url: str, tmp_path: Path, waits: Callable[[], int]
) -> None:
    with opened(postgresql_url, tmp_path, remembered=60) as installation:
        world = new_world(installation, postgresql_url)
        later(world, hours=1)  # An origin is remembered from the moment after it was declared.
        _warm(world)
        waits()
        (created,) = record(world, marie(world, "marie.bis@example.org"))
        assert waits() == 2
        assert created.person is not None
        with world.register.open(world.actor, MANAGING) as processing:
            reveal_contacts(processing, [created.person])
        assert waits() == 2


def _warm(world: World) -> None:
    """Let the program read what it remembers, and prepare what it sends."""
    (known,) = record(world, marie(world))
    assert known.person is not None
    with world.register.open(world.actor, MANAGING) as processing:
        origin_by_number(processing, world.newsletter.number)
        reveal_contacts(processing, [known.person])
