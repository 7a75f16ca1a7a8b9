"""Signing in: one answer for whatever is wrong, codes of one use, and waiting after failures."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from accounts.staff import hashing
from accounts.staff.account import open_accounts
from accounts.staff.ids import public_id
from accounts.staff.manage import disable_staff, unlock_staff
from accounts.staff.sign_in import SignInDelayed, sign_in
from accounts.staff.store import read_account
from audit.events import Event
from audit.note import Note
from kernel.errors import IsoloirError, Unauthenticated
from kernel.identity import CampaignId, StaffId, random_uuid
from tests.accounts.staff.people import ADMINISTRATION, Member, attempt, enrolled, events, signed_in
from tests.factories import World, count, later, new_world, opened_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture
def member(world: World) -> Member:
    return enrolled(world)


def refused(world: World, member: Member, **changed: object) -> str:
    later(world, minutes=2)
    with pytest.raises(Unauthenticated) as caught:
        sign_in(world.register, attempt(world, member, **changed))
    assert not isinstance(caught.value, SignInDelayed)
    return str(caught.value)


def test_one_signs_in_by_staff_id_or_by_address_and_campaign(world: World, member: Member) -> None:
    assert signed_in(world, member).staff == member.login
    assert signed_in(world, member, login=" EVE@example.org ", campaign=world.campaign).staff == member.login


def test_whatever_is_wrong_the_answer_is_the_same(world: World, member: Member) -> None:
    nobody = public_id(world.campaign, StaffId(random_uuid()))
    nowhere = public_id(CampaignId(random_uuid()), member.id)
    wrong: list[dict[str, object]] = [
        {"password": "wrong"},
        {"password": "x" * 400},
        {"code": "000000"},
        {"code": "AAAA-AAAA-AAAA-AAAA"},
        {"login": nobody},
        {"login": nowhere},
        {"login": "isoloir_staff_x"},
        {"login": "nobody@example.org", "campaign": world.campaign},
        {"login": "eve@example.org"},
        {"login": "eve@example.org", "campaign": CampaignId(random_uuid())},
        {"login": "no address", "campaign": world.campaign},
    ]
    assert len({refused(world, member, **one) for one in wrong}) == 1


def test_the_same_work_is_done_for_accounts_that_do_not_exist(
    world: World, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = 0
    real = PasswordHasher.verify

    def counting(self: PasswordHasher, hashed: str, password: str) -> bool:
        nonlocal verified
        verified += 1
        return real(self, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    nobody = public_id(world.campaign, StaffId(random_uuid()))
    nowhere = public_id(CampaignId(random_uuid()), member.id)
    for login in (member.login, nobody, nowhere, "isoloir_staff_x"):
        verified = 0
        refused(world, member, login=login, password="wrong")
        assert verified == 1, login


def test_a_code_serves_once(world: World, member: Member) -> None:
    later(world, seconds=30)
    told = attempt(world, member)
    sign_in(world.register, told)
    with pytest.raises(Unauthenticated):
        sign_in(world.register, told)


def test_a_code_serves_once_when_sent_twice_at_one_moment(world: World, member: Member) -> None:
    later(world, seconds=30)
    told, made, failed = attempt(world, member), [], []

    def run() -> None:
        try:
            made.append(sign_in(world.register, told))
        except IsoloirError as problem:
            failed.append(problem)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(made), len(failed)) == (1, 2)


def test_a_recovery_code_serves_once(world: World, member: Member) -> None:
    signed_in(world, member, code=member.recovery[3].lower().replace("-", " "))
    assert count(world, "staff_recovery") == 9
    refused(world, member, code=member.recovery[3])
    signed_in(world, member, code=member.recovery[4])


def test_who_has_left_does_not_sign_in(world: World, member: Member) -> None:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        disable_staff(processing, member.id)
    refused(world, member)
    refused(world, member, code=member.recovery[0])


def test_an_account_of_one_campaign_is_nobody_in_another(world: World, member: Member) -> None:
    other = new_world(world.installation, world.url, "Autre")
    refused(world, member, login=public_id(other.campaign, member.id))
    refused(world, member, login=member.email, campaign=other.campaign)


def test_failures_wait_longer_and_the_tenth_locks_for_a_day(world: World, member: Member) -> None:
    waited = []
    for _ in range(10):
        with pytest.raises(Unauthenticated):
            sign_in(world.register, attempt(world, member, password="wrong"))
        try:
            sign_in(world.register, attempt(world, member, password="wrong", code="1"))
        except SignInDelayed as delayed:
            waited.append(delayed.seconds)
            later(world, seconds=delayed.seconds)
        except Unauthenticated:
            continue
        if waited[-1:] == [86_400]:
            break
    assert waited == [1, 2, 4, 8, 16, 32, 64, 86_400]
    signed_in(world, member)


def lock(world: World, member: Member, **changed: object) -> None:
    for _ in range(10):
        later(world, minutes=2)
        with pytest.raises(Unauthenticated):
            sign_in(world.register, attempt(world, member, **{"password": "wrong"} | changed))


def test_a_lock_holds_for_the_right_password_too_and_only_for_its_address(world: World, member: Member) -> None:
    lock(world, member)
    later(world, hours=1)
    before = count(world, "entry WHERE event = 'staff.sign_in_refused'")
    with pytest.raises(SignInDelayed):
        sign_in(world.register, attempt(world, member))
    assert count(world, "entry WHERE event = 'staff.sign_in_refused'") == before + 1
    assert sign_in(world.register, attempt(world, member, address="192.0.2.8")).token


def test_a_lock_is_the_accounts_by_whichever_name(world: World, member: Member) -> None:
    lock(world, member)
    with pytest.raises(SignInDelayed):
        sign_in(world.register, attempt(world, member, login=member.email, campaign=world.campaign))


def test_an_account_that_does_not_exist_locks_alike(world: World, member: Member) -> None:
    for login in (public_id(world.campaign, StaffId(random_uuid())), "nobody@example.org"):
        lock(world, member, login=login, campaign=world.campaign)
        with pytest.raises(SignInDelayed) as caught:
            sign_in(world.register, attempt(world, member, login=login, campaign=world.campaign))
        assert caught.value.seconds > 80_000


def test_a_manager_lifts_a_lock(world: World, member: Member) -> None:
    lock(world, member)
    lock(world, member, address="192.0.2.8")
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        assert unlock_staff(processing, member.id) == 2
    assert signed_in(world, member).token


def test_tries_are_forgotten_after_a_success_and_after_a_day(world: World, member: Member) -> None:
    lock(world, member, login="nobody@example.org", campaign=world.campaign)
    refused(world, member, password="wrong")
    assert count(world, "staff_try") == 2
    signed_in(world, member)
    assert count(world, "staff_try") == 1
    later(world, hours=25)
    signed_in(world, member)
    assert count(world, "staff_try") == 0


def test_tries_made_at_one_moment_all_count(world: World, member: Member) -> None:
    told = attempt(world, member, password="wrong")
    answers: list[type] = []

    def run() -> None:
        try:
            sign_in(world.register, told)
        except IsoloirError as problem:
            answers.append(type(problem))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers.count(SignInDelayed) == 5


def test_failures_are_in_the_log_without_what_was_typed(world: World, member: Member) -> None:
    refused(world, member, login="someone@example.org", campaign=world.campaign, password="typed-in-error")
    found = events(world)
    assert found.count("staff.sign_in_refused") == 1
    assert found.count("staff.sign_in_tried") == 1


def test_a_hash_of_older_parameters_is_made_anew_at_sign_in(
    world: World, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hashed() -> str | None:
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            (account,) = open_accounts(processing, read_account(processing, member.id))
            processing.note(Note(event=Event.STAFF_LISTED, counts={"staff_account.read": 1}))
        return account.password()

    before = hashed()
    signed_in(world, member)
    assert hashed() == before
    monkeypatch.setattr(hashing, "HASHER", PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1))
    signed_in(world, member)
    after = hashed()
    assert after is not None
    assert "t=3" in after
    signed_in(world, member)
    assert hashed() == after
