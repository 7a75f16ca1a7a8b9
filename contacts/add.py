"""Add to contacts we have what was left out of them: words put differently, or accepted by the reviewer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import field_names
from consent.incoming import let_in
from contacts.amend import Restricted
from contacts.merge import Change, Words, apply_changes, merge
from contacts.opening import OpenedContact, disclose, references, unwrap
from contacts.reach import check_writable
from contacts.record import ask_the_law
from contacts.resource import sources_of
from contacts.store.records import lock_contacts
from contacts.vocabulary import check_registered, vocabulary_of
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId
from policy.draft import Draft
from policy.findings import Finding, Refusal
from policy.ground import Grounds


@dataclass(frozen=True, slots=True)
class Addition:
    """What a contact gains: a draft of the contact's own category, whatever it says of it."""

    person: PersonId
    draft: Draft
    prolongs: bool = True
    """Whether the contact's time may begin anew with it; what others say of a person prolongs nothing."""


@dataclass(frozen=True, slots=True)
class Added:
    """The contact's revision afterwards, and what the law found against parts of the addition."""

    person: PersonId
    revision: int
    findings: tuple[Finding, ...]


def rewrite_words(processing: Processing, additions: Sequence[Addition]) -> list[Added]:
    """Add words of the actor's own in place of those that were left out. Raises Forbidden, and as adding does."""
    check_writable(processing, [one.draft for one in additions])
    return add_to_contacts(processing, additions)


def add_to_contacts(processing: Processing, additions: Sequence[Addition]) -> list[Added]:
    """Add to contacts, each once, in order; whoever calls saw to it that the actor may.

    Refused cells are left out and listed. Raises NotFound, Restricted, Invalid; Refusal for one refused whole.
    """
    contacts = {one.person: one for one in _locked(processing, additions)}
    words = Words(vocabulary_of(processing, tags=False), sources_of(processing))
    check_registered(words.vocabulary, (name for one in additions for name in one.draft.names))
    drafts = [replace(one.draft, category=contacts[one.person].row.category) for one in additions]
    grounds = ask_the_law(processing, drafts)
    changes = [
        change
        for place, one in enumerate(additions)
        if not (change := _change(processing, contacts[one.person], one, (grounds, place), words)).is_empty
    ]
    changed = apply_changes(processing, changes)
    touched = {change.contact.person for change in changes}
    counts = Counter(changed.counts) + Counter({"contact.read": len(contacts)})
    processing.note(_note(processing, drafts, list(contacts.values()), grounds, counts, sorted(touched)))
    return [
        Added(one.person, contacts[one.person].row.revision + (one.person in touched), findings)
        for one, findings in zip(additions, grounds.findings, strict=True)
    ]


def _locked(processing: Processing, additions: Sequence[Addition]) -> list[OpenedContact]:
    persons = [one.person for one in additions]
    if len(set(persons)) != len(persons):
        raise Invalid("a contact can be added to once at a time")
    let_in(processing)
    contacts = unwrap(processing, lock_contacts(processing, persons))
    if len(contacts) != len(persons):
        raise NotFound("no such contact in this campaign")
    if any(one.row.restricted for one in contacts):
        raise Restricted("the contact is restricted: release it first")
    return contacts


def _change(
    processing: Processing, contact: OpenedContact, one: Addition, found: tuple[Grounds, int], words: Words
) -> Change:
    grounds, place = found
    item = grounds.items[place]
    if item is None:
        raise Refusal(grounds.findings[place])
    disclosed = disclose(processing, contact, words.vocabulary.names, None)
    change = merge(processing.edition, contact, disclosed, item, words)
    if one.prolongs:
        return change
    return replace(change, clear={name: value for name, value in change.clear.items() if name != "due_on"})


def _note(
    processing: Processing,
    drafts: Sequence[Draft],
    contacts: Sequence[OpenedContact],
    grounds: Grounds,
    counts: Counter[str],
    touched: Sequence[PersonId],
) -> Note:
    counts.update(f"rule.{finding.rule}" for found in grounds.findings for finding in found)
    return Note(
        event=Event.CONTACT_AMENDED,
        counts=counts,
        fields=field_names(name for draft in drafts for name in draft.names),
        subjects=references(processing, contacts),
        announced={Announcement.CONTACT_UPDATED: list(touched)},
    )
