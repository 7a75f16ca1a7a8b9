"""The gate: before activation nothing real is kept, afterwards nothing synthetic, and the write path itself says so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from audit.context import CampaignContext
from audit.register import PurposeNotInUse, Register
from campaigns.activation import Declaration, activation_of
from campaigns.controllers import ContactPoints, add_joint_controller
from campaigns.create import NewElection, add_election
from campaigns.load import CampaignLoader
from campaigns.sheet import read_campaign
from contacts import record as recording
from contacts.activate import activate_campaign, list_synthetic
from contacts.amend import Amendment, amend_contacts
from contacts.declare import NewOrigin, declare_origin
from contacts.record import Result, record_contacts
from files.import_file import import_file
from files.order import ImportOrder
from files.sample import write_roll
from kernel.database import Transaction
from kernel.errors import Conflict
from kernel.identity import CampaignId
from policy.activation import Period
from policy.findings import Refusal
from policy.ground import ground
from policy.load import load
from policy.phase import Phase
from tests.factories import (
    MANAGING,
    World,
    activate,
    count,
    declaration,
    marie,
    opened_world,
    record,
    recorded,
    supporter,
)


@pytest.fixture
def preparing(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path, active=False) as one:
        yield one


@pytest.fixture
def active(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def rules(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [one.rule for one in refused.value.findings]


def test_before_activation_only_synthetic_origins_are_declared(preparing: World) -> None:
    with pytest.raises(Refusal) as refused, preparing.register.open(preparing.actor, MANAGING) as processing:
        declare_origin(processing, NewOrigin(kind="newsletter", obtained_on=date(2026, 11, 1)))
    assert rules(refused) == ["activation.synthetic_only"]
    assert recorded(preparing, marie(preparing))


def test_after_activation_only_real_origins_are_declared(active: World) -> None:
    with pytest.raises(Refusal) as refused, active.register.open(active.actor, MANAGING) as processing:
        declare_origin(processing, NewOrigin(kind="newsletter", obtained_on=date(2026, 11, 1), synthetic=True))
    assert rules(refused) == ["activation.real_only"]


def test_recording_asks_the_phase_whatever_origin_it_is_handed(preparing: World) -> None:
    real = supporter(preparing, ("last_name", "Dupont"), origin=replace(preparing.newsletter, synthetic=False))
    (refused,) = record(preparing, real)
    assert (refused.result, refused.findings[0].rule) == (Result.REFUSED, "activation.synthetic_only")
    assert count(preparing, "contact") == 0


def test_without_the_gate_real_data_would_enter_and_the_suite_sees_it(
    preparing: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mutate the write path: grounds that are asked for an active campaign let a real person in."""

    def ungated(*given: object, **named: object) -> object:
        return ground(*given, **named | {"phase": Phase.ACTIVE})  # type: ignore[arg-type]

    monkeypatch.setattr(recording, "ground", ungated)
    real = supporter(preparing, ("last_name", "Dupont"), origin=replace(preparing.newsletter, synthetic=False))
    assert record(preparing, real)[0].result is Result.CREATED


def test_amending_asks_the_phase_too(preparing: World) -> None:
    (person,) = recorded(preparing, marie(preparing))
    draft = supporter(preparing, ("last_name", "Durand"), origin=replace(preparing.newsletter, synthetic=False))
    with pytest.raises(Refusal) as refused, preparing.register.open(preparing.actor, MANAGING) as processing:
        amend_contacts(processing, [Amendment(person=person, revision=1, draft=draft)])
    assert rules(refused) == ["activation.synthetic_only"]


def test_an_import_of_synthetic_data_stops_before_its_first_row_once_active(preparing: World, tmp_path: Path) -> None:
    roll = tmp_path / "roll.csv"
    write_roll(roll, 20, seed=1)
    order = ImportOrder(path=roll, origin=preparing.roll.number, report=tmp_path / "report", chunk=5)
    activate(preparing.register, preparing.actor)
    with pytest.raises(Refusal) as refused:
        import_file(preparing.register, preparing.actor, MANAGING, order, lambda _done, _whole: None)
    assert rules(refused) == ["activation.real_only"]
    assert count(preparing, "contact") == 0


def test_activation_answers_all_that_is_missing_at_once(preparing: World) -> None:
    add_election(
        preparing.register,
        preparing.actor,
        NewElection(title="Présidentielle", type="presidential", first_round=date(2027, 4, 11)),
    )
    recorded(preparing, marie(preparing))
    with preparing.register.open(preparing.actor, "administration") as processing:
        joint = ContactPoints(rights_contact="1 rue", dpo_contact="d")
        add_joint_controller(processing, "Liste", "candidate", joint)
    with pytest.raises(Refusal) as refused, preparing.register.open(preparing.actor, "administration") as processing:
        activate_campaign(processing, Declaration())
    asked = "rights_contact dpo arrangement operator dpia notice purposes retention election synthetic_left"
    assert rules(refused) == [f"activation.{one}" for one in asked.split()]
    assert all(one.articles for one in refused.value.findings)
    with preparing.register.open(preparing.actor, "administration") as processing:
        sheet = read_campaign(processing)
    assert (sheet.phase, sheet.activation) == (Phase.PREPARING, None)


def test_synthetic_contacts_are_erased_before_activation(preparing: World) -> None:
    recorded(preparing, marie(preparing), marie(preparing, "autre@example.org"))
    with pytest.raises(Refusal) as refused:
        activate(preparing.register, preparing.actor)
    assert rules(refused) == ["activation.synthetic_left"]
    with preparing.register.open(preparing.actor, "administration") as processing:
        found = list_synthetic(processing)
    assert preparing.installation.eraser.erase(preparing.actor, "administration", found) == len(found) > 0
    activate(preparing.register, preparing.actor)
    with preparing.register.open(preparing.actor, "administration") as processing:
        assert list_synthetic(processing) == []


def test_a_purpose_that_was_not_declared_does_not_open_and_rights_always_do(active: World) -> None:
    told = replace(declaration(), purposes=["canvassing"], retention={"regular": Period(months=12)})
    with active.register.open(active.actor, "administration") as processing:
        activate_campaign(processing, told)
    with pytest.raises(PurposeNotInUse), active.register.open(active.actor, MANAGING):
        pass
    with pytest.raises(PurposeNotInUse):
        active.register.check(active.actor, MANAGING)
    for purpose in ("rights_request", "administration"):
        active.register.check(active.actor, purpose)
    with active.register.open(active.actor, "administration") as processing:
        sheet = read_campaign(processing)
        view = activation_of(processing)
    assert view is not None
    assert view == sheet.activation
    always = ("administration", "restitution", "rights_request", "staff_account")
    assert view.purposes == ("accountability", *sorted((*always, "canvassing")))
    assert (view.retention, view.territories) == ({"regular": Period(months=12)}, ("75056",))
    assert view.assessment == told.assessment
    assert view.notice == told.notice


def test_what_was_grounded_before_an_activation_is_not_stored_after_it(active: World) -> None:
    loader = CampaignLoader(active.installation.provider, 0)
    loaded: list[CampaignContext] = []

    def activated_meanwhile(transaction: Transaction, campaign: CampaignId) -> CampaignContext:
        loaded.append(loader(transaction, campaign))
        return replace(loaded[0], phase=Phase.PREPARING, purposes=None) if len(loaded) == 1 else loaded[-1]

    register = Register(
        active.installation.database,
        load_campaign=activated_meanwhile,
        load_law=partial(load, "france"),
        clock=active.installation.clock,
    )
    invented = marie(active, origin=replace(active.newsletter, synthetic=True))
    with pytest.raises(Conflict, match="meanwhile"), register.open(active.actor, MANAGING) as processing:
        record_contacts(processing, [invented])
    assert count(active, "contact") == 0


def test_a_process_that_remembers_campaigns_sees_an_activation_at_once(preparing: World) -> None:
    load_campaign = CampaignLoader(preparing.installation.provider, 3600)
    for expected in (Phase.PREPARING, Phase.ACTIVE):
        with preparing.installation.database.transaction(preparing.campaign) as transaction:
            assert load_campaign(transaction, preparing.campaign).phase is expected
        if expected is Phase.PREPARING:
            activate(preparing.register, preparing.actor)
