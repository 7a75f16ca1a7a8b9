# ruff: noqa: ANN401 - what is changed is passed on
"""Who answers and who receives: controllers, arrangements, hand-overs, the operator, recipients, elections."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from audit.processing import Processing
from campaigns.activation import Declaration, dossier_of
from campaigns.arrangements import NewArrangement, end_arrangement, list_arrangements, record_arrangement
from campaigns.ballots import State
from campaigns.controllers import (
    ContactPoints,
    add_joint_controller,
    describe_controller,
    end_joint_controller,
    list_controllers,
)
from campaigns.elections import change_election, list_election_changes, rounds_of
from campaigns.handovers import NewHandover, list_handovers, record_handover
from campaigns.hosting import Operator, describe_operator, operator_of
from campaigns.recipients import add_recipient, end_recipient, list_recipients, registered_recipient
from contacts.declare import NewOrigin, declare_origin, origin_by_number
from kernel.errors import Conflict, Invalid, NotFound
from policy.findings import Refusal
from tests.factories import NOW, World, later, marie, new_world, opened_world, record, supporters

TODAY = NOW.date()
POINTS = ContactPoints(rights_contact="1 rue des Lilas", dpo_contact="dpo@example.org")


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture
def processing(world: World) -> Iterator[Processing]:
    with world.register.open(world.actor, "administration") as one:
        yield one


def agreement(controller: UUID, **more: Any) -> NewArrangement:
    told: dict[str, Any] = {
        "controller": controller,
        "reference": "A-1",
        "informs": "own",
        "answers": "both",
        "oppositions": ["phone", "email", "email"],
        "essence_fr": "Le parti informe.",
        "essence_en": "The party informs.",
        "starts_on": date(2026, 11, 1),
    }
    return NewArrangement(**told | more)


def handed(**more: Any) -> NewHandover:
    told: dict[str, Any] = {"direction": "given", "controller": "Liste", "kind": "candidate", "ground": "legal_duty"}
    return NewHandover(**told | {"handed_on": TODAY, "evidence": "J-1"} | more)


def test_the_own_controller_is_named_by_the_directory_and_described_once_or_again(processing: Processing) -> None:
    first = describe_controller(processing, POINTS)
    assert describe_controller(processing, replace(POINTS, rights_contact="2 rue")) == first
    (own,) = list_controllers(processing)
    assert (own.own, own.name, own.kind, own.rights_contact) == (True, "Parti d'essai", "party", "2 rue")


def test_the_own_controller_is_not_ended_like_a_joint_one(processing: Processing) -> None:
    own = list_controllers(processing)[0].id
    with pytest.raises(Conflict):
        end_joint_controller(processing, own, TODAY)
    joint = add_joint_controller(processing, "Liste", "candidate", POINTS)
    end_joint_controller(processing, joint, TODAY)
    assert [one.ended_on for one in list_controllers(processing)] == [None, TODAY]
    with pytest.raises(NotFound):
        end_joint_controller(processing, uuid4(), TODAY)


@pytest.mark.parametrize("wrong", ["  ", "a\x00b", "a" * 2001])
def test_a_contact_is_words(wrong: str, world: World) -> None:
    with pytest.raises(Invalid), world.register.open(world.actor, "administration") as processing:
        add_joint_controller(processing, wrong, "candidate", POINTS)


def test_who_decides_until_a_day_to_come_needs_an_arrangement_until_then(processing: Processing) -> None:
    joint = add_joint_controller(processing, "Liste", "candidate", POINTS)
    for ends, missing in ((TODAY + timedelta(days=1), (str(joint),)), (TODAY, ())):
        end_joint_controller(processing, joint, ends)
        found = dossier_of(processing, Declaration(), synthetic_contacts=0)
        assert found.joint_without_arrangement == missing


def test_what_many_register_at_one_moment_stands_once(world: World) -> None:
    def register(_: int) -> int:
        try:
            with world.register.open(world.actor, "administration") as processing:
                add_recipient(processing, supporters("Imprimerie"))
                return 1
        except Conflict:
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(register, range(4))) == 1


def test_an_arrangement_is_with_a_joint_controller_and_ends(processing: Processing) -> None:
    joint = add_joint_controller(processing, "Liste", "candidate", POINTS)
    made = record_arrangement(processing, agreement(joint))
    (one,) = list_arrangements(processing)
    assert (one.id, one.oppositions, one.holds(TODAY)) == (made, ("email", "phone"), True)
    end_arrangement(processing, made, date(2026, 11, 20))
    assert not list_arrangements(processing)[0].holds(TODAY)
    for controller, problem in ((list_controllers(processing)[0].id, Conflict), (uuid4(), NotFound)):
        with pytest.raises(problem):
            record_arrangement(processing, agreement(controller))
    for wrong in ({"informs": "nobody"}, {"oppositions": ["fax"]}, {"ends_on": date(2026, 10, 1)}):
        with pytest.raises(Invalid):
            record_arrangement(processing, agreement(joint, **wrong))
    with pytest.raises(NotFound):
        end_arrangement(processing, uuid4(), TODAY)


def test_a_hand_over_keeps_its_ground_and_articles(processing: Processing) -> None:
    record_handover(processing, handed(ground="explicit_consent", evidence="CONS-1"))
    (one,) = list_handovers(processing)
    assert (one.ground, one.evidence) == ("explicit_consent", "CONS-1")
    assert "RGPD, art. 9(2)(a)" in one.articles


@pytest.mark.parametrize("ground", ["legitimate_interest", "next_campaign", "because", "joint_arrangement"])
def test_a_hand_over_without_an_accepted_ground_is_refused(ground: str, world: World) -> None:
    with pytest.raises(Refusal), world.register.open(world.actor, "administration") as processing:
        record_handover(processing, handed(ground=ground))
    with world.register.open(world.actor, "administration") as processing:
        assert list_handovers(processing) == []
        describe_controller(processing, POINTS)


def test_a_hand_over_between_joint_controllers_needs_an_arrangement_in_force(processing: Processing) -> None:
    joint = add_joint_controller(processing, "Liste", "candidate", POINTS)
    made = record_arrangement(processing, agreement(joint))
    record_handover(processing, handed(ground="joint_arrangement", evidence="", arrangement=made))
    end_arrangement(processing, made, date(2026, 11, 2))
    with pytest.raises(Refusal):
        record_handover(processing, handed(ground="joint_arrangement", evidence="", arrangement=made))


def test_a_file_of_another_campaign_enters_only_by_a_hand_over_received(world: World) -> None:
    asked = NewOrigin(kind="other_campaign", obtained_on=TODAY, evidence={"handover"})
    with pytest.raises(Refusal) as refused, world.register.open(world.actor, "administration") as processing:
        declare_origin(processing, asked)  # What is merely claimed is no evidence.
    assert refused.value.findings[0].rule == "origin.handover"
    with world.register.open(world.actor, "administration") as processing:
        given = record_handover(processing, handed())
        received = record_handover(processing, handed(direction="received", ground="explicit_consent"))
    with pytest.raises(Refusal), world.register.open(world.actor, "administration") as processing:
        declare_origin(processing, replace(asked, handover=given))
    with world.register.open(world.actor, "administration") as processing:
        origin = declare_origin(processing, replace(asked, handover=received))
    assert origin.evidence == {"handover"}


def test_a_hand_over_of_one_campaign_is_none_of_anothers(world: World) -> None:
    other = new_world(world.installation, world.url, "Autre")
    with other.register.open(other.actor, "administration") as processing:
        theirs = record_handover(processing, handed(direction="received"))
    asked = NewOrigin(kind="other_campaign", obtained_on=TODAY, handover=theirs)
    with pytest.raises(Refusal), world.register.open(world.actor, "administration") as processing:
        declare_origin(processing, asked)


def test_a_recipient_is_registered_once_until_it_ends(processing: Processing) -> None:
    made = add_recipient(processing, supporters("Imprimerie"))
    with pytest.raises(Conflict):
        add_recipient(processing, supporters(" Imprimerie "))
    assert registered_recipient(processing, "Imprimerie").id == made
    assert registered_recipient(processing, str(made)).name == "Imprimerie"
    end_recipient(processing, made, TODAY)
    with pytest.raises(Refusal) as refused:
        registered_recipient(processing, "Imprimerie")
    assert refused.value.findings[0].rule == "recipient.unregistered"
    for identifier, problem in ((made, Conflict), (uuid4(), NotFound)):
        with pytest.raises(problem):
            end_recipient(processing, identifier, TODAY)
    add_recipient(processing, supporters("Imprimerie"))
    assert len(list_recipients(processing)) == 3


def test_a_transfer_needs_its_basis(processing: Processing) -> None:
    abroad = replace(supporters("Nuage"), kind="processor", contract="ST-1", control="US")
    with pytest.raises(Refusal):
        add_recipient(processing, abroad)
    add_recipient(processing, replace(abroad, transfer_basis="standard_clauses"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"told_by": "webhook", "address": "http://example.org/h"},
        {"told_by": "webhook", "address": "https://user:secret@example.org/h"},
        {"told_by": "pigeon"},
        {"hosting": "fr"},
        {"kind": "processor"},
    ],
    ids=str,
)
def test_a_recipient_is_told_in_a_way_that_exists_and_a_processor_has_a_contract(
    wrong: dict[str, Any], processing: Processing
) -> None:
    with pytest.raises(Invalid):
        add_recipient(processing, replace(supporters("Autre"), **wrong))
    describe_controller(processing, POINTS)


def test_a_processors_refusal_carries_its_warning_and_a_controllers_does_not(world: World) -> None:
    school = NewOrigin(kind="school", obtained_on=TODAY)
    notices = []
    for role in ("controller", "processor"):
        with world.register.open(world.actor, "administration") as processing:
            describe_operator(processing, Operator(name="Hébergeur", role=role, contract="ST-1"))
            told = operator_of(processing)
            assert told is not None
            assert told.role == role
        with pytest.raises(Refusal) as refused, world.register.open(world.actor, "administration") as processing:
            declare_origin(processing, school)
        notices.append(refused.value.notice)
    assert notices[0] is None
    assert notices[1] is not None
    assert notices[1].articles == ("RGPD, art. 28(3)",)


def test_what_hangs_on_an_election_follows_its_rounds(world: World) -> None:
    later(world, days=150)
    with world.register.open(world.actor, "administration") as processing:
        assert origin_by_number(processing, world.roll.number).final_round == date(2027, 3, 21)
        change_election(processing, world.election, State.ROUND_1, date(2027, 3, 14))
        view = change_election(processing, world.election, State.DECIDED, date(2027, 3, 15))
        assert (view.state, view.second_round) == ("decided", None)
        assert rounds_of(processing, world.election).final == date(2027, 3, 14)
        assert origin_by_number(processing, world.roll.number).final_round == date(2027, 3, 14)
        assert [one.state for one in list_election_changes(processing)] == ["round_1", "decided"]
        with pytest.raises(NotFound):
            change_election(processing, uuid4(), State.ROUND_1, TODAY)


def test_an_election_that_goes_back_is_refused_and_nothing_is_noted(world: World) -> None:
    with pytest.raises(Conflict), world.register.open(world.actor, "administration") as processing:
        change_election(processing, world.election, State.DECIDED, TODAY)
    assert record(world, marie(world))[0].person is not None
