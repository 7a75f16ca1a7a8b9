"""Who received a person's data: the systems whose ids the contact bears, and the recipients of exports."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from audit.consultations import Exported, exports_of
from audit.processing import Processing
from campaigns.recipients import RecipientView, list_recipients
from contacts.outside import outside_of
from files.exports.show import exports_never_collected
from kernel.identity import PersonId


@dataclass(frozen=True, slots=True)
class Received:
    """One recipient of one person's data, and the ids under which it knows the person: its own and no other."""

    person: PersonId
    name: str
    registered: RecipientView | None
    ids: tuple[str, ...] = field(repr=False)
    exports: tuple[Exported, ...] = ()
    """The exports by which it got them, chunk by chunk, oldest first."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Who received the data of persons, and the exports that hold them."""

    received: list[Received]
    exports: frozenset[UUID]


def recipients_of(processing: Processing, persons: Sequence[PersonId]) -> list[Received]:
    """Return the recipients of these persons' data, person by person; the log tells of exports for its period.

    A system that gave us its id has the person; one that is registered under that name is told as it wishes to be.
    Whoever got an export knows the person by the contact's id, which is the file's first column.
    """
    return reached_by(processing, persons).received


def reached_by(processing: Processing, persons: Sequence[PersonId], *, locked: bool = False) -> Reached:
    """Return the recipients of these persons' data, and the exports that hold them."""
    outside = outside_of(processing, persons, locked=locked)
    persons_by_reference = {one.reference: one.person for one in outside}
    exports = exports_of(processing, list(persons_by_reference))
    if not exports and not any(one.external for one in outside):
        return Reached([], frozenset())
    holding = frozenset(one.export for one in exports if one.export is not None)
    waiting = exports_never_collected(processing, holding)
    registered = list_recipients(processing)
    by_name = {one.name.casefold(): one for one in registered}
    by_id = {one.id: one for one in registered}
    found: dict[tuple[PersonId, str], _Found] = {}
    for one in outside:
        for system, identifier in one.external:
            known = by_name.get(system.casefold())
            name = system if known is None else known.name
            found.setdefault((one.person, name), _Found(known)).ids.append(identifier)
    for left in exports:
        known, person = by_id.get(left.recipient), persons_by_reference[left.reference]
        if known is not None and left.export not in waiting:
            found.setdefault((person, known.name), _Found(known)).add(person, left)
    told = [
        Received(person, name, one.registered, tuple(one.ids), tuple(sorted(one.exports, key=lambda left: left.at)))
        for (person, name), one in found.items()
    ]
    return Reached(told, holding)


@dataclass(slots=True)
class _Found:
    """What is known so far of one recipient of one person's data."""

    registered: RecipientView | None
    ids: list[str] = field(default_factory=list)
    exports: list[Exported] = field(default_factory=list)

    def add(self, person: PersonId, left: Exported) -> None:
        """Take in an export that held the person."""
        self.ids += [] if str(person) in self.ids else [str(person)]
        self.exports.append(left)
