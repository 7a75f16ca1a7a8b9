"""What is handed back when a campaign ends: everything, opened, with its provenance, and no secret."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from accounts.approvals.decide import list_approvals
from accounts.clients import create_client
from attachments.kinds import Kind
from audit.register import RESTITUTION
from campaigns.closing import begin_closing
from files.handback import hand_back
from kernel.actor import operator_in
from kernel.errors import Conflict
from kernel.identity import PersonId
from policy.load import load
from rights.file import Person, Told
from rights.receive import NewRequest, receive_requests
from rights.steps import ask_details
from rights.words import Kind as RightsKind
from rights.words import Way
from tests.accounts.staff.people import enrolled
from tests.attachments.samples import PLAIN_PDF, added, scan_of, uploads
from tests.factories import MANAGING, NOW, World, count
from tests.installation.closing import approved, close, without_waiting


@pytest.fixture
def world(world: World) -> World:
    """Return the world with the approval that its end takes, and without the waits between its steps."""
    approved(world)
    return replace(world, installation=without_waiting(world.installation))


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


def test_what_persons_asked_is_handed_back_with_every_step(
    world: World, persons: list[PersonId], tmp_path: Path
) -> None:
    who = Person(last_name="Zébulon", birth_date="1960-05-04")
    new = NewRequest(kind=RightsKind.ACCESS, told=Told(person=who, details="tout"), way=Way.LETTER, contact=persons[0])
    with world.register.open(world.actor, "rights_request") as processing:
        (asked,) = receive_requests(processing, [new], "http://127.0.0.1:1")
        ask_details(processing, asked.id, "de quelle année ?", "http://127.0.0.1:1")
    folder = tmp_path / "return"
    close(world, folder, destroy=False)
    (one,) = lines(folder / "rights-requests.ndjson")
    assert (one["reference"], one["contact"], one["due_on"]) == (asked.reference, str(persons[0]), str(asked.due_on))
    assert (one["told"]["person"]["last_name"], one["told"]["details"]) == ("Zébulon", "tout")
    assert [(step["act"], step["words"]) for step in one["steps"]] == [("receive", ""), ("ask", "de quelle année ?")]
    assert close(world, folder).certificate is not None
    assert [count(world, name) for name in ("rights_request", "rights_step")] == [0, 0]


def test_a_return_does_not_follow_a_link(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "return"
    folder.mkdir()
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    (folder / "campaign.json").symlink_to(victim)
    with world.register.open(world.actor, "administration") as processing:
        begin_closing(processing)
    with pytest.raises(Exception, match="link"):
        hand_back(world.register, operator_in(world.campaign, frozenset({RESTITUTION})), folder, uploads(world), {})
    assert victim.read_text(encoding="utf-8") == "mine"
