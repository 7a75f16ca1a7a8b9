"""Who received a person's data: the systems whose ids the contact bears, and the recipients of exports."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from audit.consultations import exports_of
from audit.processing import Processing
from campaigns.recipients import RecipientView, list_recipients
from contacts.outside import outside_of
from kernel.identity import PersonId


@dataclass(frozen=True, slots=True)
class Received:
    """One recipient of one person's data, and the ids under which it knows the person: its own and no other."""

    person: PersonId
    name: str
    registered: RecipientView | None
    ids: tuple[str, ...] = field(repr=False)


def recipients_of(processing: Processing, persons: Sequence[PersonId], *, locked: bool = False) -> list[Received]:
    """Return the recipients of these persons' data, person by person; the log tells of exports for its period.

    A system that gave us its id has the person; one that is registered under that name is told as it wishes to be.
    Whoever got an export knows the person by the contact's id, which is the file's first column.
    """
    outside = outside_of(processing, persons, locked=locked)
    persons_by_reference = {one.reference: one.person for one in outside}
    exports = _exports(processing, list(persons_by_reference))
    if not exports and not any(one.external for one in outside):
        return []
    registered = list_recipients(processing)
    by_name = {one.name.casefold(): one for one in registered}
    by_id = {one.id: one for one in registered}
    found: dict[tuple[PersonId, str], tuple[RecipientView | None, list[str]]] = {}
    for one in outside:
        for system, identifier in one.external:
            known = by_name.get(system.casefold())
            name = system if known is None else known.name
            found.setdefault((one.person, name), (known, []))[1].append(identifier)
    for reference, recipient in exports:
        known, person = by_id.get(recipient), persons_by_reference[reference]
        if known is not None:
            ids = found.setdefault((person, known.name), (known, []))[1]
            ids += [] if str(person) in ids else [str(person)]
    return [Received(person, name, known, tuple(ids)) for (person, name), (known, ids) in found.items()]


def _exports(processing: Processing, references: Sequence[bytes]) -> list[tuple[bytes, UUID]]:
    return list(dict.fromkeys((one.reference, one.recipient) for one in exports_of(processing, references)))
