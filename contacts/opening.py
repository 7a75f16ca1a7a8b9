"""Open sealed contacts: unwrap their keys, open exactly the fields asked for, and name the person for the log."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from audit.processing import Processing
from crypto.person_keys import subject_references, unwrap_person_keys
from crypto.record import obtained_date, open_values
from kernel.errors import Unopenable
from kernel.identity import PersonId
from keys.create import Compartment
from policy.draft import Datum

REFERENCE = "audit:reference"


class Disclosed(NamedTuple):
    """One datum opened: field, value, and where and when it was obtained."""

    field: str
    value: str
    origin: int
    obtained_on: date
    slot: int

    def __repr__(self) -> str:
        """Show which field it is, never the value."""
        return f"Disclosed(field={self.field!r}, origin={self.origin})"


class OpenedContact(NamedTuple):
    """A sealed row with its key unwrapped."""

    row: Any
    key: bytes

    def __repr__(self) -> str:
        """Show whom it is about, and nothing of them."""
        return f"OpenedContact({self.row.id})"

    @property
    def person(self) -> PersonId:
        """Return the contact's id."""
        return PersonId(self.row.id)


def unwrap(processing: Processing, rows: Sequence[Any]) -> list[OpenedContact]:
    """Unwrap the person key of each row."""
    compartment = Compartment.CONTACT.value
    keys = unwrap_person_keys(
        processing.keys,
        [(row.id.bytes, compartment, row.generation, row.kek_version, row.wrapped) for row in rows],
    )
    return [OpenedContact(row, key) for row, key in zip(rows, keys, strict=True)]


def unwrap_openable(processing: Processing, rows: Sequence[Any]) -> list[OpenedContact]:
    """Unwrap the keys that open: a spoilt one keeps its person from being named, and nobody else from anything."""
    try:
        return unwrap(processing, rows)
    except Unopenable:
        return [] if len(rows) == 1 else [one for row in rows for one in unwrap_openable(processing, [row])]


def references(processing: Processing, contacts: Sequence[OpenedContact]) -> list[bytes]:
    """Return the persons' references for the log; they die with the persons' keys."""
    return references_of(processing, [(one.row.id.bytes, one.key) for one in contacts])


def references_of(processing: Processing, persons: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    """Return references for (person id, person key) pairs."""
    return subject_references(processing.keys.active(REFERENCE), persons)


def disclose(
    processing: Processing,
    contact: OpenedContact,
    names: Mapping[int, str],
    codes: Collection[int] | None,
) -> list[Disclosed]:
    """Open the fields of these codes, or all, in their order."""
    row = contact.row
    chosen, values = open_values(
        contact.key,
        campaign=processing.campaign.bytes,
        person=row.id.bytes,
        revision=row.revision,
        record=row.record,
        codes=codes,
    )
    told = map(names.__getitem__, chosen.codes)
    days = map(obtained_date, chosen.obtained)
    return list(map(Disclosed, told, map(bytes.decode, values), chosen.origins, days, chosen.slots))


def disclose_openable(
    processing: Processing, contact: OpenedContact, names: Mapping[int, str], codes: Collection[int] | None
) -> list[Disclosed]:
    """Open fields, or nothing of a record that does not open: a spoilt one keeps nobody from their rights."""
    try:
        return disclose(processing, contact, names, codes)
    except Unopenable:
        return []


def data_of(disclosed: Sequence[Disclosed]) -> tuple[Datum, ...]:
    """Return names and values only."""
    return tuple((one.field, one.value) for one in disclosed)
