"""Sessions end when they are not used, after a day's work, or when told; and a stranger to one learns nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.staff.manage import disable_staff
from accounts.staff.sessions import end_sessions, list_sessions, session_of
from kernel.errors import Forbidden, NotFound, Unauthenticated
from kernel.identity import random_uuid
from tests.accounts.staff.people import ADMINISTRATION, OWN, Member, enrolled, events, given_role, signed_in
from tests.factories import World, count, later, new_world, opened_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture
def member(world: World) -> Member:
    return enrolled(world)


def holds(world: World, token: str) -> bool:
    try:
        world.installation.sessions.actor(token)
    except Unauthenticated:
        return False
    return True


def test_an_unused_session_ends_after_half_an_hour(world: World, member: Member) -> None:
    token = signed_in(world, member).token
    later(world, minutes=29)
    assert holds(world, token)
    later(world, minutes=29)
    assert holds(world, token)
    later(world, minutes=30)
    assert not holds(world, token)


def test_a_used_session_ends_after_twelve_hours(world: World, member: Member) -> None:
    token = signed_in(world, member).token
    for _ in range(12 * 3 - 1):
        later(world, minutes=20)
        assert holds(world, token)
    later(world, minutes=20)
    assert not holds(world, token)


def test_use_is_written_down_every_five_minutes_only(world: World, member: Member) -> None:
    token = signed_in(world, member).token
    for _ in range(10):
        later(world, minutes=1)
        holds(world, token)
    assert events(world).count("staff.session_used") == 2


def test_each_sign_in_gives_a_token_never_seen_before(world: World, member: Member) -> None:
    first, second = signed_in(world, member).token, signed_in(world, member).token
    assert first != second
    assert holds(world, first)
    assert holds(world, second)


def test_a_token_brought_along_is_replaced_and_not_taken_over(world: World, member: Member) -> None:
    planted = signed_in(world, member).token
    fresh = signed_in(world, member, replaces=planted).token
    assert fresh != planted
    assert not holds(world, planted)
    assert holds(world, signed_in(world, member, replaces="nonsense").token)


def test_another_persons_token_brought_along_stays_theirs(world: World, member: Member) -> None:
    other = enrolled(world, email="other@example.org")
    theirs = signed_in(world, other).token
    signed_in(world, member, replaces=theirs)
    assert holds(world, theirs)


def test_one_lists_and_ends_ones_own_sessions(world: World, member: Member) -> None:
    other = signed_in(world, enrolled(world, email="other@example.org")).token
    first, second = signed_in(world, member).token, signed_in(world, member).token
    actor = world.installation.sessions.actor(second)
    with world.register.open(actor, OWN) as processing:
        assert [one.id for one in list_sessions(processing)] == [session_of(second), session_of(first)]
    with world.register.open(actor, OWN) as processing:
        end_sessions(processing, session_of(first))
    assert (holds(world, first), holds(world, second)) == (False, True)
    for foreign in (session_of(other), random_uuid()):
        with pytest.raises(NotFound), world.register.open(actor, OWN) as processing:
            end_sessions(processing, foreign)
    with world.register.open(actor, OWN) as processing:
        assert end_sessions(processing) == 1
    assert (holds(world, second), holds(world, other)) == (False, True)


def test_who_has_no_account_has_no_sessions(world: World) -> None:
    with pytest.raises(Forbidden), world.register.open(world.actor, ADMINISTRATION) as processing:
        list_sessions(processing)


def test_closing_an_account_ends_its_sessions_at_once(world: World, member: Member) -> None:
    token = signed_in(world, member).token
    assert holds(world, token)
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        disable_staff(processing, member.id)
    assert not holds(world, token)


def test_another_role_ends_the_sessions(world: World, member: Member) -> None:
    token = signed_in(world, member).token
    given_role(world, member, "auditor")
    assert not holds(world, token)
    assert world.installation.sessions.actor(signed_in(world, member).token).may("audit:read")


def test_ended_sessions_are_swept_at_the_next_sign_in(world: World, member: Member) -> None:
    signed_in(world, member)
    later(world, hours=13)
    signed_in(world, member)
    assert count(world, "staff_session") == 1


def spoilt(token: str) -> list[str]:
    middle = len(token) // 2
    other = "A" if token[-2] != "A" else "B"
    return ["", "isoloir_session_", token[:-1], token + "A", token[:-2] + other + token[-1], token[:middle], "é" * 20]


def test_a_spoilt_token_opens_nothing(world: World, member: Member) -> None:
    token = signed_in(world, member).token
    assert [text for text in spoilt(token) if holds(world, text)] == []


def test_a_token_opens_nothing_in_another_campaign(world: World, member: Member) -> None:
    other = new_world(world.installation, world.url, "Autre")
    token = signed_in(world, member).token
    head = len("isoloir_session_")
    import base64  # noqa: PLC0415

    raw = base64.urlsafe_b64decode(token[head:] + "==")
    moved = base64.urlsafe_b64encode(other.campaign.bytes + raw[16:]).rstrip(b"=").decode()
    assert not holds(world, token[:head] + moved)
