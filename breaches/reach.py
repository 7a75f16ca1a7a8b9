"""Whom a breach reached, and with which fields: told by the log, from a client, a member of staff, a time or an export.

An entry names persons by references that are made with their keys: they are made again for everybody who is here and
compared. Who was erased since can be counted, and named no more.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.disclosures import Disclosure, disclosures_between
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.lasting.named import page_of_references
from kernel.errors import Invalid
from kernel.identity import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """What leaked: all that was shown within a time, or of it what one actor was shown, or one export."""

    since: datetime
    until: datetime
    actor: str | None = None
    job: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Whom it reached: each person here with the fields shown, and how many more whom nobody can name any more."""

    persons: Mapping[PersonId, tuple[str, ...]]
    erased: int
    entries: int
    fields: Mapping[str, int]
    """How many persons each field was shown of."""


def find_reached(processing: Processing, leak: Leak) -> Reached:
    """Find out whom a leak reached. Raises Invalid for a time that ends before it begins."""
    if leak.until < leak.since:
        message = "a window of time begins before it ends"
        raise Invalid(message)
    shown, entries = _shown(disclosures_between(processing, leak.since, leak.until, actor=leak.actor, job=leak.job))
    persons: dict[PersonId, tuple[str, ...]] = {}
    after: PersonId | None = None
    while shown:
        page = page_of_references(processing, after)
        persons |= {person: tuple(sorted(shown[name])) for person, name in page if name in shown}
        if not page:
            break
        after = page[-1][0]
    counts = {**processing.reads()}
    processing.note(Note(event=Event.BREACH_ANALYSED, counts=counts, free={"persons": len(persons)}))
    fields = Counter(field for told in persons.values() for field in told)
    return Reached(
        persons=persons, erased=len(shown) - len(persons), entries=entries, fields=dict(sorted(fields.items()))
    )


def _shown(disclosures: Collection[Disclosure]) -> tuple[dict[bytes, set[str]], int]:
    shown: dict[bytes, set[str]] = {}
    for one in disclosures:
        for subject in one.subjects:
            shown.setdefault(subject, set()).update(one.fields)
    return shown, len(disclosures)


def persons_of(reached: Reached) -> Sequence[PersonId]:
    """Return whom a leak reached, in the order of their ids."""
    return sorted(reached.persons)
