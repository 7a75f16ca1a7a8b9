"""One's own password and recovery codes are renewed by whoever knows the present ones."""

import pytest

from accounts.staff.account import PURPOSE
from accounts.staff.invite import reset_staff
from accounts.staff.passwords import WeakPassword
from accounts.staff.renew import change_password, renew_recovery_codes
from accounts.staff.sessions import list_sessions
from accounts.staff.sign_in import SignInDelayed, sign_in
from kernel.errors import Unauthenticated
from tests.accounts.staff.people import ADMINISTRATION, Member, attempt, enrolled, events, signed_in
from tests.factories import World, later

NEW = "vB7!m2Xq#tL9"


@pytest.fixture
def member(world: World) -> Member:
    return enrolled(world)


def test_a_changed_password_ends_all_sessions_but_the_new_one(world: World, member: Member) -> None:
    old = [signed_in(world, member).token for _ in range(2)]
    later(world, seconds=30)
    made = change_password(world.register, attempt(world, member, replaces=old[0]), NEW, known=[])
    for token in old:
        with pytest.raises(Unauthenticated):
            world.installation.sessions.actor(token)
    actor = world.installation.sessions.actor(made.token)
    with world.register.open(actor, PURPOSE) as processing:
        assert len(list_sessions(processing)) == 1
    later(world, seconds=30)
    with pytest.raises(Unauthenticated):
        sign_in(world.register, attempt(world, member))
    later(world, seconds=30)
    assert sign_in(world.register, attempt(world, member, password=NEW)).token
    assert "staff.password_changed" in events(world)


def test_a_weak_password_changes_nothing_and_spends_no_code(world: World, member: Member) -> None:
    later(world, seconds=30)
    told = attempt(world, member)
    with pytest.raises(WeakPassword):
        change_password(world.register, told, "Tamie!x9Qz#mB2k", known=[])
    assert sign_in(world.register, told).token


def test_a_wrong_present_password_or_code_changes_nothing(world: World, member: Member) -> None:
    token = signed_in(world, member).token
    for wrong in ({"password": "wrong"}, {"code": "000000"}):
        later(world, seconds=60)
        with pytest.raises(Unauthenticated):
            change_password(world.register, attempt(world, member, **wrong), NEW, known=[])
        later(world, seconds=60)
        with pytest.raises(Unauthenticated):
            renew_recovery_codes(world.register, attempt(world, member, **wrong))
    assert world.installation.sessions.actor(token).id == str(member.id)
    later(world, seconds=900)
    assert signed_in(world, member).token


def test_whoever_holds_but_a_session_is_made_to_wait_like_any_guesser(world: World, member: Member) -> None:
    told = attempt(world, member, password="wrong")
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            renew_recovery_codes(world.register, told)
    with pytest.raises(SignInDelayed):
        renew_recovery_codes(world.register, told)


def test_renewed_recovery_codes_take_the_place_of_the_old(world: World, member: Member) -> None:
    later(world, seconds=30)
    made, codes = renew_recovery_codes(world.register, attempt(world, member))
    assert made.token
    assert len(set(codes)) == len(codes) == len(member.recovery)
    with pytest.raises(Unauthenticated):
        sign_in(world.register, attempt(world, member, code=member.recovery[0]))
    assert sign_in(world.register, attempt(world, member, code=codes[0])).token
    assert "staff.codes_renewed" in events(world)


def test_an_account_that_was_reset_changes_nothing(world: World, member: Member) -> None:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        reset_staff(processing, member.id)
    with pytest.raises(Unauthenticated):
        change_password(world.register, attempt(world, member), NEW, known=[])
    with pytest.raises(Unauthenticated):
        renew_recovery_codes(world.register, attempt(world, member))
