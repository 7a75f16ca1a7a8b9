"""Reveal contacts: the fields a purpose discloses, never all, and a note for every person shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import RESTITUTION, field_names
from contacts.opening import Disclosed, OpenedContact, disclose, references, unwrap
from contacts.reach import PLACE, readable, tells_standing
from contacts.store.records import read_contacts
from contacts.vocabulary import CUSTOM, FIRST_CUSTOM, Vocabulary, vocabulary_of
from crypto.record import headers
from kernel.identity import PersonId
from policy.values import need_of

UNRESTRICTED_PURPOSES = frozenset({"rights_request", RESTITUTION})
"""Purposes that withhold nothing: the person's own request (GDPR art. 15, 18(2)), the return of the file (art. 28)."""
NEED = "accessibility_need"


class Withheld(StrEnum):
    """Why nothing of a contact is shown."""

    RESTRICTED = "restricted"
    EXPIRED = "expired"
    ARCHIVED = "archived"
    """In restricted archive: opened for a reason that is noted (``contacts.lasting.archive``)."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """A contact as one purpose may see it."""

    person: PersonId
    category: str | None
    commune: str | None
    polling_station: str | None
    tags: tuple[str, ...]
    flagged: bool
    revision: int
    due_on: date | None
    created_at: datetime
    updated_at: datetime
    data: tuple[Disclosed, ...]
    withheld: Withheld | None
    restricted: bool = False


def reveal_contacts(
    processing: Processing,
    persons: Sequence[PersonId],
    *,
    only: Collection[str] | None = None,
    archive: bool = True,
    event: Event = Event.CONTACT_REVEALED,
) -> list[Revealed | None]:
    """Show contacts, in order; None where there is none. The note is written before anything is returned.

    ``only`` names the fields that are needed, where that is less than the purpose discloses. Without ``archive``, what
    stands in restricted archive stays closed even for the purpose that withholds nothing: a door has no reason yet.
    ``event`` is how the log tells of it, where it is more than a look.
    """
    wanted = list(dict.fromkeys(persons))
    contacts = unwrap(processing, read_contacts(processing, wanted)) if wanted else []
    shown = {one.person: one for one in show(processing, contacts, only, archive=archive)}
    processing.note(reveal_note(processing, event, contacts, list(shown.values())))
    return [shown.get(person) for person in persons]


def show(
    processing: Processing,
    contacts: Sequence[OpenedContact],
    only: Collection[str] | None = None,
    *,
    archive: bool = True,
) -> list[Revealed]:
    """Open the fields the purpose discloses, of those that may be shown today. The caller writes the note."""
    vocabulary = _vocabulary(processing, contacts)
    may_read = readable(processing)
    codes = {code for name, code in vocabulary.codes.items() if may_read(name) and (only is None or name in only)}
    names = vocabulary.names
    tags = {number: name for name, number in vocabulary.tags.items()}
    return [_show_one(processing, one, names, codes, tags, archive=archive) for one in contacts]


def reveal_note(
    processing: Processing,
    event: Event,
    contacts: Sequence[OpenedContact],
    shown: Sequence[Revealed],
    *,
    free: dict[str, Any] | None = None,
) -> Note:
    """Tell which fields of whom were shown."""
    fields = {datum.field for one in shown for datum in one.data}
    if any(one.commune or one.polling_station for one in shown):
        fields.add(PLACE)
    return Note(
        event=event,
        counts={"contact.read": len(contacts)},
        fields=field_names(fields),
        subjects=references(processing, contacts),
        free=free,
    )


def _show_one(
    processing: Processing,
    contact: OpenedContact,
    names: dict[int, str],
    codes: set[int],
    tags: dict[int, str],
    *,
    archive: bool,
) -> Revealed:
    row = contact.row
    withheld = _withheld(processing, row, archive=archive)
    may_read = readable(processing)
    placed = withheld is None and may_read(PLACE)
    numbers = row.tag_numbers.split(",") if row.tag_numbers and withheld is None and may_read(CUSTOM) else []
    return Revealed(
        person=contact.person,
        category=row.category if withheld is None and tells_standing(processing) else None,
        commune=row.commune if placed else None,
        polling_station=row.polling_station if placed else None,
        tags=tuple(sorted(tags[int(number)] for number in numbers)),
        flagged=row.flagged,
        revision=row.revision,
        due_on=row.due_on,
        created_at=row.created_at,
        updated_at=row.updated_at,
        data=() if withheld else _current(processing, disclose(processing, contact, names, codes)),
        withheld=withheld,
        restricted=row.restricted,
    )


def _current(processing: Processing, data: Sequence[Disclosed]) -> tuple[Disclosed, ...]:
    """Leave out an accessibility need whose event is over."""
    return tuple(
        one
        for one in data
        if one.field != NEED or processing.purpose in UNRESTRICTED_PURPOSES or not _is_over(one.value, processing.today)
    )


def _is_over(need: str, today: date) -> bool:
    day = need_of(need)[1]
    return day is not None and day < today


def is_archived(row: Any, today: date) -> bool:  # noqa: ANN401 - a row
    """Tell whether a contact stands in restricted archive: out of use, and past its day."""
    return bool(row.restricted and row.due_on is not None and row.due_on < today)


def _withheld(processing: Processing, row: Any, *, archive: bool) -> Withheld | None:  # noqa: ANN401 - a row
    if processing.purpose in UNRESTRICTED_PURPOSES:
        closed = not archive and processing.purpose != RESTITUTION and is_archived(row, processing.today)
        return Withheld.ARCHIVED if closed else None
    if row.due_on is not None and row.due_on < processing.today:
        return Withheld.EXPIRED
    if row.restricted:
        return Withheld.RESTRICTED
    return None


def _vocabulary(processing: Processing, contacts: Sequence[OpenedContact]) -> Vocabulary:
    """Return the words needed: the campaign's own only if a record holds a field of its own, or a tag."""
    own = any(header.code >= FIRST_CUSTOM for one in contacts for header in headers(one.row.record))
    tagged = any(one.row.tag_numbers for one in contacts)
    return vocabulary_of(processing, custom=own, tags=tagged)
