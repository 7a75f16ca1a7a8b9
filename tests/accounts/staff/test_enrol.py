"""From an invitation to an account that acts, and not before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.staff.enrol import begin_enrolment, confirm_enrolment
from accounts.staff.invite import NewStaff, invite_staff, reset_staff
from accounts.staff.passwords import Weakness, WeakPassword
from accounts.staff.second_factor import code_at, step_of
from accounts.staff.sign_in import sign_in
from kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from kernel.identity import StaffId
from tests.accounts.staff.people import (
    ADMINISTRATION,
    PASSWORD,
    Member,
    actor,
    attempt,
    enrolled,
    events,
    invited,
    secret_in,
    signed_in,
)
from tests.factories import World, dump, later, opened_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def begin(world: World, token: str, password: str = PASSWORD) -> bytes:
    return secret_in(begin_enrolment(world.register, invitation=token, password=password, known=["Municipales"]).uri)


def confirm(world: World, token: str, secret: bytes) -> list[str]:
    return confirm_enrolment(world.register, invitation=token, code=code_at(secret, step_of(world.clock.at)))


def test_who_enrols_signs_in_and_acts_in_the_role(world: World) -> None:
    member = enrolled(world, "canvasser")
    made = signed_in(world, member)
    found = world.installation.sessions.actor(made.token)
    assert (found.id, found.kind.value, found.campaign) == (str(member.id), "staff", world.campaign)
    assert found.purposes == {"canvassing", "phone_canvassing", "staff_account"}
    assert events(world).count("staff.signed_in") == 1


def test_nobody_acts_before_the_authenticator_is_confirmed(world: World) -> None:
    made = invited(world)
    secret = begin(world, made.token)
    member = Member(StaffId(made.id), made.staff, "eve@example.org", secret, [])
    with pytest.raises(Unauthenticated):
        sign_in(world.register, attempt(world, member))
    with pytest.raises(Invalid, match="authenticator"):
        confirm_enrolment(world.register, invitation=made.token, code="000000")
    assert len(confirm(world, made.token, secret)) == 10
    later(world, seconds=30)
    assert sign_in(world.register, attempt(world, member)).role.id == "canvasser"


def test_nothing_that_signs_in_and_no_name_stands_in_clear(world: World) -> None:
    member = enrolled(world)
    token = signed_in(world, member).token
    everything = str(dump(world))
    for secret in (PASSWORD, "eve@example.org", "Tamié", token, *member.recovery, "argon2", "192.0.2.7"):
        assert secret not in everything
    assert repr(member.secret)[2:-1] not in everything


def test_an_invitation_serves_once(world: World) -> None:
    made = invited(world)
    secret = begin(world, made.token)
    confirm(world, made.token, secret)
    for again in (lambda: begin(world, made.token), lambda: confirm(world, made.token, secret)):
        with pytest.raises(Unauthenticated, match="ask for another"):
            again()


def test_an_invitation_ends_after_three_days(world: World) -> None:
    made = invited(world)
    later(world, hours=72)
    with pytest.raises(Unauthenticated):
        begin(world, made.token)


@pytest.mark.parametrize("spoilt", ["", "x", "isoloir_invitation_", "isoloir_invitation_AAAA", "isoloir_session_AAAA"])
def test_what_is_no_invitation_is_refused(world: World, spoilt: str) -> None:
    with pytest.raises(Unauthenticated):
        begin(world, spoilt)


def test_an_invitation_of_another_account_or_campaign_is_refused(world: World) -> None:
    made, other = invited(world), invited(world, email="other@example.org")
    head, tail = len("isoloir_invitation_"), 43
    for swapped in (made.token[:-tail] + other.token[-tail:], made.token[:head] + "A" * 22 + made.token[head + 22 :]):
        with pytest.raises(Unauthenticated):
            begin(world, swapped)


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("Sh0rt!", Weakness.TOO_SHORT),
        ("Tamie!x9Qz#mB2k", Weakness.TELLS_OF_YOU),
        ("Municipales!x9Qz#", Weakness.TELLS_OF_YOU),
        ("Motdepasse!x9Qz#", Weakness.COMMON),
    ],
)
def test_a_weak_password_is_refused_without_being_told(world: World, password: str, weakness: Weakness) -> None:
    made = invited(world)
    with pytest.raises(WeakPassword) as caught:
        begin(world, made.token, password)
    assert weakness in caught.value.weaknesses
    assert password not in str(caught.value)
    begin(world, made.token)


def test_one_address_has_one_account_however_it_is_written(world: World) -> None:
    invited(world, email="Eve@Example.org")
    with pytest.raises(Conflict):
        invited(world, email=" eve@example.ORG ")


@pytest.mark.parametrize(("name", "email"), [("", "a@example.org"), ("x" * 201, "a@example.org"), ("Ève", "nobody")])
def test_who_has_no_name_or_address_is_not_invited(world: World, name: str, email: str) -> None:
    with pytest.raises(Invalid):
        invited(world, name=name, email=email)


def test_the_first_manager_is_made_at_the_command_line_and_no_other(world: World) -> None:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        invite_staff(processing, NewStaff("Une", "une@example.org", "manager"))
    with pytest.raises(Forbidden, match="four eyes"), world.register.open(world.actor, ADMINISTRATION) as processing:
        invite_staff(processing, NewStaff("Deux", "deux@example.org", "manager"))
    with pytest.raises(NotFound), world.register.open(world.actor, ADMINISTRATION) as processing:
        invite_staff(processing, NewStaff("Trois", "trois@example.org", "boss"))


def test_a_manager_cannot_make_even_the_first_operator(world: World) -> None:
    manager = actor(world, enrolled(world, "manager"))
    with pytest.raises(Forbidden, match="four eyes"), world.register.open(manager, ADMINISTRATION) as processing:
        invite_staff(processing, NewStaff("Deux", "deux@example.org", "operator"))


def test_a_canvasser_invites_nobody(world: World) -> None:
    canvasser = actor(world, enrolled(world, "canvasser"))
    with pytest.raises(Forbidden), world.register.open(canvasser, "staff_account") as processing:
        invite_staff(processing, NewStaff("Deux", "deux@example.org", "canvasser"))


def test_a_reset_ends_everything_that_signed_in_and_invites_anew(world: World) -> None:
    member = enrolled(world)
    token = signed_in(world, member).token
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        made = reset_staff(processing, member.id)
    with pytest.raises(Unauthenticated):
        world.installation.sessions.actor(token)
    later(world, seconds=30)
    for code in (member.code(world.clock.at), member.recovery[0]):
        with pytest.raises(Unauthenticated):
            sign_in(world.register, attempt(world, member, code=code))
    secret = begin(world, made.token)
    confirm(world, made.token, secret)
    later(world, minutes=2)
    assert sign_in(world.register, attempt(world, Member(member.id, member.login, "", secret, []))).token
