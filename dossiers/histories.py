"""What happened: agreements with the notice shown, messages and visits, and who consulted the file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from attachments.view import Attachment
from audit.processing import Processing
from consent.export import ExportedConsents, ExportedOpposition
from consent.listing import EvidenceView
from dossiers.gather import plain
from dossiers.words import channel_label, field_label, labelled, pair, purpose_label, role_label
from holdings.exports import Consulted
from messages.letter import Letter
from notices.publish import published_notices
from outreach.awaited import Sending
from outreach.listing import Interaction
from outreach.messages import list_messages
from outreach.words import IN_PERSON


def consents(processing: Processing, found: Sequence[ExportedConsents]) -> dict[str, Any]:
    """Return the history of consent, where it stands, and the notices shown, each with its text."""
    evidence = [one for held in found for one in held.evidence]
    shown = {one.notice for one in evidence if one.notice}
    notices = [one for one in published_notices(processing) if str(one.number) in shown]
    standings = [one for held in found for one in held.standings]
    return {
        "evidence": [_evidence(processing, one) for one in evidence],
        "standings": [
            {
                "purpose": _purpose(processing, one.purpose),
                "channel": _channel(processing, one.channel),
                "status": labelled("statuses", one.status),
                "detail": plain(one),
            }
            for one in standings
        ],
        "samples": [{"cohort": cohort, "finding": finding} for held in found for cohort, finding in held.samples],
        "notices": [
            {
                "version": str(one.number),
                "published_on": one.published_at.date().isoformat(),
                "sha256": one.sha256,
                "text": pair(one.text),
            }
            for one in notices
        ],
    }


def _evidence(processing: Processing, one: EvidenceView) -> dict[str, Any]:
    return {
        "at": one.occurred_at.isoformat(),
        "action": labelled("actions", one.action),
        "purpose": _purpose(processing, one.purpose),
        "channel": _channel(processing, one.channel),
        "method": labelled("methods", one.method),
        "notice": one.notice,
        "archived_until": plain(one.due_on),
        "detail": plain(one),
    }


def oppositions(processing: Processing, found: Sequence[ExportedOpposition]) -> list[dict[str, Any]]:
    """Return what fingerprints are kept of the person, so that nobody writes again."""
    return [
        {
            "on": one.on.isoformat(),
            "kind": {"code": one.kind, "label": pair(field_label(one.kind))},
            "purpose": _purpose(processing, one.purpose),
            "channel": _channel(processing, one.channel),
        }
        for one in found
    ]


def communications(processing: Processing, found: Sequence[Interaction | Sending]) -> dict[str, Any]:
    """Return what was sent and answered, what is expected, and visits and calls, in the order they happened."""
    titles = {one.id: one.title for one in list_messages(processing)}
    happened = [one for one in found if isinstance(one, Interaction)]
    expected = [one for one in found if isinstance(one, Sending)]
    return {
        "communications": [
            *(_interaction(processing, one, titles) for one in happened if one.kind not in IN_PERSON),
            *(_expected(processing, one, titles) for one in expected),
        ],
        "visits": [_interaction(processing, one, titles) for one in happened if one.kind in IN_PERSON],
    }


def _interaction(processing: Processing, one: Interaction, titles: dict[Any, str]) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "kind": labelled("kinds", one.kind.value),
        "channel": _channel(processing, one.channel.value),
        "outcome": None if one.outcome is None else labelled("outcomes", one.outcome.value),
        "message": None if one.message_kind is None else labelled("messages", one.message_kind.value),
        "title": None if one.message is None else titles.get(one.message),
        "recorded_at": one.recorded_at.isoformat(),
        "role": {"code": one.role, "label": pair(role_label(one.role))},
    }


def _expected(processing: Processing, one: Sending, titles: dict[Any, str]) -> dict[str, Any]:
    return {
        "at": one.expires_at.isoformat(),
        "kind": labelled("kinds", "expected"),
        "channel": _channel(processing, one.channel.value),
        "outcome": None,
        "message": labelled("messages", one.kind.value),
        "title": None if one.message is None else titles.get(one.message),
        "recorded_at": None,
        "role": None,
    }


def waiting(found: Sequence[Letter]) -> list[dict[str, Any]]:
    """Return the messages that are on their way."""
    return [{"medium": one.medium, "to": one.to, "subject": one.subject, "text": one.text} for one in found]


def attachments(found: Sequence[Attachment]) -> list[dict[str, Any]]:
    """Return what papers there are; the papers themselves are enclosed."""
    return [
        {
            "id": str(one.id),
            "kind": labelled("attachments", one.kind.value),
            "media_type": one.media_type,
            "size": one.size,
            "added_at": one.created_at.isoformat(),
            "archived_until": plain(one.due_on),
        }
        for one in found
    ]


def consultations(processing: Processing, found: Sequence[Consulted], begins: datetime | None) -> dict[str, Any]:
    """Return who did what with the file, and which period the log covers; nobody of the staff is named."""
    months = processing.edition.retention["log"].months
    return {
        "first": (begins or processing.at).isoformat(),
        "last": processing.at.isoformat(),
        "months": months,
        "entries": [_consultation(processing, one) for one in found],
    }


def _consultation(processing: Processing, one: Consulted) -> dict[str, Any]:
    what = one.what
    return {
        "at": what.at.isoformat(),
        "event": labelled("events", what.event),
        "outcome": what.outcome,
        "role": {"code": one.role, "label": pair(role_label(one.role))},
        "purpose": _purpose(processing, what.purpose),
        "fields": [{"field": name, "label": pair(field_label(name))} for name in what.fields],
        "recipient": plain(what.recipient),
    }


def _purpose(processing: Processing, code: str) -> dict[str, Any]:
    return {"code": code, "label": pair(purpose_label(processing.edition, code))}


def _channel(processing: Processing, code: str) -> dict[str, Any]:
    return {"code": code, "label": pair(channel_label(processing.edition, code))}
