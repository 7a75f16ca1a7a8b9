"""Keep the register of breaches: opened when known, completed step by step, notified, closed; each step is noted."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from breaches.store import breaches_of, change_breach, delete_closed, find_breach, insert_breach, is_any_closed
from campaigns.words import told
from kernel.database import Transaction
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import CampaignId, random_uuid
from policy.breach import KEYS_SAFE, Deadline, deadline_of, may_claim_encryption
from policy.edition import Edition
from policy.retention import add_months

LINE = "breach_register"
SEVERAL = ("nature", "data", "persons", "impacts")
ONE = ("origin", "cause", "severity", "way", "informed")
TEXTS = (
    *("discovered", "late_reason", "measures_before", "consequences", "measures_after", "organisations"),
    *("informed_text", "cross_border", "cnil_number", "complaint"),
)
INSTANTS = ("begun_at", "ended_at", "informed_at")
COUNTS = ("approximate_persons", "approximate_records", "informed_persons")
KINDS = ("initial", "complementary", "complete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A breach as the register tells it."""

    id: UUID
    opened_at: datetime
    aware_at: datetime
    told: Mapping[str, Any]
    role: str
    notified_at: datetime | None
    closed_at: datetime | None
    deadline: Deadline


def open_breach(processing: Processing, aware_at: datetime, form: Mapping[str, Any]) -> UUID:
    """Open a breach, whatever is known of it; the clock runs from ``aware_at``. Raises Invalid."""
    if aware_at > processing.at:
        message = "a breach became known at an instant that is not to come"
        raise Invalid(message)
    breach = random_uuid()
    values = {"id": breach, "opened_at": processing.at, "aware_at": aware_at, "role": processing.actor.role}
    told_of = json.dumps(checked(form), ensure_ascii=False, sort_keys=True)
    insert_breach(processing, {**values, "told": told_of, "updated_at": processing.at})
    _note(processing, Event.BREACH_OPENED, {"breach.insert": 1}, breach)
    return breach


def complete_breach(processing: Processing, breach: UUID, form: Mapping[str, Any]) -> Breach:
    """Tell more of a breach; what is not named stays. Raises NotFound, Conflict once it is closed, Invalid."""
    found = _present(processing, breach)
    merged = checked({**found.told, **form})
    _change(processing, breach, {"told": json.dumps(merged, ensure_ascii=False, sort_keys=True)})
    _note(processing, Event.BREACH_COMPLETED, {"breach.update": 1}, breach, fields=sorted(form))
    return _found(processing, breach)


def notify_breach(processing: Processing, breach: UUID, at: datetime, kind: str) -> Breach:
    """Record that the CNIL was notified. Raises Invalid where it was late and no reason is told (art. 33(1))."""
    found = _present(processing, breach)
    if kind not in KINDS or not found.aware_at <= at <= processing.at:
        message = f"a notification is {', '.join(KINDS)}, and was sent between the discovery and now"
        raise Invalid(message)
    if deadline_of(processing.edition, found.aware_at, at).is_over and not found.told.get("late_reason"):
        message = "the notification is late: tell the reason first (GDPR art. 33(1))"
        raise Invalid(message)
    first = at if found.notified_at is None else found.notified_at
    _change(processing, breach, {"notified_at": first})
    _note(processing, Event.BREACH_NOTIFIED, {"breach.update": 1}, breach, fields=[kind])
    return _found(processing, breach)


def close_breach(processing: Processing, breach: UUID) -> Breach:
    """Close a breach: whether persons were informed must be told. Raises Conflict, NotFound."""
    found = _present(processing, breach)
    if found.told.get("informed") in {None, "soon"}:
        message = "tell first whether the persons were informed, or why not (GDPR art. 34)"
        raise Conflict(message)
    _change(processing, breach, {"closed_at": processing.at})
    _note(processing, Event.BREACH_CLOSED, {"breach.update": 1}, breach)
    return _found(processing, breach)


def list_breaches(processing: Processing) -> list[Breach]:
    """Return the register, the newest breach first."""
    _note(processing, Event.BREACH_READ, {}, None)
    return [_view(processing, row) for row in breaches_of(processing)]


def show_breach(processing: Processing, breach: UUID) -> Breach:
    """Return one breach. Raises NotFound."""
    _note(processing, Event.BREACH_READ, {}, breach)
    return _found(processing, breach)


def sweep_breaches(processing: Processing) -> int:
    """Delete breaches whose archive is over; return how many."""
    deleted = delete_closed(processing, _first_kept(processing.edition, processing.today))
    _note(processing, Event.BREACH_SWEPT, {"breach.delete": deleted}, None)
    return deleted


def has_old_breaches(reading: Transaction, campaign: CampaignId, edition: Edition, today: date) -> bool:
    """Tell whether there is anything to sweep: an entry that tells of nothing would only fill the log."""
    return is_any_closed(reading, campaign, _first_kept(edition, today))


def _first_kept(edition: Edition, today: date) -> datetime:
    return datetime.combine(add_months(today, -edition.retention[LINE].archive_months), time(), UTC)


@cache
def form_words() -> Mapping[str, Mapping[str, str]]:
    """Return the closed words of the CNIL's form, each with what a DPO reads there."""
    words: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "form.toml").read_text("utf-8"))
    return words


def checked(form: Mapping[str, Any]) -> dict[str, Any]:
    """Check a form's words, texts, counts and instants; return it. Raises Invalid.

    That the data are unintelligible may be claimed only with the proof that the keys were safe (art. 34(3)(a)).
    """
    unknown = sorted(form.keys() - {*SEVERAL, *ONE, *TEXTS, *INSTANTS, *COUNTS, "keys_safe"})
    if unknown:
        message = f"the form of a breach does not ask for: {', '.join(unknown)}"
        raise Invalid(message)
    found = {name: _word(name, value) for name, value in form.items() if name in {*SEVERAL, *ONE}}
    found |= {name: told(name, value, required=False) for name, value in form.items() if name in TEXTS}
    found |= {name: _instant(name, value) for name, value in form.items() if name in INSTANTS}
    found |= {name: _count(name, value) for name, value in form.items() if name in COUNTS}
    if form.get("keys_safe") is not None:
        found["keys_safe"] = {name: told(name, str(form["keys_safe"].get(name, ""))) for name in KEYS_SAFE}
    if found.get("informed") == "encryption" and not may_claim_encryption(
        str(found.get("way", "other")), found.get("keys_safe", {})
    ):
        message = "only proof that the keys were safe lets persons stay uninformed, and never where data left in clear"
        raise Invalid(message)
    return found


def _word(name: str, value: Any) -> Any:  # noqa: ANN401 - a form's own
    words = form_words()[name]
    given = value if name in SEVERAL else [value]
    if not isinstance(given, list | tuple) or not set(given) <= words.keys():
        message = f"{name} is of: {', '.join(words)}"
        raise Invalid(message)
    return sorted(set(given)) if name in SEVERAL else value


def _instant(name: str, value: Any) -> str | None:  # noqa: ANN401
    try:
        at = value if isinstance(value, datetime) or value is None else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        message = f"{name} is an instant, such as 2026-11-21T20:15:00+01:00"
        raise Invalid(message) from None
    if at is not None and at.tzinfo is None:
        message = f"{name} needs its offset from UTC"
        raise Invalid(message)
    return None if at is None else at.astimezone(UTC).isoformat()


def _count(name: str, value: Any) -> int:  # noqa: ANN401
    if not isinstance(value, int) or not 0 <= value < 1 << 40:
        message = f"{name} is a number"
        raise Invalid(message)
    return value


def _present(processing: Processing, breach: UUID) -> Breach:
    found = _found(processing, breach)
    if found.closed_at is not None:
        message = "the breach is closed"
        raise Conflict(message)
    return found


def _found(processing: Processing, breach: UUID) -> Breach:
    row = find_breach(processing, breach)
    if row is None:
        message = "no such breach in this campaign"
        raise NotFound(message)
    return _view(processing, row)


def _change(processing: Processing, breach: UUID, values: dict[str, Any]) -> None:
    change_breach(processing, breach, {**values, "updated_at": processing.at})


def _view(processing: Processing, row: Any) -> Breach:  # noqa: ANN401 - a row
    return Breach(
        id=row.id,
        opened_at=row.opened_at,
        aware_at=row.aware_at,
        told=json.loads(row.told),
        role=row.role,
        notified_at=row.notified_at,
        closed_at=row.closed_at,
        deadline=deadline_of(processing.edition, row.aware_at, row.notified_at or processing.at),
    )


def _note(
    processing: Processing,
    event: Event,
    counts: dict[str, int],
    breach: UUID | None,
    *,
    fields: list[str] | None = None,
) -> None:
    free = None if breach is None else {"breach": str(breach), "told": fields or []}
    processing.note(Note(event=event, counts=counts, free=free))
