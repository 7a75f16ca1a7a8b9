# ruff: noqa: PT012 - a processing is opened with the statement that must fail in it
"""Attachments from the first byte to the last: taken in, stored sealed, shown after the note, archived, erased."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from attachments.add import NewAttachment, add_attachments
from attachments.errors import PurposeCannotSee, TooLarge, WrongContent
from attachments.intake import Intake
from attachments.kinds import TERMS, Kind, State
from attachments.listing import list_attachments
from attachments.remove import remove_attachments
from attachments.reveal import reveal_attachments
from attachments.view import PURPOSES
from contacts.restrict import who_is_restricted
from crypto.stream import CHUNK
from kernel.errors import Invalid, NotFound, SilentWrite, Unopenable
from kernel.identity import PersonId
from keys.create import Compartment
from keys.rotate_kek import rotate_kek
from policy.load import load
from tests.attachments.adding import BIG, CANARY, everything
from tests.attachments.samples import MOST, PDF, PLAIN_PDF, added, content_of, uploads
from tests.factories import MANAGING, NOW, World, count, dump, later, new_world, raw


def last_entry(world: World) -> tuple[str, str, bool]:
    with raw(world.url, world.campaign) as database:
        event, counts, named = database.run(
            "SELECT event, counts, subject IS NOT NULL FROM entry WHERE substr(event, 1, 11) = 'attachment.' "
            "ORDER BY at DESC, id"
        )[0]
    return event, counts, bool(named)


@pytest.mark.parametrize("content", [PLAIN_PDF, BIG], ids=["small", "big"])
def test_what_was_added_comes_out_as_it_was(world: World, person: PersonId, content: bytes) -> None:
    form = added(world, content, contact=person)
    assert content_of(world, form) == content
    assert count(world, "attachment_chunk") == -(-len(content) // CHUNK)


def test_nothing_of_the_content_is_stored_in_clear(world: World, person: PersonId) -> None:
    added(world, BIG, contact=person)
    assert content_of(world, added(world, BIG, kind=Kind.UNDERTAKING, contact=None)) == BIG
    stored = everything(world)
    assert CANARY not in stored
    assert CANARY.hex().encode() not in stored
    assert list(uploads(world).iterdir()) == []


def test_the_log_tells_of_every_step_and_of_whom(world: World, person: PersonId) -> None:
    form = added(world, contact=person)
    assert last_entry(world) == (
        "attachment.added",
        '{"attachment.insert":1,"attachment_chunk.insert":1,"person_key.insert":1,"person_key.read":1}',
        True,
    )
    later(world, seconds=1)
    content_of(world, form)
    assert last_entry(world) == (
        "attachment.revealed",
        '{"attachment.read":1,"attachment_chunk.read":1,"contact.read":1,"person_key.read":2}',
        True,
    )
    later(world, seconds=1)
    with world.register.open(world.actor, MANAGING) as processing:
        list_attachments(processing, person, limit=10)
    assert last_entry(world)[::2] == ("attachment.listed", True)
    later(world, seconds=1)
    with world.register.open(world.actor, MANAGING) as processing:
        assert remove_attachments(processing, [form, uuid4()]) == 1
    assert last_entry(world)[::2] == ("attachment.removed", True)
    assert [count(world, name) for name in ("attachment", "attachment_chunk")] == [0, 0]


def test_the_note_stands_before_the_first_byte(world: World, person: PersonId, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutation: the note is dropped. Nothing can be read then."""
    form = added(world, contact=person)
    monkeypatch.setattr("audit.processing.Processing.note", lambda *_: None)
    with pytest.raises(SilentWrite), world.register.open(world.actor, MANAGING) as processing:
        (revealed,) = reveal_attachments(processing, [form], uploads(world), who_is_restricted)
        assert revealed is not None
        revealed.close()


def test_an_unknown_attachment_is_none_and_an_unknown_contact_is_refused(world: World) -> None:
    assert content_of(world, uuid4()) is None
    with pytest.raises(NotFound):
        added(world, contact=PersonId(uuid4()))
    assert [count(world, name) for name in ("attachment", "attachment_chunk")] == [0, 0]


@pytest.mark.parametrize(
    ("kind", "named"), [(Kind.FORM, False), (Kind.MANDATE, False), (Kind.UNDERTAKING, True)], ids=str
)
def test_a_kind_says_whom_it_concerns(world: World, person: PersonId, kind: Kind, named: bool) -> None:  # noqa: FBT001
    with pytest.raises(Invalid):
        added(world, kind=kind, contact=person if named else None)


def test_the_terms_of_the_kinds_are_those_of_the_pack() -> None:
    law = load("france", NOW.date())
    assert set(TERMS) == set(Kind)
    for terms in TERMS.values():
        assert terms.retention in law.retention
        if terms.erasure:
            compartment = law.compartments[terms.erasure]
            assert (compartment.number, compartment.retention) == (terms.compartment, terms.retention)
    numbers = {one.number for one in law.compartments.values()}
    assert Compartment.ATTACHMENT not in numbers
    assert set(law.purposes) >= PURPOSES


@pytest.mark.parametrize("purpose", ["canvassing", "phone_canvassing", "email_campaign"])
def test_a_purpose_that_needs_no_documents_sees_none(world: World, person: PersonId, purpose: str) -> None:
    form = added(world, contact=person)
    for act in (
        lambda: content_of(world, form, purpose),
        lambda: added(world, contact=person, purpose=purpose),
    ):
        with pytest.raises(PurposeCannotSee):
            act()
    for use in (lambda one: list_attachments(one, person, limit=1), lambda one: remove_attachments(one, [form])):
        with pytest.raises(PurposeCannotSee), world.register.open(world.actor, purpose) as processing:
            use(processing)


@pytest.mark.usefixtures("person")
def test_a_file_too_large_or_cut_in_the_middle_leaves_nothing(world: World) -> None:
    before = dump(world)
    with pytest.raises(TooLarge), Intake(uploads(world), world.campaign, PDF, len(BIG) - 1) as intake:
        intake.take(BIG)
    for content in (BIG[: len(BIG) // 2], b""):
        with pytest.raises(WrongContent), Intake(uploads(world), world.campaign, PDF, MOST) as intake:
            intake.take(content)
            assert list(uploads(world).iterdir()) == [], "a file without a name"
            intake.finish()
    assert dump(world) == before


def test_a_file_sealed_for_one_campaign_is_not_stored_in_another(world: World) -> None:
    other = new_world(world.installation, world.url, "Autre")
    with pytest.raises(Invalid), Intake(uploads(world), world.campaign, PDF, MOST) as intake:
        intake.take(PLAIN_PDF)
        taken = intake.finish()
        with other.register.open(other.actor, MANAGING) as processing:
            add_attachments(processing, [NewAttachment(Kind.UNDERTAKING, None, taken)])


def test_no_campaign_sees_anothers_attachments(world: World, person: PersonId) -> None:
    other = new_world(world.installation, world.url, "Autre")
    form = added(world, contact=person)
    theirs = replace(other, url=world.url)
    assert content_of(theirs, form) is None
    with other.register.open(other.actor, MANAGING) as processing:
        assert list_attachments(processing, person, limit=10).attachments == ()
    with other.register.open(other.actor, MANAGING) as processing:
        assert remove_attachments(processing, [form]) == 0
    with pytest.raises(NotFound):
        added(other, contact=person)
    assert content_of(world, form) == PLAIN_PDF


TAMPERING = {
    "cut": "DELETE FROM attachment_chunk WHERE number = 5",
    "beheaded": "DELETE FROM attachment_chunk WHERE number = 0",
    "emptied": "DELETE FROM attachment_chunk",
    "swapped": "UPDATE attachment_chunk SET number = CASE number WHEN 1 THEN -2 ELSE 1 END WHERE number IN (1, 2)",
    "spoilt": "UPDATE attachment_chunk SET sealed = (SELECT wrapped FROM attachment) WHERE number = 2",
    "key": "UPDATE attachment SET wrapped = (SELECT digest FROM attachment)",
    "size": "UPDATE attachment SET size = size - 1",
    "no key": "DELETE FROM keys.person_key WHERE compartment = 2",
}


@pytest.mark.parametrize("how", sorted(TAMPERING))
def test_what_an_intruder_changed_is_not_shown_at_all(world: World, person: PersonId, how: str) -> None:
    form = added(world, BIG, contact=person)
    with raw(world.url, world.campaign) as database:
        database.run(TAMPERING[how])
    with pytest.raises(Unopenable):
        content_of(world, form)
    assert list(uploads(world).iterdir()) == []


def test_a_chunk_of_another_attachment_of_the_same_person_does_not_open_here(world: World, person: PersonId) -> None:
    form, other = added(world, BIG, contact=person), added(world, BIG, contact=person)
    with raw(world.url, world.campaign) as database:
        ((sealed,),) = database.run("SELECT sealed FROM attachment_chunk WHERE attachment_id = ? AND number = 1", other)
        database.run("UPDATE attachment_chunk SET sealed = ? WHERE attachment_id = ? AND number = 1", sealed, form)
        assert database.run("SELECT count(*) FROM keys.person_key WHERE compartment = 2") == [(1,)]
    with pytest.raises(Unopenable):
        content_of(world, form)
    assert content_of(world, other) == BIG


def test_pages_hold_every_attachment_of_a_contact_once(world: World, person: PersonId) -> None:
    ours = {added(world, contact=person) for _ in range(5)}
    nobodys = added(world, kind=Kind.UNDERTAKING, contact=None)
    seen: list[UUID] = []
    after = None
    while True:
        with world.register.open(world.actor, MANAGING) as processing:
            page = list_attachments(processing, person, after=after, limit=2)
        seen += [one.id for one in page.attachments]
        after = page.next
        if after is None:
            break
    assert (len(seen), set(seen)) == (5, ours)
    with world.register.open(world.actor, MANAGING) as processing:
        (told,) = list_attachments(processing, None, limit=2).attachments
    assert (told.id, told.kind, told.contact, told.size) == (nobodys, Kind.UNDERTAKING, None, len(PLAIN_PDF))
    assert (told.media_type, told.state, told.due_on, told.created_at) == (PDF, State.KEPT, None, NOW)


def test_attachments_open_after_their_keys_were_wrapped_anew(world: World, person: PersonId) -> None:
    form, promise = added(world, BIG, contact=person), added(world, kind=Kind.UNDERTAKING, contact=None)
    rotate_kek(world.register, world.installation.provider, world.actor, lambda: None)
    assert content_of(world, form) == BIG
    assert content_of(world, promise) == PLAIN_PDF


def test_removing_what_concerns_nobody_shreds_its_key(world: World, person: PersonId) -> None:
    form, promise = added(world, contact=person), added(world, kind=Kind.UNDERTAKING, contact=None)
    with world.register.open(world.actor, MANAGING) as processing:
        assert remove_attachments(processing, [promise, promise]) == 1
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT compartment FROM keys.person_key ORDER BY 1") == [(1,), (2,)]
    assert content_of(world, form) == PLAIN_PDF
