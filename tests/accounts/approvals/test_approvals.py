# ruff: noqa: PT012 - a processing is opened with the statement that must fail in it
"""Four eyes: somebody else's yes to one exact act; and where there is nobody else, time and the DPO's word."""

import threading
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from accounts.approvals.actions import Action, check_parameters, fingerprint_of, rule_of
from accounts.approvals.decide import ApprovalView, decide_approval, list_approvals, object_to
from accounts.approvals.demand import ApprovalMissing, demand_approval
from accounts.approvals.request import MOST_OPEN, Requested, request_approval
from accounts.approvals.standing import Standing
from accounts.roles import roles
from accounts.staff.invite import reset_staff
from accounts.staff.manage import NO_ROLE, change_role, disable_staff
from kernel.actor import Actor
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.identity import StaffId, random_uuid
from tests.accounts.staff.people import ADMINISTRATION, Member, actor, enrolled, events, invited
from tests.factories import World, later, opened_world

DELAY = timedelta(hours=24)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture
def manager(world: World) -> Member:
    return enrolled(world, "manager", "manager@example.org")


@pytest.fixture
def second(world: World, manager: Member) -> Member:  # noqa: ARG001 - the first is there before the second
    return enrolled(world, "operator", "operator@example.org")


@pytest.fixture
def canvasser(world: World) -> Member:
    return enrolled(world, "canvasser", "canvasser@example.org")


def ask(world: World, who: Actor, staff: StaffId, role: str = "manager") -> Requested:
    with world.register.open(who, ADMINISTRATION) as processing:
        parameters = {"staff": str(staff), "role": role}
        return request_approval(processing, Action.STAFF_ROLE_CHANGE, parameters, delay=DELAY)


def decide(world: World, who: Actor, approval: UUID, *, approve: bool = True) -> None:
    with world.register.open(who, ADMINISTRATION) as processing:
        decide_approval(processing, approval, approve=approve)


def promote(world: World, who: Actor, staff: StaffId, role: str = "manager") -> None:
    with world.register.open(who, ADMINISTRATION) as processing:
        change_role(processing, staff, role)


def objected(world: World, who: Actor, approval: UUID) -> None:
    with world.register.open(who, "accountability") as processing:
        object_to(processing, approval)


def listed(world: World, who: Actor, purpose: str = ADMINISTRATION) -> list[ApprovalView]:
    with world.register.open(who, purpose) as processing:
        return list_approvals(processing)


def missing(world: World, who: Actor, staff: StaffId, role: str = "manager") -> Standing | None:
    with pytest.raises(ApprovalMissing) as caught:
        promote(world, who, staff, role)
    return caught.value.standing


def test_another_person_approves_and_the_act_is_done_once(
    world: World, manager: Member, second: Member, canvasser: Member
) -> None:
    asking = actor(world, manager)
    assert missing(world, asking, canvasser.id) is None
    made = ask(world, asking, canvasser.id)
    assert made.alone_from is None
    assert missing(world, asking, canvasser.id) is Standing.WAITING
    decide(world, actor(world, second), made.id)
    promote(world, asking, canvasser.id)
    assert listed(world, asking)[0].standing is Standing.USED
    assert missing(world, asking, canvasser.id) is Standing.USED
    assert actor(world, canvasser).may("staff:manage")
    assert events(world).count("approval.used") == 1


def test_nobody_approves_ones_own_request_nor_one_about_oneself(world: World, manager: Member, second: Member) -> None:
    asking, other = actor(world, manager), actor(world, second)
    own, about = ask(world, asking, second.id), ask(world, asking, second.id, "dpo")
    for who, approval in ((asking, own.id), (other, about.id), (other, own.id)):
        with pytest.raises(Forbidden):
            decide(world, who, approval)
    at_console = ask(world, world.actor, second.id, "auditor")
    with pytest.raises(Forbidden, match="own request"):
        decide(world, world.actor, at_console.id)


def test_the_approval_is_for_these_parameters_and_this_person_only(
    world: World, manager: Member, second: Member, canvasser: Member
) -> None:
    asking, other = actor(world, manager), actor(world, second)
    decide(world, other, ask(world, asking, canvasser.id).id)
    assert missing(world, asking, canvasser.id, "operator") is None
    assert missing(world, asking, second.id, "manager") is None
    assert missing(world, other, canvasser.id) is None


def test_a_refusal_is_one_and_a_new_request_may_be_made(
    world: World, manager: Member, second: Member, canvasser: Member
) -> None:
    asking, other = actor(world, manager), actor(world, second)
    made = ask(world, asking, canvasser.id)
    decide(world, other, made.id, approve=False)
    assert missing(world, asking, canvasser.id) is Standing.REFUSED
    with pytest.raises(Conflict, match="refused"):
        decide(world, other, made.id)
    decide(world, other, ask(world, asking, canvasser.id).id)
    promote(world, asking, canvasser.id)


def test_a_request_expires_after_seven_days(world: World, manager: Member, second: Member, canvasser: Member) -> None:
    made = ask(world, actor(world, manager), canvasser.id)
    decide(world, actor(world, second), made.id)
    later(world, days=7)
    assert missing(world, actor(world, manager), canvasser.id) is Standing.EXPIRED
    with pytest.raises(Conflict, match="expired"):
        decide(world, actor(world, second), made.id)


def test_who_may_not_decide_does_not(world: World, manager: Member, second: Member, canvasser: Member) -> None:
    made = ask(world, actor(world, manager), canvasser.id)
    for role in ("privacy_reviewer", "dpo", "canvasser", "auditor"):
        who = actor(world, enrolled(world, role, f"x-{role}@example.org"))
        with pytest.raises(Forbidden), world.register.open(who, "staff_account") as processing:
            decide_approval(processing, made.id, approve=True)
    export = {"export": "an-id", "recipient": "printer", "cap": "20000", "selection": "all"}
    with world.register.open(actor(world, manager), ADMINISTRATION) as processing:
        large = request_approval(processing, Action.EXPORT_LARGE, export, delay=DELAY)
    with pytest.raises(Forbidden, match=r"does not decide on export\.large"):
        decide(world, actor(world, second), large.id)


def test_an_unknown_request_is_not_found(world: World, second: Member) -> None:
    with pytest.raises(NotFound):
        decide(world, actor(world, second), random_uuid())


def test_where_nobody_else_can_a_day_passes_and_the_dpo_is_told(
    world: World, manager: Member, canvasser: Member
) -> None:
    dpo = enrolled(world, "dpo", "dpo@example.org")
    made = ask(world, actor(world, manager), canvasser.id)
    assert made.alone_from == world.clock.at + DELAY
    assert events(world).count("approval.announced") == 1
    (row,) = listed(world, actor(world, dpo), "accountability")
    assert (row.id, row.alone_from, row.standing) == (made.id, made.alone_from, Standing.WAITING)
    later(world, hours=23)
    assert missing(world, actor(world, manager), canvasser.id) is Standing.WAITING
    later(world, hours=1)
    promote(world, actor(world, manager), canvasser.id)


def test_the_dpos_objection_ends_it(world: World, manager: Member, canvasser: Member) -> None:
    dpo = actor(world, enrolled(world, "dpo", "dpo@example.org"))
    made = ask(world, actor(world, manager), canvasser.id)
    objected(world, dpo, made.id)
    later(world, days=2)
    assert missing(world, actor(world, manager), canvasser.id) is Standing.OBJECTED
    dpo = actor(world, enrolled(world, "dpo", "other@example.org"))
    with pytest.raises(Conflict, match="objected"):
        objected(world, dpo, made.id)


def test_the_dpo_may_object_to_what_was_approved_until_it_is_done(
    world: World, manager: Member, second: Member, canvasser: Member
) -> None:
    dpo = actor(world, enrolled(world, "dpo", "dpo@example.org"))
    made = ask(world, actor(world, manager), canvasser.id)
    decide(world, actor(world, second), made.id)
    objected(world, dpo, made.id)
    assert missing(world, actor(world, manager), canvasser.id) is Standing.OBJECTED


def test_nobody_else_objects(world: World, manager: Member, canvasser: Member) -> None:
    made = ask(world, actor(world, manager), canvasser.id)
    with pytest.raises(Forbidden), world.register.open(actor(world, manager), ADMINISTRATION) as processing:
        object_to(processing, made.id)


def closed(world: World, who: Actor, member: Member) -> None:
    with world.register.open(who, ADMINISTRATION) as processing:
        disable_staff(processing, member.id)


def test_who_left_long_ago_or_is_only_invited_or_is_meant_is_nobody_else(
    world: World, manager: Member, second: Member, canvasser: Member
) -> None:
    enrolled(world, "dpo", "dpo@example.org")
    invited(world, "manager", email="invited@example.org")
    asking = actor(world, manager)
    assert ask(world, asking, canvasser.id).alone_from is None
    assert ask(world, asking, second.id, "dpo").alone_from is not None
    decide(world, asking, ask(world, world.actor, second.id, NO_ROLE).id)
    closed(world, world.actor, second)
    later(world, days=1)
    asking = actor(world, manager)
    assert ask(world, asking, canvasser.id, "dpo").alone_from is None, "nobody makes oneself alone"
    later(world, days=1)
    asking = actor(world, manager)
    assert ask(world, asking, canvasser.id, "auditor").alone_from is not None


@pytest.mark.parametrize("role", ["manager", "operator", "dpo", "auditor", "privacy_reviewer"])
def test_one_manager_closes_no_account_of_another_pair_of_eyes(world: World, manager: Member, role: str) -> None:
    other = enrolled(world, role, "other@example.org")
    asking = actor(world, manager)
    for who in (asking, world.actor):
        with pytest.raises(ApprovalMissing):
            closed(world, who, other)
    decide(world, world.actor, ask(world, asking, other.id, NO_ROLE).id)
    closed(world, asking, other)


def test_an_invitation_to_a_role_of_four_eyes_is_withdrawn_at_the_command_line(world: World, manager: Member) -> None:
    fresh = invited(world, "dpo", email="invited@example.org")
    for who, withdrawn in ((actor(world, manager), False), (world.actor, True)):
        expected = nullcontext() if withdrawn else pytest.raises(ApprovalMissing)
        with expected, world.register.open(who, ADMINISTRATION) as processing:
            disable_staff(processing, StaffId(fresh.id))


def test_a_member_of_staff_goes_on_alone_only_under_the_eyes_of_an_officer_who_stays(
    world: World, manager: Member, canvasser: Member
) -> None:
    asking = actor(world, manager)
    assert ask(world, asking, canvasser.id).alone_from is None
    later(world, days=2)
    assert missing(world, actor(world, manager), canvasser.id) is Standing.WAITING
    dpo = enrolled(world, "dpo", "dpo@example.org")
    asking = actor(world, manager)
    assert ask(world, asking, dpo.id, NO_ROLE).alone_from is None
    assert ask(world, asking, canvasser.id, "auditor").alone_from is not None


def test_a_request_that_is_open_is_not_made_again(world: World, manager: Member, canvasser: Member) -> None:
    asking = actor(world, manager)
    ask(world, asking, canvasser.id)
    with pytest.raises(Conflict, match="open already"):
        ask(world, asking, canvasser.id)
    enrolled(world, "dpo", "dpo@example.org")
    asking = actor(world, manager)
    assert ask(world, asking, canvasser.id).alone_from is not None, "time alone may now stand for the other person"
    with pytest.raises(Conflict, match="open already"):
        ask(world, asking, canvasser.id)
    later(world, days=9)
    assert ask(world, actor(world, manager), canvasser.id).id is not None


def test_nobody_has_more_than_some_requests_open(world: World, manager: Member, canvasser: Member) -> None:
    asking = actor(world, manager)
    made = [ask(world, asking, canvasser.id, f"r{number}") for number in range(MOST_OPEN)]
    with pytest.raises(Conflict, match="20 requests are open"):
        ask(world, asking, canvasser.id)
    decide(world, world.actor, made[0].id, approve=False)
    assert ask(world, asking, canvasser.id).id is not None


def test_the_command_line_may_approve_what_a_manager_asks(world: World, manager: Member, canvasser: Member) -> None:
    made = ask(world, actor(world, manager), canvasser.id)
    decide(world, world.actor, made.id)
    promote(world, actor(world, manager), canvasser.id)


def test_a_reset_of_a_manager_takes_four_eyes_and_of_one_only_invited_does_not_at_the_command_line(
    world: World, manager: Member
) -> None:
    with pytest.raises(ApprovalMissing), world.register.open(world.actor, ADMINISTRATION) as processing:
        reset_staff(processing, manager.id)
    fresh = invited(world, "manager", email="invited@example.org")
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        reset_staff(processing, StaffId(fresh.id))
    with pytest.raises(ApprovalMissing), world.register.open(actor(world, manager), ADMINISTRATION) as processing:
        reset_staff(processing, StaffId(fresh.id))


def test_an_approval_is_used_once_by_two_who_come_at_one_moment(
    world: World, manager: Member, second: Member, canvasser: Member
) -> None:
    asking = actor(world, manager)
    parameters = {"key": "kek.1"}
    with world.register.open(asking, ADMINISTRATION) as processing:
        made = request_approval(processing, Action.KEY_DESTROY, parameters, delay=DELAY)
    decide(world, actor(world, second), made.id)
    done, failed = [], []

    def use() -> None:
        try:
            with world.register.open(asking, ADMINISTRATION) as processing:
                demand_approval(processing, Action.KEY_DESTROY, fingerprint_of(Action.KEY_DESTROY, parameters))
            done.append(1)
        except ApprovalMissing:
            failed.append(1)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(done), len(failed)) == (1, 3)
    assert canvasser.id != manager.id


def test_an_act_that_fails_leaves_its_approval_unused(
    world: World, manager: Member, second: Member, canvasser: Member
) -> None:
    asking = actor(world, manager)
    made = ask(world, asking, canvasser.id)
    decide(world, actor(world, second), made.id)
    fingerprint = fingerprint_of(Action.STAFF_ROLE_CHANGE, {"staff": str(canvasser.id), "role": "manager"})
    with pytest.raises(Invalid), world.register.open(asking, ADMINISTRATION) as processing:
        demand_approval(processing, Action.STAFF_ROLE_CHANGE, fingerprint)
        raise Invalid("the act fails")
    promote(world, asking, canvasser.id)


def test_every_action_has_a_rule_whose_deciders_may_decide() -> None:
    for action in Action:
        rule = rule_of(action)
        assert rule.deciders
        assert all("approvals:decide" in roles().roles[role].scopes for role in rule.deciders)
        assert rule.label_fr
        assert rule.label_en


@pytest.mark.parametrize(
    "parameters",
    [{}, {"staff": "1"}, {"staff": "1", "role": "manager", "more": "1"}, {"staff": "Ève Tamié", "role": "manager"}],
)
def test_parameters_are_the_actions_own_and_name_nobody(parameters: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="ids and plain words"):
        check_parameters(Action.STAFF_ROLE_CHANGE, parameters)
