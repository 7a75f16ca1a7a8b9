"""Exports that join several rooms: who consulted a file and in which role, what is expected, what was objected to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.staff.lookup import roles_by_id
from audit.consultations import Consultation, consultations_of
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.export import ExportedOpposition, export_oppositions
from consent.oppositions import forms
from contacts.export import export_contacts
from crypto.person_keys import subject_references
from kernel.actor import ActorKind
from kernel.identity import PersonId
from keys.create import Compartment
from keys.open import open_person_keys
from outreach.awaited import export_awaited
from outreach.listing import export_interactions

_REFERENCE = "audit:reference"


@dataclass(frozen=True, slots=True)
class Consulted:
    """What was done with a person's file, and the role of whoever did it."""

    what: Consultation
    role: str


def export_log(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[Consulted]]:
    """Return who did what with these persons' files, by role, oldest first; noted.

    The log knows a person by a reference made with the contact's key: once that is shredded, nothing is found.
    """
    keys = open_person_keys(processing, persons, Compartment.CONTACT)
    roles = roles_by_id(processing)
    found = {person: _consulted(processing, person, key, roles) for person, key in keys.items()}
    counts = {"person_key.read": len(keys), "staff_account.read": len(roles)}
    processing.note(Note(event=Event.LOG_READ, counts=counts))
    return {person: told for person, told in found.items() if told}


def export_outreach(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[Any]]:
    """Return interactions of these persons, then the sends that are still awaited."""
    happened, awaited = export_interactions(processing, persons), export_awaited(processing, persons)
    return {person: [*happened.get(person, ()), *awaited.get(person, ())] for person in {*happened, *awaited}}


def oppositions_of(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[ExportedOpposition]]:
    """Return the oppositions that these persons' own data lead to."""
    contacts = export_contacts(processing, persons)
    data = {person: [(d.field, d.value) for d in one[0].shown.data] for person, one in contacts.items()}
    found = {person: export_oppositions(processing, forms(told)) for person, told in data.items()}
    return {person: told for person, told in found.items() if told}


def _consulted(processing: Processing, person: PersonId, key: bytes, roles: dict[str, str]) -> list[Consulted]:
    living = processing.keys.reading(_REFERENCE)
    references = [subject_references(one, [(person.bytes, key)])[0] for one in living]
    return [Consulted(one, _role(one, roles)) for one in consultations_of(processing, references)]


def _role(one: Consultation, roles: dict[str, str]) -> str:
    """Return the role of a member of staff, or the kind of actor; the account of who left may be gone."""
    return roles.get(one.actor_id, one.actor_kind) if one.actor_kind == ActorKind.STAFF else one.actor_kind
