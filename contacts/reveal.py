"""Reveal contacts: the fields a purpose discloses, never all, and a note for every person shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import structlog

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import RESTITUTION, field_names
from contacts.opening import Disclosed, OpenedContact, disclose, references, unwrap, unwrap_openable
from contacts.reach import PLACE, readable, tells_standing
from contacts.store.records import read_contacts
from contacts.vocabulary import CUSTOM, FIRST_CUSTOM, Vocabulary, vocabulary_of
from crypto.layout import highest_code
from kernel.errors import Unopenable
from kernel.identity import PersonId
from policy.values import need_of

UNRESTRICTED_PURPOSES = frozenset({"rights_request", RESTITUTION})
"""Purposes that withhold nothing: the person's own request (GDPR art. 15, 18(2)), the return of the file (art. 28)."""
NEED = "accessibility_need"

events = structlog.get_logger("contacts")


class Withheld(StrEnum):
    """Why nothing of a contact is shown."""

    RESTRICTED = "restricted"
    EXPIRED = "expired"
    ARCHIVED = "archived"
    """In restricted archive: opened for a reason that is noted (``contacts.lasting.archive``)."""


class Revealed(NamedTuple):
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
    unopened: list[PersonId] | None = None,
) -> list[Revealed | None]:
    """Show contacts, in order; None where there is none. The note is written before anything is returned.

    ``only`` names the fields that are needed, where that is less than the purpose discloses. Without ``archive``, what
    stands in restricted archive stays closed even for the purpose that withholds nothing: a door has no reason yet.
    ``event`` is how the log tells of it, where it is more than a look. Who does not open is put into ``unopened`` and
    told of by an entry of their own, while the others are shown; without it, raises Unopenable.
    """
    wanted = list(dict.fromkeys(persons))
    rows = read_contacts(processing, wanted) if wanted else []
    try:
        contacts = unwrap(processing, rows)
        found = show(processing, contacts, only, archive=archive)
    except Unopenable:
        if unopened is None:
            raise
        contacts, found = _one_by_one(processing, rows, only, archive=archive)
        _tell_unopened(processing, rows, contacts, unopened)
    note = reveal_note(processing, event, contacts, found)
    processing.note(replace(note, counts={"contact.read": len(rows)}))
    shown = {one.person: one for one in found}
    return [shown.get(person) for person in persons]


def _one_by_one(
    processing: Processing, rows: Sequence[Any], only: Collection[str] | None, *, archive: bool
) -> tuple[list[OpenedContact], list[Revealed]]:
    """Open what opens."""
    contacts, found = [], []
    for one in unwrap_openable(processing, rows):
        try:
            found += show(processing, [one], only, archive=archive)
        except Unopenable:
            continue
        contacts.append(one)
    return contacts, found


def _tell_unopened(
    processing: Processing, rows: Sequence[Any], contacts: Sequence[OpenedContact], unopened: list[PersonId]
) -> None:
    """Name in the log whose record was spoilt, and raise the alarm in the technical one, which names nobody."""
    opened = {one.person for one in contacts}
    left = [PersonId(row.id) for row in rows if PersonId(row.id) not in opened]
    unopened += left
    processing.note(Note(event=Event.CONTACT_UNOPENED, counts={}, free={"contacts": " ".join(map(str, left))}))
    events.error("contact_unopened", campaign=processing.campaign, rows=len(left))


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
    told = {name for name in vocabulary.codes if may_read(name) and (only is None or name in only)}
    unrestricted = processing.purpose in UNRESTRICTED_PURPOSES
    view = _View(
        processing=processing,
        names=vocabulary.names,
        codes=frozenset(vocabulary.codes[name] for name in told),
        tags={number: name for name, number in vocabulary.tags.items()},
        placed=may_read(PLACE),
        tagged=may_read(CUSTOM),
        standing=tells_standing(processing),
        passing=NEED in told and not unrestricted,
        archive=archive,
        today=processing.today,
        unrestricted=unrestricted,
    )
    return [_show_one(view, one) for one in contacts]


def reveal_note(
    processing: Processing,
    event: Event,
    contacts: Sequence[OpenedContact],
    shown: Sequence[Revealed],
    *,
    free: dict[str, Any] | None = None,
    named: Sequence[OpenedContact] | None = None,
) -> Note:
    """Tell which fields of whom were shown; ``named`` are the contacts to name, where those are not all."""
    fields = {datum.field for one in shown for datum in one.data}
    if any(one.commune or one.polling_station for one in shown):
        fields.add(PLACE)
    return Note(
        event=event,
        counts={"contact.read": len(contacts)},
        fields=field_names(fields),
        subjects=references(processing, contacts if named is None else named),
        free=free,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What a purpose may see of any contact, asked once for many."""

    processing: Processing
    names: dict[int, str]
    codes: frozenset[int]
    tags: dict[int, str]
    placed: bool
    tagged: bool
    standing: bool
    passing: bool
    """Whether a datum is shown that passes by itself with its event."""
    archive: bool
    today: date
    unrestricted: bool
    """Whether the purpose withholds nothing."""


def _show_one(view: _View, contact: OpenedContact) -> Revealed:
    row = contact.row
    withheld = _withheld(view, row)
    shown = withheld is None
    placed = shown and view.placed
    numbers = row.tag_numbers.split(",") if row.tag_numbers and shown and view.tagged else ()
    data = disclose(view.processing, contact, view.names, view.codes) if shown else ()
    return Revealed(
        person=PersonId(row.id),
        category=row.category if shown and view.standing else None,
        commune=row.commune if placed else None,
        polling_station=row.polling_station if placed else None,
        tags=tuple(sorted([view.tags[int(number)] for number in numbers])) if numbers else (),
        flagged=row.flagged,
        revision=row.revision,
        due_on=row.due_on,
        created_at=row.created_at,
        updated_at=row.updated_at,
        data=_current(data, view.today) if view.passing else tuple(data),
        withheld=withheld,
        restricted=row.restricted,
    )


def _current(data: Sequence[Disclosed], today: date) -> tuple[Disclosed, ...]:
    """Leave out an accessibility need whose event is over."""
    return tuple([one for one in data if one.field != NEED or not _is_over(one.value, today)])


def _is_over(need: str, today: date) -> bool:
    day = need_of(need)[1]
    return day is not None and day < today


def is_archived(row: Any, today: date) -> bool:  # noqa: ANN401 - a row
    """Tell whether a contact stands in restricted archive: out of use, and past its day."""
    return bool(row.restricted and row.due_on is not None and row.due_on < today)


def _withheld(view: _View, row: Any) -> Withheld | None:  # noqa: ANN401 - a row
    if view.unrestricted:
        closed = not view.archive and view.processing.purpose != RESTITUTION and is_archived(row, view.today)
        return Withheld.ARCHIVED if closed else None
    due = row.due_on
    if due is not None and due < view.today:
        return Withheld.EXPIRED
    return Withheld.RESTRICTED if row.restricted else None


def _vocabulary(processing: Processing, contacts: Sequence[OpenedContact]) -> Vocabulary:
    """Return the words needed: the campaign's own only if a record holds a field of its own, or a tag."""
    own = any(highest_code(one.row.record) >= FIRST_CUSTOM for one in contacts)
    tagged = any(one.row.tag_numbers for one in contacts)
    return vocabulary_of(processing, custom=own, tags=tagged)
