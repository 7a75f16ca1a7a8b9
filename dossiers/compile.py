"""Compile the dossier of a person (GDPR art. 15): the data and where they come from, why, who, how long, what to do.

The result is a document of plain data; ``schema.json`` describes it, and every form a dossier leaves in is made of it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.consultations import log_begins
from audit.processing import Processing
from campaigns.activation import activation_of
from campaigns.controllers import controller_named
from campaigns.sheet import campaign_sheet
from contacts.export import ExportedContact
from contacts.registries import OriginView, origins_of
from dossiers.gather import Found, gather, plain
from dossiers.histories import attachments, communications, consents, consultations, oppositions, waiting
from dossiers.people import recipients, retention, transfers
from dossiers.words import field_label, pair, purpose_label, word
from kernel.errors import NotFound
from kernel.identity import PersonId
from notices.words import word as notice_word
from policy.notice import Told

FORMAT = "isoloir dossier 1"
_KNOWN = frozenset({"contacts", "attachments", "consent", "oppositions", "messages", "interactions", "log"})
"""Holdings that have a place of their own in the document; every other one is shown as it brings its data out."""
_RIGHTS = ("rectification", "erasure", "restriction", "portability", "objection", "withdrawal", "directives")


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is kept of a person, as plain data."""

    person: PersonId
    document: Mapping[str, Any] = field(repr=False)


def compile_dossier(processing: Processing, persons: Sequence[PersonId]) -> list[Dossier]:
    """Compile the dossiers of persons, in order; every holding notes what was read of them.

    Raises NotFound where nothing is kept of somebody, Forbidden for a purpose or scopes that would leave anything out.
    """
    found = gather(processing, persons)
    if any("contacts" not in found.get(person, {}) for person in persons):
        raise NotFound("no such contact in this campaign")
    origins = {one.number: one for one in origins_of(processing)}
    return [_dossier(processing, person, found[person], origins) for person in persons]


def _dossier(processing: Processing, person: PersonId, found: Found, origins: Mapping[int, OriginView]) -> Dossier:
    (contact,) = found["contacts"]
    data = [_datum(processing, one, origins[one.origin]) for one in contact.shown.data]
    document = {
        "format": FORMAT,
        "made_at": processing.at.isoformat(),
        "subject": str(person),
        **_parties(processing),
        "data": data,
        "standing": _standing(processing, contact, origins),
        "purposes": _purposes(processing, contact.shown.category),
        "recipients": recipients(processing, person),
        "transfers": transfers(processing),
        "retention": retention(processing, contact),
        **consents(processing, found.get("consent", ())),
        "oppositions": oppositions(processing, found.get("oppositions", ())),
        **communications(processing, found.get("interactions", ())),
        "waiting": waiting(found.get("messages", ())),
        "attachments": attachments(found.get("attachments", ())),
        "others": {name: plain(told) for name, told in sorted(found.items()) if name not in _KNOWN},
        "consultations": consultations(processing, found.get("log", ()), log_begins(processing)),
        "decisions": pair(word("sections", "no_decision")),
        "rights": [{"right": one, "label": pair(word("rights", one))} for one in _RIGHTS],
        "remedies": pair(word("sections", "complain")),
    }
    return Dossier(person, document)


def _parties(processing: Processing) -> dict[str, Any]:
    sheet = campaign_sheet(processing, processing.phase)
    controllers = [
        {
            "name": one.name,
            "kind": one.kind,
            "own": one.own,
            "rights_contact": one.rights_contact,
            "officer": one.dpo_contact,
        }
        for one in sheet.controllers
        if one.ended_on is None
    ]
    if not any(one["own"] for one in controllers):  # Nobody said yet how it is reached; whose file it is is known.
        name, kind = controller_named(processing)
        controllers.insert(0, {"name": name, "kind": kind, "own": True, "rights_contact": "", "officer": ""})
    return {"campaign": {"id": str(sheet.id), "name": sheet.name}, "controllers": controllers}


def _datum(processing: Processing, one: Any, origin: OriginView) -> dict[str, Any]:  # noqa: ANN401 - a datum opened
    return {
        "field": one.field,
        "label": pair(field_label(one.field)),
        "value": readable(one.field, one.value),
        "obtained_on": one.obtained_on.isoformat(),
        "origin": _origin(processing, origin),
    }


def _origin(processing: Processing, origin: OriginView) -> dict[str, Any]:
    kind = processing.edition.origins[origin.kind]
    return {
        "number": origin.number,
        "kind": origin.kind,
        "label": pair(Told(kind.label_fr, kind.label_en)),
        "given_by_you": kind.direct,
        "obtained_on": origin.obtained_on.isoformat(),
    }


def readable(name: str, value: str) -> str:
    """Write a value as people read it: an address in a line, an id beside its system."""
    if name == "address":
        return ", ".join(str(part) for part in json.loads(value).values())
    return value.replace("\x1f", ": ")


def _standing(processing: Processing, contact: ExportedContact, origins: Mapping[int, OriginView]) -> dict[str, Any]:
    shown = contact.shown
    category = processing.edition.categories[shown.category or ""]
    return {
        "category": {"code": category.id, "label": pair(Told(category.label_fr, category.label_en))},
        "origin": _origin(processing, origins[contact.origin]),
        "commune": shown.commune,
        "polling_station": shown.polling_station,
        "tags": list(shown.tags),
        "restricted": shown.restricted,
        "flagged": shown.flagged,
        "consent_from": plain(contact.consent_from),
        "target_from": plain(contact.target_from),
        "kept_until": plain(shown.due_on),
        "recorded_at": shown.created_at.isoformat(),
        "changed_at": shown.updated_at.isoformat(),
    }


def _purposes(processing: Processing, category: str | None) -> list[dict[str, Any]]:
    """Return the purposes in use for this category of person, each with its legal basis."""
    active = activation_of(processing)
    used = processing.edition.purposes.keys() if active is None else active.purposes
    bases = {name: one.bases.get(category or "") for name, one in processing.edition.purposes.items() if name in used}
    return [
        {
            "purpose": name,
            "label": pair(purpose_label(processing.edition, name)),
            "basis": f"art. {basis}",
            "basis_label": pair(notice_word("bases", basis)),
        }
        for name, basis in bases.items()
        if basis is not None
    ]
