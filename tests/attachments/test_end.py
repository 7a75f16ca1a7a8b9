"""What becomes of attachments at the end of their time: archived, withheld, erased, also by who is killed meanwhile."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import make_url

import attachments.remove
from attachments.add import NewAttachment, add_attachments
from attachments.errors import InArchive, Withheld
from attachments.intake import Intake
from attachments.kinds import Kind, State
from attachments.listing import list_attachments
from attachments.remove import archive_attachments, remove_attachments
from attachments.view import PURPOSES
from contacts.restrict import RestrictionGround, release_contacts, restrict_contacts
from contacts.reveal import reveal_contacts
from holdings.ledger import person_digest
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId
from policy.findings import Refusal
from tests.attachments.adding import BIG, everything
from tests.attachments.samples import MOST, PDF, PLAIN_PDF, added, content_of, uploads
from tests.factories import (
    MANAGING,
    World,
    count,
    later,
    ledger_of,
    marie,
    opened,
    opened_world,
    raw,
    recorded,
    supporter,
)


def test_an_attachment_in_archive_opens_for_a_request_of_the_person_only(world: World, person: PersonId) -> None:
    form, promise = added(world, contact=person), added(world, kind=Kind.UNDERTAKING, contact=None)
    for _ in range(2):  # A clock that runs is not set back.
        with world.register.open(world.actor, MANAGING) as processing:
            archive_attachments(processing, [form, promise], processing.today)
        later(world, days=1)
    with world.register.open(world.actor, MANAGING) as processing:
        (told,) = list_attachments(processing, person, limit=2).attachments
    assert (told.state, told.due_on) == (State.ARCHIVED, date(2031, 11, 21))
    for one in (form, promise):
        with pytest.raises(Withheld):
            content_of(world, one)
        assert content_of(world, one, "rights_request") == PLAIN_PDF


def test_the_attachments_of_a_restricted_contact_open_for_its_request_only(world: World, person: PersonId) -> None:
    form, promise = added(world, contact=person), added(world, kind=Kind.UNDERTAKING, contact=None)
    with world.register.open(world.actor, "rights_request") as processing:
        restrict_contacts(processing, [person], RestrictionGround.OBJECTION_PENDING)
    for purpose in sorted(PURPOSES & world.actor.purposes - {"rights_request"}):
        with pytest.raises(Withheld):
            content_of(world, form, purpose)
    assert content_of(world, form, "rights_request") == PLAIN_PDF
    assert content_of(world, promise) == PLAIN_PDF
    with world.register.open(world.actor, "rights_request") as processing:
        release_contacts(processing, [person])
    assert content_of(world, form) == PLAIN_PDF


def test_a_proof_in_archive_is_not_removed_before_its_day(world: World, person: PersonId) -> None:
    form = added(world, contact=person)
    with world.register.open(world.actor, MANAGING) as processing:
        archive_attachments(processing, [form], processing.today)
    for purpose in ("contact_management", "rights_request"):
        with pytest.raises(InArchive), world.register.open(world.actor, purpose) as processing:
            remove_attachments(processing, [form])
    assert content_of(world, form, "rights_request") == PLAIN_PDF
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE attachment SET due_on = ?", "2026-11-20")
    with world.register.open(world.actor, MANAGING) as processing:
        assert remove_attachments(processing, [form]) == 1


@pytest.mark.parametrize("kind", [Kind.EVIDENCE, Kind.UNDERTAKING])
def test_before_activation_the_campaign_adds_its_undertakings_and_no_evidence(
    database_url: str, tmp_path: Path, kind: Kind
) -> None:
    with opened_world(database_url, tmp_path, active=False) as preparing:
        (synthetic,) = recorded(preparing, marie(preparing))
        assert added(preparing, contact=synthetic) is not None
        if kind is Kind.UNDERTAKING:
            assert added(preparing, kind=kind, contact=None) is not None
            return
        with pytest.raises(Refusal) as refused:
            added(preparing, kind=kind, contact=None)
        assert [one.rule for one in refused.value.findings] == ["activation.synthetic_only"]
        assert count(preparing, "attachment") == 1


def test_an_attachment_past_its_day_is_withheld(world: World, person: PersonId) -> None:
    form = added(world, contact=person)
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE attachment SET due_on = ?", "2026-11-20")
    with pytest.raises(Withheld):
        content_of(world, form)


def erase(world: World, person: PersonId, ground: str) -> int:
    return world.installation.eraser.erase(world.actor, "rights_request", [person], ground)


def test_an_erasure_archives_what_the_pack_keeps(world: World, person: PersonId) -> None:
    form, mandate = added(world, contact=person), added(world, kind=Kind.MANDATE, contact=person)
    assert erase(world, person, "consent_withdrawn") == 1
    for one in (form, mandate):
        with pytest.raises(Withheld):
            content_of(world, one)
        assert content_of(world, one, "rights_request") == PLAIN_PDF
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT count(*) FROM entry WHERE event = 'attachment.erased'") == [(1,)]
        assert database.run("SELECT DISTINCT due_on FROM attachment") in ([(date(2031, 11, 21),)], [("2031-11-21",)])
    with pytest.raises(NotFound):
        added(world, contact=person)


def test_an_unlawful_collection_leaves_no_evidence_and_the_request_stays(world: World, person: PersonId) -> None:
    form, mandate = added(world, BIG, contact=person), added(world, kind=Kind.MANDATE, contact=person)
    secrets = secrets_of(world, form)
    assert erase(world, person, "unlawful") == 1
    assert content_of(world, form, "rights_request") is None
    assert content_of(world, mandate, "rights_request") == PLAIN_PDF
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT compartment FROM keys.person_key") == [(3,)]
    if make_url(world.url).get_backend_name() == "sqlite":
        disk = everything(world)
        assert not any(secret in disk for secret in secrets)


def secrets_of(world: World, attachment: UUID) -> set[bytes]:
    """Return bytes that must not remain: pieces of sealed chunks, and wrapped keys."""
    with raw(world.url, world.campaign) as database:
        chunks = database.run("SELECT sealed FROM attachment_chunk WHERE attachment_id = ?", attachment)
        keys = database.run("SELECT wrapped FROM attachment WHERE id = ?", attachment)
        keys += database.run("SELECT wrapped FROM keys.person_key WHERE compartment = 2")
    pieces = {bytes(sealed)[start : start + 24] for (sealed,) in chunks for start in range(0, len(sealed) - 24, 999)}
    return pieces | {bytes(key)[8:40] for (key,) in keys}


def test_what_was_archived_can_be_erased_later_on_another_ground(world: World, person: PersonId) -> None:
    form = added(world, contact=person)
    assert erase(world, person, "no_longer_needed") == 1
    assert erase(world, person, "unlawful") == 1
    assert content_of(world, form, "rights_request") is None
    assert erase(world, person, "unlawful") == 0


def test_an_erasure_on_no_ground_of_the_law_changes_nothing(world: World, person: PersonId) -> None:
    added(world, contact=person)
    with pytest.raises(Invalid):
        erase(world, person, "because")
    assert [count(world, name) for name in ("attachment", "contact")] == [1, 1]


class _Killed(BaseException):
    """What the power cut is to the program: nothing catches it."""


def _killed(*_: object, **__: object) -> int:
    raise _Killed


@pytest.mark.parametrize("step", ["delete_attachments", "shred_person_keys"])
@pytest.mark.parametrize("gone", [False, True], ids=["with the contact", "after the contact"])
def test_an_erasure_killed_in_the_middle_is_completed_on_its_ground(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    gone: bool,  # noqa: FBT001
) -> None:
    with opened_world(database_url, tmp_path) as world:
        person, kept = recorded(world, marie(world), supporter(world, ("last_name", "Autre")))
        form, theirs = added(world, contact=person), added(world, contact=kept)
        if gone:
            erase(world, person, "no_longer_needed")
        with monkeypatch.context() as patched:
            patched.setattr(attachments.remove, step, _killed)
            with pytest.raises(_Killed):
                erase(world, person, "unlawful")
        assert ledger_of(world).unfinished(world.campaign) == {person_digest(world.campaign, person): "unlawful"}
        with opened(database_url, tmp_path) as again:
            assert again.recover() == 1
            served = replace(world, installation=again)
            assert content_of(served, form, "rights_request") is None
            assert content_of(served, theirs) == PLAIN_PDF
            with again.register.open(world.actor, MANAGING) as processing:
                assert [one is None for one in reveal_contacts(processing, [person, kept])] == [True, False]
            assert ledger_of(served).unfinished(world.campaign) == {}


def test_who_adds_while_a_person_is_erased_leaves_nothing_behind(postgresql_url: str, tmp_path: Path) -> None:
    """An attachment that is being stored holds the contact's key: the erasure waits for it, then takes it along."""
    import threading  # noqa: PLC0415

    with opened_world(postgresql_url, tmp_path) as world:
        (person,) = recorded(world, marie(world))
        erased = threading.Thread(target=erase, args=(world, person, "unlawful"))
        with Intake(uploads(world), world.campaign, PDF, MOST) as intake:
            intake.take(PLAIN_PDF)
            taken = intake.finish()
            with world.register.open(world.actor, MANAGING) as processing:
                add_attachments(processing, [NewAttachment(Kind.FORM, person, taken)])
                erased.start()
                _wait_for_a_lock(world)
        erased.join()
        assert [count(world, name) for name in ("contact", "attachment", "attachment_chunk", "keys.person_key")] == [
            0
        ] * 4


def _wait_for_a_lock(world: World) -> None:
    with raw(world.url) as database:
        while not database.run("SELECT 1 FROM pg_locks WHERE NOT granted"):
            os.sched_yield()
