"""Bring new data into contacts we have: datum by datum, by whose word stands; further addresses are added."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.processing import Processing
from consent.oppositions import meet_oppositions
from contacts.indexing import indexer_of, pack_values, unpack_values
from contacts.opening import Disclosed, OpenedContact
from contacts.precedence import Verdict, weigh
from contacts.resource import Source, coming_statement, held_statement
from contacts.store.index import delete_index, insert_index
from contacts.store.records import insert_tags, update_contacts
from contacts.vocabulary import Vocabulary
from crypto.record import Field, Header, amend_record, obtained_days
from kernel.errors import Conflict
from policy.draft import Datum, Draft
from policy.edition import Edition
from policy.ground import Grounded

_BRINGS = frozenset({Verdict.TAKEN, Verdict.CONFIRMED})
_STANDING = (Verdict.TAKEN, Verdict.CONFIRMED, Verdict.SAME, Verdict.KEPT_NEWER, Verdict.KEPT_OWN)


@dataclass(frozen=True, slots=True)
class Words:
    """What the numbers in a record stand for: fields and tags, and whose word each origin is."""

    vocabulary: Vocabulary
    sources: Mapping[int, Source]


@dataclass(frozen=True, slots=True)
class Change:
    """What one contact loses and gains; ``data`` is what it holds afterwards, for its index."""

    contact: OpenedContact
    removed: frozenset[tuple[int, int]]
    added: Sequence[Field]
    data: tuple[Datum, ...]
    clear: Mapping[str, Any]
    tags: Sequence[int] = ()
    """Numbers of the tags it gains."""
    gone: Sequence[Field] = ()
    """What ``removed`` takes out, as it stood."""
    kept: tuple[tuple[str, Verdict], ...] = ()
    """Fields of which another value came in, and why what was held stays as it was."""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing changes."""
        return not self.removed and not self.added and not self.clear and not self.tags


@dataclass(frozen=True, slots=True)
class Changed:
    """How many rows a set of changes touched, for the note."""

    contacts: int
    inserted: int
    deleted: int
    tags: int
    oppositions: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Return the rows touched, as a note tells them."""
        return {
            "contact.update": self.contacts,
            "contact_index.insert": self.inserted,
            "contact_index.delete": self.deleted,
            "contact_tag.insert": self.tags,
            "opposition.read": self.oppositions,
        }


def merge(
    edition: Edition,
    contact: OpenedContact,
    disclosed: Sequence[Disclosed],
    item: Grounded,
    words: Words,
) -> Change:
    """Compare what a contact holds with what came, and say what changes. A field that holds many loses none of them."""
    vocabulary, draft = words.vocabulary, item.draft
    # What the same source said before is nothing new, and nearly all that a file says again.
    known = {(one.field, one.value) for one in disclosed if one.origin == draft.origin.number}
    fresh = [datum for datum in draft.data if datum not in known]
    weighed = [(datum, *_weigh(edition, datum, disclosed, item, words.sources)) for datum in fresh]
    new = [datum for datum, verdict, _ in weighed if verdict in _BRINGS]
    leaving = [one for _, verdict, beside in weighed if verdict in _BRINGS for one in beside]
    removed = {(vocabulary.codes[one.field], one.slot) for one in leaving}
    kept = [(one.field, one.value) for one in disclosed if one not in leaving]
    obtained = obtained_days(draft.origin.obtained_on)
    added = [Field(vocabulary.codes[name], draft.origin.number, obtained, value.encode()) for name, value in new]
    return Change(
        contact,
        frozenset(removed),
        added,
        (*kept, *new),
        _moved(contact, item, brings=bool(new)) | minor_dates(item, {name for name, _ in new}),
        _new_tags(contact, draft, vocabulary),
        [field_of(vocabulary, one) for one in leaving],
        tuple((name, verdict) for (name, _), verdict, _ in weighed if verdict.keeps),
    )


def field_of(vocabulary: Vocabulary, one: Disclosed) -> Field:
    """Return a datum that is held as it would be sealed."""
    return Field(vocabulary.codes[one.field], one.origin, obtained_days(one.obtained_on), one.value.encode())


def _weigh(
    edition: Edition, datum: Datum, disclosed: Sequence[Disclosed], item: Grounded, sources: Mapping[int, Source]
) -> tuple[Verdict, Sequence[Disclosed]]:
    """Weigh a datum against what is held of it; return that too. Of a field that holds many, each value is a datum."""
    name, value = datum
    beside = [one for one in disclosed if one.field == name and (one.value == value or not is_many(edition, name))]
    coming = coming_statement(edition, value, item.draft.origin)
    verdicts = [weigh(held_statement(one, sources), coming) for one in beside]
    # Should one field hold two values all the same, what stands against the newcomer decides.
    return max(verdicts, key=_STANDING.index, default=Verdict.TAKEN), beside


def _new_tags(contact: OpenedContact, draft: Draft, vocabulary: Vocabulary) -> list[int]:
    held = {int(number) for number in (contact.row.tag_numbers or "").split(",") if number}
    return sorted({vocabulary.tags[tag] for tag in draft.tags} - held)


def is_many(edition: Edition, name: str) -> bool:
    """Tell whether a contact may hold several values of a field."""
    field = edition.fields.get(name)
    return field is not None and field.many


def apply_changes(processing: Processing, changes: Sequence[Change]) -> Changed:
    """Store changes: records amended, index values replaced. Raises Conflict if a contact changed meanwhile."""
    if not changes:
        return Changed(0, 0, 0, 0)
    indexer = indexer_of(processing.keys)
    rows, inserted, deleted = [], [], []
    # In the order in which everybody locks contacts, so that nobody waits in a circle.
    for change in sorted(changes, key=lambda one: one.contact.person.int):
        before = set(unpack_values(change.contact.row.indexes))
        after = set(indexer.indexed(change.data).stored)
        inserted += [(processing.campaign, value, change.contact.person) for value in sorted(after - before)]
        deleted += [(value, change.contact.person) for value in sorted(before - after)]
        rows.append(_row(processing, change, sorted(after), indexer.version))
    if update_contacts(processing, rows) != len(rows):
        message = "the contact was changed by somebody else meanwhile"
        raise Conflict(message)
    delete_index(processing, deleted)
    insert_index(processing, inserted)
    tags = [(processing.campaign, change.contact.person, tag) for change in changes for tag in change.tags]
    insert_tags(processing, tags)
    met = meet_oppositions(processing, [(change.contact.person, change.data) for change in changes if change.added])
    return Changed(len(rows), len(inserted), len(deleted), len(tags), met.get("opposition.read", 0))


def _row(processing: Processing, change: Change, values: Sequence[int], index_version: int) -> dict[str, Any]:
    row = change.contact.row
    record = amend_record(
        change.contact.key,
        campaign=processing.campaign.bytes,
        person=row.id.bytes,
        revision=row.revision,
        record=row.record,
        remove=lambda header: _place(header) in change.removed,
        add=change.added,
        generation=row.generation,
    )
    kept = ("category", "commune", "polling_station", "flagged", "consent_from", "target_from", "due_on")
    return {
        "b_person": row.id,
        "b_revision": row.revision,
        "b_index_version": row.index_version,
        **{name: change.clear.get(name, getattr(row, name)) for name in kept},
        "updated_at": processing.at,
        "index_version": index_version,
        "indexes": pack_values(values),
        "record": record,
    }


def _place(header: Header) -> tuple[int, int]:
    return header.code, header.slot


def minor_dates(item: Grounded, fields: Collection[str]) -> dict[str, Any]:
    """Return the days a birth date decides, where the birth date is among the fields that change."""
    return {"consent_from": item.consent_from, "target_from": item.target_from} if "birth_date" in fields else {}


def _moved(contact: OpenedContact, item: Grounded, *, brings: bool) -> dict[str, Any]:
    """Return the clear columns that the draft changes: its place, and a later day on which the contact must go.

    Only what is newly obtained, or what the person says again, has a later day: whoever else sends again what we hold
    obtains nothing. What persons did is in the evidence and among the interactions too, from which the sweep counts.
    """
    row, draft = contact.row, item.draft
    places = {"commune": draft.commune, "polling_station": draft.polling_station}
    moved: dict[str, Any] = {
        name: value for name, value in places.items() if value is not None and value != getattr(row, name)
    }
    if brings and row.due_on is not None and item.due is not None and item.due > row.due_on:
        moved["due_on"] = item.due
    return moved
