"""A campaign's end: everything is handed back, then everything is destroyed, and a crash between two steps goes on."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import files.handback
import installation.closing
from accounts.approvals.actions import Action
from accounts.approvals.decide import decide_approval, list_approvals, object_to
from accounts.approvals.demand import ApprovalMissing
from accounts.approvals.request import request_approval
from accounts.approvals.standing import Standing
from accounts.authenticate import TokenOrder, authenticate_client
from accounts.clients import create_client
from audit.register import RESTITUTION, CampaignClosing
from campaigns.closing import Step, begin_closing, done_steps
from campaigns.create import NewCampaign, create_campaign
from campaigns.directory import find_campaign, list_campaigns
from campaigns.load import CampaignClosed
from consent.oppositions import NewOpposition
from contacts.declare import NewOrigin, declare_origin
from contacts.reveal import reveal_contacts
from eligibility.oppose import oppose
from files.handback import RETURNED
from files.import_file import import_file
from files.order import ImportOrder
from holdings.destroy import KEPT, NOT_RETURNED
from holdings.holding import HOLDINGS
from installation.closing import close_campaign
from kernel.actor import ActorKind, operator_in
from kernel.errors import Conflict, Forbidden, NotFound, Unauthenticated
from kernel.identity import CampaignId, PersonId, random_uuid
from migrations.dialect import APPEND_ONLY
from migrations.models import METADATA
from tests.accounts.staff.people import actor, enrolled
from tests.attachments.samples import added
from tests.consent_making import ask
from tests.factories import (
    MANAGING,
    PURPOSES,
    World,
    activate,
    count,
    dump,
    marie,
    new_world,
    opened_world,
    raw,
    recorded,
    voter,
)
from tests.installation.closing import approved, close, without_waiting

ISSUER = "http://127.0.0.1:8000"


@pytest.fixture
def world(world: World) -> World:
    """Return the world with the approval that its end takes, and without the waits between its steps."""
    approved(world)
    return replace(world, installation=without_waiting(world.installation))


def test_while_it_is_handed_back_nothing_else_is_processed(
    world: World, persons: list[PersonId], tmp_path: Path
) -> None:
    client = create_client(world.register, world.actor, name="outil", scopes=[], purposes=[MANAGING])
    close(world, tmp_path / "return", destroy=False)
    for purpose in (MANAGING, "rights_request", "administration"):
        with pytest.raises(CampaignClosing), world.register.open(world.actor, purpose) as processing:
            reveal_contacts(processing, persons)
    order = TokenOrder(client_id=client.client_id, secret=client.secret)
    with pytest.raises(Unauthenticated):
        authenticate_client(world.register, world.installation.refusals, order, issuer=ISSUER)
    world.installation.recover()
    assert count(world, "contact") == len(persons)


def test_only_the_operator_returns_a_file_and_only_while_it_is_closed(world: World, persons: list[PersonId]) -> None:
    operator = operator_in(world.campaign, frozenset({RESTITUTION}))
    with pytest.raises(Forbidden), world.register.open(operator, RESTITUTION) as processing:
        reveal_contacts(processing, persons)
    with world.register.open(world.actor, "administration") as processing:
        begin_closing(processing)
    client = replace(operator, kind=ActorKind.CLIENT)
    with pytest.raises(Forbidden), world.register.open(client, RESTITUTION) as processing:
        reveal_contacts(processing, persons)


def test_everything_is_destroyed_and_certified(world: World, persons: list[PersonId], tmp_path: Path) -> None:
    other = new_world(world.installation, world.url, "Autre")
    theirs = recorded(other, marie(other))
    create_client(world.register, world.actor, name="outil", scopes=[], purposes=[MANAGING])
    before = dump(other)
    folder = tmp_path / "return"
    closed = close(world, folder)
    scoped = {table.name for table in METADATA.sorted_tables if "campaign_id" in table.columns}
    left = {name for name, rows in dump(world).items() if rows and name in scoped}
    assert left <= {*KEPT, "campaign_end"}
    with raw(world.url, world.campaign) as database:
        keys = database.run("SELECT state, wrapped FROM keys.campaign_key WHERE campaign_id = ?", world.campaign)
    assert {(state, wrapped) for state, wrapped in keys} == {("destroyed", None)}
    assert closed.certificate is not None
    told = json.loads(Path(closed.certificate).read_text(encoding="utf-8"))
    assert told["destroyed"]["contacts"] == len(persons)
    assert told["destroyed"]["campaign_keys"] == len(keys)
    assert {"client", "election", "origin", "recipient"} <= set(told["destroyed"]["rows"])
    assert told["returned"]["files"]["contacts.ndjson"]["sha256"] in (folder / "attestation.txt").read_text("utf-8")
    assert told["kept"]["last_checkpoint"].startswith("isoloir")
    assert told["backups"]["at_latest"] == "2026-12-21"
    assert dump(other) == before
    assert recorded(other, marie(other, "x@example.org")) != theirs


def test_what_was_not_returned_is_not_destroyed(
    world: World, persons: list[PersonId], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(world, contact=persons[0])
    folder = tmp_path / "return"
    close(world, folder, destroy=False)
    with monkeypatch.context() as patched:
        for table in ("attachment", "attachment_chunk"):
            patched.delitem(RETURNED, table)
        before = dump(world, without=["entry"])
        with pytest.raises(Conflict, match="attachment, attachment_chunk"):
            close(world, folder)
        assert dump(world, without=["entry"]) == before
    assert close(world, folder).certificate is not None


def test_a_closed_campaign_refuses_every_processing_and_the_others_go_on(
    world: World, persons: list[PersonId], tmp_path: Path
) -> None:
    other = new_world(world.installation, world.url, "Autre")
    close(world, tmp_path / "return")
    for purpose in ("contact_management", "administration", "rights_request"):
        with pytest.raises(CampaignClosed), world.register.open(world.actor, purpose):
            pass
    ends = {one.id: one.end for one in list_campaigns(world.installation.database)}
    assert ends == {world.campaign: "closed", other.campaign: None}
    assert world.installation.campaigns() == [other.campaign]
    world.installation.recover()
    world.installation.sequence()
    again = close(world, tmp_path / "return")
    assert again.certificate is not None
    assert persons


def test_nobody_closes_a_campaign_alone(database_url: str, tmp_path: Path) -> None:
    with opened_world(database_url, tmp_path) as one:
        world = replace(one, installation=without_waiting(one.installation))
        manager = enrolled(world, "manager", "manager@example.org")
        assert missing(world, tmp_path) is None
        with world.register.open(world.actor, "administration") as processing:
            asked = request_approval(processing, Action.CAMPAIGN_CLOSE, {}, delay=timedelta())
        assert asked.alone_from is None, "there is somebody else to ask"
        assert missing(world, tmp_path) is Standing.WAITING
        with pytest.raises(Forbidden), world.register.open(world.actor, "administration") as processing:
            decide_approval(processing, asked.id, approve=True)
        assert list_campaigns(world.installation.database)[0].end is None
        with world.register.open(actor(world, manager), "administration") as processing:
            decide_approval(processing, asked.id, approve=True)
        assert close(world, tmp_path / "return", destroy=False).certificate is None
        assert close(world, tmp_path / "return").certificate is not None, "the approval is for the whole act"


def test_the_officers_objection_keeps_a_campaign_open(world: World, tmp_path: Path) -> None:
    officer = enrolled(world, "dpo", "dpo@example.org")
    with world.register.open(world.actor, "administration") as processing:
        approval = next(iter(list_approvals(processing))).id
    with world.register.open(actor(world, officer), "accountability") as processing:
        object_to(processing, approval)
    assert missing(world, tmp_path) is Standing.OBJECTED


def missing(world: World, folder: Path) -> Standing | None:
    before = dump(world, without=["entry"])
    with pytest.raises(ApprovalMissing) as caught:
        close(world, folder / "return")
    assert dump(world, without=["entry"]) == before
    assert not (folder / "return").exists()
    return caught.value.standing


@pytest.mark.parametrize("wrong", ["", "municipales", "Autre"])
def test_nothing_is_closed_without_the_exact_name(wrong: str, world: World, tmp_path: Path) -> None:
    before = dump(world)
    with pytest.raises(Conflict):
        close(world, tmp_path / "return", confirmed=wrong)
    assert dump(world) == before
    with pytest.raises(NotFound):
        close_campaign(world.installation, CampaignId(random_uuid()), tmp_path, confirmed="", destroy=True)


def test_nothing_is_destroyed_while_the_return_is_not_whole(
    world: World, persons: list[PersonId], tmp_path: Path
) -> None:
    folder = tmp_path / "return"
    close(world, folder, destroy=False)
    path = folder / "contacts.ndjson"
    content = path.read_bytes()
    for spoil in (lambda: path.write_bytes(content[:-1]), path.unlink):
        spoil()
        with pytest.raises(Conflict, match=r"contacts\.ndjson"):
            close(world, folder)
        assert count(world, "contact") == len(persons)
    path.write_bytes(content)
    assert close(world, folder).certificate is not None


class Crashed(Exception):  # noqa: N818 - a power cut
    pass


CRASHES: list[tuple[Any, str]] = [
    (installation.closing, "hand_back"),
    (installation.closing, "destroy_persons"),
    (installation.closing, "empty_campaign"),
    (installation.closing, "destroy_campaign_keys"),
    (installation.closing, "write_certificate"),
    (files.handback, "hand_back_entries"),
    (files.handback, "keep_step"),
]


@pytest.mark.parametrize(("place", "name"), CRASHES, ids=lambda one: one if isinstance(one, str) else "")
@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
def test_killed_at_any_step_the_same_call_goes_on(
    place: Any,  # noqa: ANN401 - a module
    name: str,
    late: bool,  # noqa: FBT001
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with opened_world(sqlite_url, tmp_path) as one:
        world = replace(one, installation=without_waiting(one.installation))
        approved(world)
        persons = recorded(world, marie(world), voter(world, 1))
        with monkeypatch.context() as patched:
            patched.setattr(place, name, crashing(getattr(place, name), late=late))
            with pytest.raises(Crashed):
                close(world, tmp_path / "return")
        world.installation.recover()
        assert close(world, tmp_path / "return").certificate is not None
        steps = done_steps(world.installation.database, world.campaign)
        assert set(steps) == set(Step)
        assert steps[Step.RETURNED].told["files"]["contacts.ndjson"]["lines"] == len(persons)
        assert count(world, "contact") == 0
        assert world.installation.eraser.ledger.unfinished(world.campaign) == {}


def crashing(act: Callable[..., Any], *, late: bool) -> Callable[..., Any]:
    def crash(*given: Any, **named: Any) -> Any:  # noqa: ANN401
        if late:
            act(*given, **named)
        raise Crashed

    return crash


def test_the_log_is_kept_and_every_table_is_emptied_or_kept_with_a_reason() -> None:
    assert set(KEPT) >= APPEND_ONLY
    assert all(KEPT.values())
    assert not set(RETURNED) & set(NOT_RETURNED)
    scoped = {table.name for table in METADATA.sorted_tables if "campaign_id" in table.columns}
    assert scoped == {*KEPT, *RETURNED, *NOT_RETURNED, "campaign_end"}, "what is neither returned nor excepted"
    held = set().union(*(one.tables for one in HOLDINGS)) - set(KEPT)
    assert held <= {table.name for table in METADATA.sorted_tables}


def test_an_opposition_stands_when_the_campaign_is_destroyed_and_the_person_is_imported_into_the_next(
    world: World, tmp_path: Path
) -> None:
    recorded(world, marie(world))
    with world.register.open(world.actor, MANAGING) as processing:
        oppose(processing, [NewOpposition(data=(("email", "marie@example.org"),))])
    close(world, tmp_path / "return")
    old = find_campaign(world.installation.database, world.campaign)
    assert old.end == "closed"
    new = NewCampaign(controller=old.controller, kind=old.kind, name="Deux", country="FR")
    provider = world.installation.provider
    campaign = create_campaign(world.register, provider, new, beside=old.controller_id)
    again = replace(world, campaign=campaign, actor=operator_in(campaign, PURPOSES))
    activate(again.register, again.actor)
    with again.register.open(again.actor, MANAGING) as processing:
        origin = declare_origin(processing, NewOrigin(kind="newsletter", obtained_on=date(2026, 11, 1)))
    people = tmp_path / "people.csv"
    people.write_text(
        "nationbuilder_id,first_name,last_name,email\n"
        "1,Marie,Dupont,Marie@Example.org\n"
        "2,Paul,Martin,paul@example.org\n",
        encoding="utf-8",
    )
    order = ImportOrder(path=people, origin=origin.number, report=tmp_path / "report", category="regular")
    import_file(again.register, again.actor, MANAGING, order, lambda *_: None)
    answers = sorted(one.answer.rule for one in ask(again, None).verdicts for _ in one.each())
    assert answers == ["gate.no_interest", "gate.opposed"]
