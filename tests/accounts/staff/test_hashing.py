"""Passwords are hashed with argon2id, for nobody too, and no more than two at once."""

import threading

import pytest
from argon2 import PasswordHasher

from accounts.staff import hashing
from accounts.staff.hashing import HASHER, MOST_AT_ONCE, hash_password, is_outdated, is_password


def test_a_password_fits_its_own_hash_and_no_other() -> None:
    hashed = hash_password("kT4!x9Qz#mB2")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password(hashed, "kT4!x9Qz#mB2")
    assert not is_password(hashed, "kT4!x9Qz#mB3")
    assert hash_password("kT4!x9Qz#mB2") != hashed


def test_the_same_password_from_another_keyboard_fits() -> None:
    assert is_password(hash_password("\u00e9p\u00e9e"), "e\u0301pe\u0301e")


def test_what_is_no_hash_fits_nothing() -> None:
    assert not is_password("plain", "plain")


def test_for_nobody_the_same_work_is_done_and_the_answer_is_no(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    real = PasswordHasher.verify

    def counting(self: PasswordHasher, hashed: str, password: str) -> bool:
        verified.append(hashed)
        return real(self, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    assert not is_password(None, "nobody has this password")
    assert not is_password(hash_password("other"), "kT4!x9Qz#mB2")
    nobodys, somebodys = (one.rpartition("$")[0].rpartition("$")[0] for one in verified)
    assert nobodys == somebodys


def test_a_hash_of_other_parameters_is_outdated() -> None:
    assert not is_outdated(hash_password("kT4!x9Qz#mB2"))
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("kT4!x9Qz#mB2"))


def test_no_more_than_two_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, guard = 0, 0, threading.Lock()
    real = PasswordHasher.hash

    def counting(self: PasswordHasher, password: str) -> str:
        nonlocal running, most
        with guard:
            running += 1
            most = max(most, running)
        made = real(self, password)
        with guard:
            running -= 1
        return made

    monkeypatch.setattr(PasswordHasher, "hash", counting)
    threads = [threading.Thread(target=hashing.hash_password, args=("kT4!x9Qz#mB2",)) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert 1 <= most <= MOST_AT_ONCE
    assert HASHER.memory_cost == 19_456
