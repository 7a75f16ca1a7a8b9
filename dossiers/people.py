"""Who received a person's data, what leaves the European Economic Area, and how long each thing is kept."""

from collections.abc import Mapping
from typing import Any

from audit.consultations import Exported
from audit.processing import Processing
from campaigns.recipients import list_recipients
from contacts.export import ExportedContact
from dossiers.words import field_label, pair
from kernel.identity import PersonId
from notices.disclosures import transfers_fact
from policy.notice import Told
from recipients.received import recipients_of

_LINES = ("interaction", "consent_proof", "opposition", "log")
"""Lines of the schedule that hold for everybody, beside that of the person's category."""


def recipients(processing: Processing, person: PersonId) -> list[dict[str, Any]]:
    """Name whoever received the person's data, and whoever is registered to (CJEU, C-154/21): by name, not by kind."""
    received = recipients_of(processing, [person])
    told = [
        {
            "name": one.name,
            "country": None if one.registered is None else one.registered.hosting,
            "received": True,
            "known_as": list(one.ids),
            "exports": [_export(left) for left in one.exports],
        }
        for one in received
    ]
    names = {one.name for one in received}
    living = (one for one in list_recipients(processing) if one.ended_on is None or one.ended_on > processing.today)
    return told + [
        {"name": one.name, "country": one.hosting, "received": False, "known_as": [], "exports": []}
        for one in living
        if one.name not in names
    ]


def _export(left: Exported) -> dict[str, Any]:
    """Tell which export held the person, when, and with which fields."""
    fields = [{"field": name, "label": pair(field_label(name))} for name in left.fields]
    return {"export": None if left.export is None else str(left.export), "at": left.at.isoformat(), "fields": fields}


def transfers(processing: Processing) -> dict[str, str]:
    """Say what leaves the European Economic Area, and on which basis."""
    told = transfers_fact(processing)
    return pair(Told("Cela reste à établir.", "This remains to be established.") if told is None else told)


def retention(processing: Processing, contact: ExportedContact) -> list[dict[str, Any]]:
    """Say how long the contact is kept, and what stands beside it."""
    edition = processing.edition
    own = edition.categories[contact.shown.category or ""].retention
    due: Mapping[str, str | None] = {own: None if contact.shown.due_on is None else contact.shown.due_on.isoformat()}
    lines = []
    for name in (own, *_LINES):
        rule, row = edition.rules[f"retention.{name}"], edition.retention[name]
        lines.append(
            {
                "line": name,
                "label": pair(Told(rule.label_fr, rule.label_en)),
                "until": due.get(name),
                "months": row.months + row.archive_months,
                "days": row.days,
                "after": pair(Told(row.after_fr, row.after_en)),
            }
        )
    return lines
