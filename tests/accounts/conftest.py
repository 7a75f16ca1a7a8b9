"""Passwords are hashed for next to nothing, so that what is tested is not the hash, except where it is."""

import pytest
from argon2 import PasswordHasher

from accounts.staff import hashing

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def hashed_cheaply(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.path.name != "test_hashing.py":
        monkeypatch.setattr(hashing, "HASHER", CHEAP)
