"""Accounts are listed, changed, closed and erased; who leaves keeps nothing that signs in, and then nothing at all."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from accounts.approvals.demand import ApprovalMissing
from accounts.staff.erase import check_due
from accounts.staff.indexing import rotate_staff_index
from accounts.staff.invite import Invitation, reset_staff
from accounts.staff.manage import change_role, disable_staff, list_staff
from kernel.errors import Conflict, Forbidden, NotFound
from kernel.identity import PersonId, StaffId, random_uuid
from keys.rotate_kek import rotate_kek
from tests.accounts.staff.people import ADMINISTRATION, Member, actor, enrolled, invited, signed_in
from tests.factories import World, count, dump, later, ledger_of, marie, opened_world, raw, recorded


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def leave(world: World, member: Member | Invitation) -> None:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        disable_staff(processing, StaffId(member.id))


def erase(world: World, member: Member | Invitation) -> int:
    return world.installation.eraser.erase_staff(world.actor, ADMINISTRATION, [PersonId(member.id)])


def test_accounts_are_listed_with_names_for_purposes_that_may_read_them(world: World) -> None:
    enrolled(world, "dpo", "dpo@example.org")
    dpo = actor(world, enrolled(world, "dpo", "other@example.org"))
    for purpose, shown in (("accountability", "dpo@example.org"), ("rights_request", None)):
        with world.register.open(dpo, purpose) as processing:
            found = list_staff(processing)[0]
        assert (found.identity.email if found.identity else None) == shown
        assert (found.role, found.state.value) == ("dpo", "active")


def test_a_canvasser_lists_nobody(world: World) -> None:
    canvasser = actor(world, enrolled(world))
    with pytest.raises(Forbidden), world.register.open(canvasser, "staff_account") as processing:
        list_staff(processing)


def test_who_leaves_keeps_the_name_until_its_day_and_nothing_that_signs_in(world: World) -> None:
    member = enrolled(world)
    signed_in(world, member)
    leave(world, member)
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        (found,) = list_staff(processing)
    assert (found.state.value, found.left_on, found.due_on) == ("left", date(2026, 11, 21), date(2027, 11, 21))
    assert [count(world, table) for table in ("staff_session", "staff_recovery", "staff_index")] == [0, 0, 0]
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT password, totp, invitation FROM staff_account") == [(None, None, None)]


def test_who_has_left_is_changed_no_more_and_may_come_back_as_somebody_new(world: World) -> None:
    member = enrolled(world)
    leave(world, member)
    for act in (
        lambda processing: disable_staff(processing, member.id),
        lambda processing: change_role(processing, member.id, "auditor"),
        lambda processing: reset_staff(processing, member.id),
    ):
        with pytest.raises(Conflict), world.register.open(world.actor, ADMINISTRATION) as processing:
            act(processing)
    assert invited(world, email=member.email).id != member.id


def test_nobody_changes_ones_own_role_or_that_of_a_stranger(world: World) -> None:
    member = enrolled(world, "manager")
    manager = actor(world, member)
    with pytest.raises(Forbidden, match="own role"), world.register.open(manager, ADMINISTRATION) as processing:
        change_role(processing, member.id, "canvasser")
    with pytest.raises(NotFound), world.register.open(manager, ADMINISTRATION) as processing:
        change_role(processing, StaffId(random_uuid()), "canvasser")


def test_to_take_the_dpos_role_away_takes_four_eyes_too(world: World) -> None:
    dpo = enrolled(world, "dpo", "dpo@example.org")
    manager = actor(world, enrolled(world, "manager"))
    with pytest.raises(ApprovalMissing), world.register.open(manager, ADMINISTRATION) as processing:
        change_role(processing, dpo.id, "canvasser")
    with pytest.raises(ApprovalMissing), world.register.open(manager, ADMINISTRATION) as processing:
        reset_staff(processing, dpo.id)


def test_the_door_of_contacts_erases_nobody_of_the_staff_even_after_a_crash(world: World) -> None:
    from holdings.ledger import person_digest  # noqa: PLC0415

    member = enrolled(world, "canvasser", "parti@example.org")
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        disable_staff(processing, member.id)
    assert world.installation.eraser.erase(world.actor, "rights_request", [PersonId(member.id)]) == 0
    ledger_of(world).mean(world.campaign, [person_digest(world.campaign, PersonId(member.id))])
    world.installation.recover()
    assert count(world, "staff_account") == 1
    later(world, days=366)
    assert erase(world, member) == 1


def test_nobody_is_erased_while_the_log_still_names_them(world: World) -> None:
    member = enrolled(world)
    with pytest.raises(NotFound), world.register.open(world.actor, ADMINISTRATION) as processing:
        check_due(processing, PersonId(member.id))
    leave(world, member)
    with pytest.raises(Conflict, match="2027-11-21"), world.register.open(world.actor, ADMINISTRATION) as processing:
        check_due(processing, PersonId(member.id))
    later(world, days=365)
    assert (erase(world, member), count(world, "staff_account")) == (0, 1)
    later(world, days=1)
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        check_due(processing, PersonId(member.id))
    assert (erase(world, member), count(world, "staff_account")) == (1, 0)


def test_who_never_acted_may_be_erased_on_the_day_they_leave(world: World) -> None:
    member = invited(world)
    leave(world, member)
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        assert list_staff(processing)[0].due_on is None
    assert erase(world, member) == 1


def test_who_is_here_is_not_erased_and_who_left_leaves_nothing(world: World) -> None:
    member, kept = enrolled(world), enrolled(world, email="kept@example.org")
    (contact,) = recorded(world, marie(world))
    assert erase(world, member) == 0
    leave(world, member)
    later(world, days=366)
    assert erase(world, member) == 1
    everything = str({name: rows for name, rows in dump(world).items() if name != "entry"})
    assert str(member.id) not in everything
    assert str(member.id.bytes) not in everything
    assert count(world, "staff_account") == 1
    assert signed_in(world, kept).token
    assert world.installation.eraser.erase(world.actor, "rights_request", [contact]) == 1
    assert erase(world, kept) == 0


def test_an_erasure_that_a_crash_interrupted_is_completed(world: World) -> None:
    from holdings.ledger import person_digest  # noqa: PLC0415

    member = enrolled(world)
    leave(world, member)
    later(world, days=366)
    ledger_of(world).mean(world.campaign, [person_digest(world.campaign, PersonId(member.id), staff=True)])
    assert world.installation.recover() == 1
    assert count(world, "staff_account") == 0


def test_an_account_signs_in_after_its_keys_were_rotated(world: World) -> None:
    member = enrolled(world)
    left = enrolled(world, email="left@example.org")
    leave(world, left)
    provider = world.installation.provider
    rotate_kek(world.register, provider, world.actor, lambda: None)
    assert rotate_staff_index(world.register, provider, world.actor, lambda: None) == 2
    assert signed_in(world, member, login=member.email, campaign=world.campaign).token
    assert count(world, "staff_index") == 1


def test_an_account_is_found_while_its_index_is_rotated(world: World) -> None:
    member = enrolled(world)

    def meanwhile() -> None:
        later(world, minutes=1)
        assert signed_in(world, member, login=member.email, campaign=world.campaign).token

    rotate_staff_index(world.register, world.installation.provider, world.actor, meanwhile)
    meanwhile()
