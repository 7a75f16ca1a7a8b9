"""Amend contacts: fields are set or removed, at the revision the caller read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import field_names
from consent.incoming import let_in
from contacts.merge import Change, apply_changes, minor_dates
from contacts.opening import Disclosed, OpenedContact, data_of, disclose, references, unwrap
from contacts.reach import STANDING, check_writable
from contacts.record import ask_the_law
from contacts.resource import unmoved
from contacts.store.records import lock_contacts
from contacts.vocabulary import Vocabulary, check_registered, vocabulary_of
from crypto.record import Field, obtained_days
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import PersonId
from policy.draft import Draft
from policy.findings import Finding, Refusal
from policy.ground import Grounded, Grounds


class StaleRevision(Conflict):
    """Say that the contact is not at the revision the caller read."""


class Restricted(Conflict):
    """Say that the contact is restricted: it is stored and not used (GDPR art. 18)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What to set and what to remove. ``draft`` holds the fields set, with their origin, and the category to have.

    A field that may hold many is replaced as a whole. A draft whose category is empty keeps the contact's.
    """

    person: PersonId
    revision: int
    draft: Draft
    removed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Amended:
    """The contact's new revision, and what the law found against parts of the amendment."""

    person: PersonId
    revision: int
    findings: tuple[Finding, ...]


def amend_contacts(processing: Processing, amendments: Sequence[Amendment]) -> list[Amended]:
    """Amend contacts, each at the revision its caller read; return the new revisions, in order.

    Refused cells are left as they were and listed. Raises NotFound, StaleRevision, Restricted, Forbidden for fields
    that the actor's scopes do not reach, and Refusal where the new category does not allow what the contact holds.
    """
    moving = {STANDING for one in amendments if one.draft.category}
    check_writable(processing, [one.draft for one in amendments], moving.union(*(one.removed for one in amendments)))
    by_person = {one.person: one for one in amendments}
    if len(by_person) != len(amendments):
        message = "a contact can be amended once at a time"
        raise Invalid(message)
    let_in(processing)
    contacts = {one.person: one for one in unwrap(processing, lock_contacts(processing, list(by_person)))}
    for one in amendments:
        _check(contacts.get(one.person), one)
    amendments = [_keeping_its_category(one, contacts[one.person]) for one in amendments]
    words = vocabulary_of(processing, tags=False)
    check_registered(words, (name for one in amendments for name, _ in one.draft.data))
    changes, grounds = _changes(processing, amendments, contacts, words)
    changed = apply_changes(processing, changes)
    counts = Counter(changed.counts) + Counter({"contact.read": len(contacts)})
    processing.note(_note(processing, amendments, list(contacts.values()), grounds, counts))
    return [
        Amended(one.person, one.revision + 1, findings)
        for one, findings in zip(amendments, grounds.findings, strict=True)
    ]


def _check(contact: OpenedContact | None, amendment: Amendment) -> None:
    if contact is None:
        message = "no such contact in this campaign"
        raise NotFound(message)
    if contact.row.revision != amendment.revision:
        message = "the contact was changed since you read it: read it again"
        raise StaleRevision(message)
    if contact.row.restricted:
        message = "the contact is restricted: release it first"
        raise Restricted(message)


def _keeping_its_category(amendment: Amendment, contact: OpenedContact) -> Amendment:
    if amendment.draft.category:
        return amendment
    return replace(amendment, draft=replace(amendment.draft, category=contact.row.category))


def _changes(
    processing: Processing,
    amendments: Sequence[Amendment],
    contacts: Mapping[PersonId, OpenedContact],
    words: Vocabulary,
) -> tuple[list[Change], Grounds]:
    held = [disclose(processing, contacts[one.person], words.names, None) for one in amendments]
    kept = [_kept(one, disclosed) for one, disclosed in zip(amendments, held, strict=True)]
    grounds = ask_the_law(processing, [one.draft for one in amendments])
    _check_categories(processing, amendments, contacts, kept)
    changes = []
    for place, one in enumerate(amendments):
        item = grounds.items[place]
        if item is None:
            raise Refusal(grounds.findings[place])
        still = unmoved(processing.edition, held[place], item.draft)
        changes.append(_change(contacts[one.person], one, item, (held[place], still), words))
    return changes, grounds


def _kept(amendment: Amendment, disclosed: Sequence[Disclosed]) -> list[Disclosed]:
    leaving = amendment.removed | {name for name, _ in amendment.draft.data}
    return [one for one in disclosed if one.field not in leaving]


def _check_categories(
    processing: Processing,
    amendments: Sequence[Amendment],
    contacts: Mapping[PersonId, OpenedContact],
    kept: Sequence[Sequence[Disclosed]],
) -> None:
    """Ask whether a new category allows what stays: nothing the person gave is dropped in silence."""
    moving = [
        replace(one.draft, data=data_of(stays), tags=())
        for one, stays in zip(amendments, kept, strict=True)
        if one.draft.category != contacts[one.person].row.category
    ]
    findings = [finding for found in ask_the_law(processing, moving).findings for finding in found]
    if findings:
        raise Refusal(findings)


def _change(
    contact: OpenedContact,
    amendment: Amendment,
    item: Grounded,
    held: tuple[Sequence[Disclosed], Sequence[Disclosed]],
    words: Vocabulary,
) -> Change:
    """Say what changes; ``held`` is what the contact holds, and which of it keeps its source though it is set again."""
    draft, (disclosed, still) = item.draft, held
    leaving = amendment.removed | {name for name, _ in draft.data}
    going = [one for one in disclosed if one.field in leaving and one not in still]
    coming = [datum for datum in draft.data if datum not in {(one.field, one.value) for one in still}]
    obtained = obtained_days(draft.origin.obtained_on)
    added = [Field(words.codes[name], draft.origin.number, obtained, value.encode()) for name, value in coming]
    stays = [(one.field, one.value) for one in disclosed if one not in going]
    removed = frozenset((words.codes[one.field], one.slot) for one in going)
    return Change(contact, removed, added, (*stays, *coming), _clear(contact, amendment, item))


def _clear(contact: OpenedContact, amendment: Amendment, item: Grounded) -> dict[str, Any]:
    draft = item.draft
    touched = {name for name, _ in draft.data} | amendment.removed
    clear: dict[str, Any] = {"category": draft.category} | minor_dates(item, touched)
    if draft.category != contact.row.category:
        clear["due_on"] = item.due
    for name in ("commune", "polling_station"):
        if getattr(draft, name) is not None:
            clear[name] = getattr(draft, name)
    return clear


def _note(
    processing: Processing,
    amendments: Sequence[Amendment],
    contacts: Sequence[OpenedContact],
    grounds: Grounds,
    counts: Counter[str],
) -> Note:
    counts.update(f"rule.{finding.rule}" for found in grounds.findings for finding in found)
    touched = {name for one in amendments for name in (*one.removed, *(name for name, _ in one.draft.data))}
    return Note(
        event=Event.CONTACT_AMENDED,
        counts=counts,
        fields=field_names(touched),
        subjects=references(processing, contacts),
        announced={Announcement.CONTACT_UPDATED: [one.person for one in amendments]},
    )
