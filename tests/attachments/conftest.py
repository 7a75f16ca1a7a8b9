"""Somebody to whom attachments belong."""

import pytest

from kernel.identity import PersonId
from tests.factories import World, marie, recorded


@pytest.fixture
def person(world: World) -> PersonId:
    return recorded(world, marie(world))[0]
