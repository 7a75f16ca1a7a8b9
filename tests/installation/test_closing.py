"""A campaign's end: everything is handed back, then everything is destroyed, and a crash between two steps goes on."""

import hashlib
import json
from collections.abc import Callable, Iterator
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
from attachments.kinds import Kind
from audit.register import RESTITUTION, CampaignClosing
from campaigns.closing import Step, begin_closing, done_steps
from campaigns.create import NewCampaign, create_campaign
from campaigns.directory import find_campaign, list_campaigns
from campaigns.load import CampaignClosed
from consent.oppositions import NewOpposition
from contacts.declare import NewOrigin, declare_origin, register_custom_field, register_tag
from contacts.restrict import RestrictionGround, restrict_contacts
from contacts.reveal import reveal_contacts
from eligibility.oppose import oppose
from files.handback import RETURNED, hand_back
from files.import_file import ImportOrder, import_file
from holdings.destroy import KEPT, NOT_RETURNED
from holdings.holding import HOLDINGS
from installation.closing import Closed, close_campaign
from installation.open import Installation
from kernel.actor import ActorKind, operator_in
from kernel.errors import Conflict, Forbidden, NotFound, Unauthenticated
from kernel.identity import CampaignId, PersonId, random_uuid
from migrations.dialect import APPEND_ONLY
from migrations.models import METADATA
from outreach.messages import NewMessage, create_message
from outreach.record import NewInteraction, record_interactions
from outreach.targeting import NewTargeting, register_targeting
from outreach.words import Channel, MessageKind, Outcome, Technique
from outreach.words import Kind as Happened
from policy.load import load
from tests.accounts.staff.people import actor, enrolled
from tests.attachments.samples import PLAIN_PDF, added, scan_of, uploads
from tests.consent_making import ask
from tests.factories import (
    MANAGING,
    NOW,
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

NAME = "Municipales"
ISSUER = "http://127.0.0.1:8000"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        approved(one)
        yield replace(one, installation=without_waiting(one.installation))


def without_waiting(installation: Installation) -> Installation:
    """Return the installation whose processes read keys anew every moment, so that no step waits long."""
    return replace(installation, settings=installation.settings.model_copy(update={"keys_seconds": 0.01}))


@pytest.fixture
def persons(world: World) -> list[PersonId]:
    with world.register.open(world.actor, MANAGING) as processing:
        register_custom_field(processing, "langue")
        register_tag(processing, "quartier_nord")
    told = marie(world, tags=("quartier_nord",))
    marked = replace(told, data=(*told.data, ("custom:langue", "breton"), ("note", "le soir")))
    found = recorded(world, marked, *[voter(world, number) for number in range(3)])
    with world.register.open(world.actor, "rights_request") as processing:
        restrict_contacts(processing, [found[1]], RestrictionGround.OBJECTION_PENDING)
    with world.register.open(world.actor, MANAGING) as processing:
        visit = NewInteraction(contact=found[0], kind=Happened.VISIT, at=NOW, outcome=Outcome.NOT_INTERESTED)
        record_interactions(processing, [visit])
        create_message(processing, NewMessage(kind=MessageKind.LOGISTICS, channel=Channel.EMAIL, title="rentree"))
        everybody = {"considered": 4, "allowed": 4}
        line = NewTargeting(channel=Channel.EMAIL, technique=Technique.EVERYBODY, counts=everybody)
        register_targeting(processing, line)
    return found


def approved(world: World) -> None:
    """Let time and nobody's objection stand for a second person."""
    with world.register.open(world.actor, "administration") as processing:
        request_approval(processing, Action.CAMPAIGN_CLOSE, {}, delay=timedelta())


def close(world: World, folder: Path, *, destroy: bool = True, confirmed: str = NAME) -> Closed:
    return close_campaign(world.installation, world.campaign, folder, confirmed=confirmed, destroy=destroy)


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_everything_is_handed_back_opened_with_its_provenance(
    world: World, persons: list[PersonId], tmp_path: Path
) -> None:
    folder = tmp_path / "return"
    closed = close(world, folder, destroy=False)
    assert closed.certificate is None
    contacts = {one["id"]: one for one in lines(folder / "contacts.ndjson")}
    assert set(contacts) == set(map(str, persons))
    first = contacts[str(persons[0])]
    values = {one["field"]: one["value"] for one in first["data"]}
    assert (values["email"], values["custom:langue"], values["note"]) == ("marie@example.org", "breton", "le soir")
    assert first["tags"] == ["quartier_nord"]
    assert {one["origin"] for one in first["data"]} == {world.newsletter.number}
    assert contacts[str(persons[1])]["restricted"] is True
    assert contacts[str(persons[1])]["data"], "what is restricted is handed back too"
    assert {one["number"] for one in lines(folder / "origins.ndjson")} == {1, 2}
    assert [one["outcome"] for one in lines(folder / "interactions.ndjson")] == ["not_interested"]
    assert [one["title"] for one in lines(folder / "messages.ndjson")] == ["rentree"]
    assert [one["technique"] for one in lines(folder / "targeting.ndjson")] == ["everybody"]
    assert [one["name"] for one in lines(folder / "tags.ndjson")] == ["quartier_nord"]
    assert lines(folder / "elections.ndjson")[0]["type"] == "municipal"
    campaign = json.loads((folder / "campaign.json").read_text(encoding="utf-8"))
    assert campaign["activation"]["assessment"]["reference"] == "AIPD-1"
    assert [one["name"] for one in campaign["recipients"]] == ["équipe"]
    events = [one["event"] for one in lines(folder / "log.ndjson")]
    assert {"campaign.created", "contact.recorded", "campaign.closing"} <= set(events)
    activated = next(one for one in lines(folder / "log.ndjson") if one["event"] == "campaign.activated")
    assert activated["free"]["purposes"], "what was sealed in the log is opened"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name, told in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), content.count(b"\n")) == (told["sha256"], told["lines"])
        assert (folder / name).stat().st_mode & 0o077 == 0


def test_the_return_opens_every_field_that_can_be_stored() -> None:
    edition = load("france", NOW.date())
    stored = {field.name for field in edition.fields.values() if field.code is not None}
    assert edition.purposes[RESTITUTION].reads == stored
    assert edition.purposes[RESTITUTION].custom


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


def test_attachments_are_handed_back_as_files_before_they_are_destroyed(
    world: World, persons: list[PersonId], tmp_path: Path
) -> None:
    folder, big = tmp_path / "return", scan_of(300_000)
    given = {
        added(world, PLAIN_PDF, contact=persons[0]): (PLAIN_PDF, Kind.FORM, persons[0]),
        added(world, big, kind=Kind.UNDERTAKING, contact=None): (big, Kind.UNDERTAKING, None),
    }
    close(world, folder, destroy=False)
    told = {one["id"]: one for one in lines(folder / "attachments.ndjson")}
    assert set(told) == set(map(str, given))
    for attachment, (content, kind, contact) in given.items():
        one = told[str(attachment)]
        assert (folder / one["file"]).read_bytes() == content
        assert one["file"] == f"attachments/{attachment}.pdf"
        assert (one["sha256"], one["kind"]) == (hashlib.sha256(content).hexdigest(), kind)
        assert one["contact"] == (None if contact is None else str(contact))
        assert (folder / one["file"]).stat().st_mode & 0o077 == 0
    path = folder / told[str(next(iter(given)))]["file"]
    path.write_bytes(PLAIN_PDF[:-1])
    with pytest.raises(Conflict, match="attachments/"):
        close(world, folder)
    assert count(world, "attachment") == len(given)
    path.write_bytes(PLAIN_PDF)
    assert close(world, folder).certificate is not None
    assert [count(world, name) for name in ("attachment", "attachment_chunk")] == [0, 0]


def test_the_controllers_own_records_are_handed_back_without_secrets(world: World, tmp_path: Path) -> None:
    manager = enrolled(world, "manager", "manager@example.org")
    client = create_client(world.register, world.actor, name="outil", scopes=[], purposes=[MANAGING])
    with world.register.open(world.actor, "administration") as processing:
        waiting = next(iter(list_approvals(processing))).id
    folder = tmp_path / "return"
    close(world, folder, destroy=False)
    (account,) = lines(folder / "staff.ndjson")
    assert (account["id"], account["identity"]["email"]) == (str(manager.id), "manager@example.org")
    assert [one["client_id"] for one in lines(folder / "clients.ndjson")] == [client.client_id]
    assert client.secret not in (folder / "clients.ndjson").read_text("utf-8")
    assert [one["id"] for one in lines(folder / "approvals.ndjson")] == [str(waiting)]


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


def test_a_return_does_not_follow_a_link(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "return"
    folder.mkdir()
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    (folder / "campaign.json").symlink_to(victim)
    with world.register.open(world.actor, "administration") as processing:
        begin_closing(processing)
    with pytest.raises(Exception, match="link"):
        hand_back(world.register, operator_in(world.campaign, frozenset({RESTITUTION})), folder, uploads(world))
    assert victim.read_text(encoding="utf-8") == "mine"


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
