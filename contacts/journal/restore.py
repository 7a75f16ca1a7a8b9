"""Return contacts to what they were before a job: only data that are still as the job left them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.incoming import let_in
from contacts.declare import origin_by_number
from contacts.journal.keep import clear_text, open_step
from contacts.journal.reverse import Reversed, Step, Tally
from contacts.journal.store import persons_changed, steps_of
from contacts.merge import Change, apply_changes, field_of
from contacts.opening import OpenedContact, disclose, references, unwrap
from contacts.store.records import delete_tag_pairs, lock_contacts
from contacts.vocabulary import Vocabulary, vocabulary_of
from crypto.record import Field
from kernel.identity import PersonId

_DAYS = frozenset({"due_on", "consent_from", "target_from"})


@dataclass(slots=True)
class Restored:
    """What became of contacts that a job had changed, and of their data."""

    contacts: Counter[str] = field(default_factory=Counter)
    data: Counter[str] = field(default_factory=Counter)


def changed_by(processing: Processing, job: UUID, after: PersonId | None, limit: int) -> list[PersonId]:
    """Return a page of the persons whose contacts a job changed, in the order of their ids; the reading is noted."""
    persons = persons_changed(processing, job, after, limit)
    processing.note(Note(event=Event.JOURNAL_READ, counts={"contact_journal.read": len(persons)}, job=job))
    return persons


def restore_contacts(
    processing: Processing, job: UUID, undone: Collection[UUID], persons: Sequence[PersonId]
) -> Restored:
    """Take a job's changes of these persons back; ``undone`` are jobs that were taken back before.

    What comes to light by it and was brought by one of those goes too, and so do values whose election is over. A
    contact that became something else to the campaign since stays as it is. Restrictions, refusals and evidence are
    not touched.
    """
    told = Restored()
    let_in(processing)
    contacts = unwrap(processing, lock_contacts(processing, persons)) if persons else []
    told.contacts["gone"] += len(persons) - len(contacts)
    rows = steps_of(processing, [one.person for one in contacts], {job, *undone}) if contacts else []
    steps: dict[UUID, list[Any]] = {}
    for row in rows:
        steps.setdefault(row.contact_id, []).append(row)
    vocabulary = vocabulary_of(processing, tags=False)
    changes, tags = [], []
    for one in contacts:
        change, going = _taken_back(processing, one, steps.get(one.person, []), job, vocabulary, told)
        changes += [] if change.is_empty and not going else [change]
        tags += [(one.person, number) for number in sorted(going)]
    counts = Counter(apply_changes(processing, changes).counts)
    counts.update({"contact_journal.read": len(rows), "contact.read": len(contacts)})
    counts["contact_tag.delete"] += delete_tag_pairs(processing, tags)
    announced = {Announcement.CONTACT_UPDATED: [one.contact.person for one in changes]}
    subjects = sorted(references(processing, contacts))
    note = Note(event=Event.CONTACT_RESTORED, counts=counts, subjects=subjects, job=job, announced=announced)
    processing.note(note)
    return told


def _taken_back(
    processing: Processing,
    contact: OpenedContact,
    rows: Sequence[Any],
    job: UUID,
    vocabulary: Vocabulary,
    told: Restored,
) -> tuple[Change, set[int]]:
    steps = [(row.job_id == job, open_step(processing, contact.key, row)) for row in rows]
    held = {(one.code, one.slot): one.field for one in _held(processing, contact, vocabulary)}
    kept = Reversed(list(held.values()), _clear(contact.row, [step for _, step in steps]))
    tally = Counter[str]()
    if all(step.category == contact.row.category for _, step in steps):
        for ours, step in steps:
            counted = kept.take_back(step)
            tally.update(counted._asdict() if ours else {})
    else:
        tally.update(Tally(left=sum(len(step.came) for ours, step in steps if ours))._asdict())
    kept.held = [one for one in kept.held if one in held.values() or not _is_over(processing, one)]
    told.data.update({name: count for name, count in tally.items() if count})
    change = _change(contact, held, kept, vocabulary)
    there = {int(number) for number in (contact.row.tag_numbers or "").split(",") if number}
    going = kept.tags & there
    told.contacts["left" if change.is_empty and not going else "restored"] += 1
    return change, going


def _is_over(processing: Processing, one: Field) -> bool:
    """Tell whether a value belonged to an election whose last round is past."""
    last = origin_by_number(processing, one.origin).final_round
    return last is not None and last < processing.today


@dataclass(frozen=True, slots=True)
class _Held:
    code: int
    slot: int
    field: Field


def _held(processing: Processing, contact: OpenedContact, vocabulary: Vocabulary) -> list[_Held]:
    disclosed = disclose(processing, contact, vocabulary.names, None)
    return [_Held(vocabulary.codes[one.field], one.slot, field_of(vocabulary, one)) for one in disclosed]


def _clear(row: Any, steps: Sequence[Step]) -> dict[str, str | None]:  # noqa: ANN401 - a row
    return {name: clear_text(getattr(row, name)) for step in steps for name in step.clear}


def _change(
    contact: OpenedContact, held: Mapping[tuple[int, int], Field], kept: Reversed, vocabulary: Vocabulary
) -> Change:
    left = list(kept.held)
    removed = set()
    for place, one in held.items():
        if one in left:
            left.remove(one)
        else:
            removed.add(place)
    clear = {
        name: _column(name, text) for name, text in kept.clear.items() if text != clear_text(getattr(contact.row, name))
    }
    data = tuple((vocabulary.names[one.code], one.value.decode()) for one in kept.held)
    return Change(contact, frozenset(removed), left, data, clear)


def _column(name: str, text: str | None) -> date | str | None:
    return date.fromisoformat(text) if text is not None and name in _DAYS else text
