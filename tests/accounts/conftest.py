"""A client program; and passwords that are hashed for next to nothing, except where the hash is what is tested."""

import pytest
from argon2 import PasswordHasher

from accounts.clients import Credentials
from accounts.staff import hashing
from tests.accounts.programs import created
from tests.factories import World

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def hashed_cheaply(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    hashing._nobodys.cache_clear()  # noqa: SLF001 - it was hashed as the last test hashed
    if request.path.name != "test_hashing.py":
        monkeypatch.setattr(hashing, "HASHER", CHEAP)


@pytest.fixture
def made(world: World) -> Credentials:
    return created(world)
