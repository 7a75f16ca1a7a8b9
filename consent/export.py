"""Export what consent holds of persons, for their dossier: evidence, where they stand, samples they were drawn in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.channels import channels
from consent.listing import RIGHTS, EvidenceView, opened_evidence
from consent.oppositions import Form, entries_of
from consent.standings import status_on
from consent.store import evidence_of_persons, samples_of_persons, standings_of
from kernel.errors import Forbidden
from kernel.identity import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingView:
    """Where a person stands for a purpose and a channel."""

    purpose: str
    channel: str
    status: str
    awaiting: bool
    parental: bool
    proven_at: datetime | None
    opted_out_at: datetime | None
    valid_until: date | None
    window: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ExportedConsents:
    """All that is held of one person's consent."""

    evidence: tuple[EvidenceView, ...]
    standings: tuple[StandingView, ...]
    samples: tuple[tuple[int, str | None], ...]
    """The cohorts for whose review the person was drawn, each with what a reviewer found."""


@dataclass(frozen=True, slots=True)
class ExportedOpposition:
    """A fingerprint that is kept so that nobody writes again: of which kind of datum, to what, since when."""

    kind: str
    purpose: str
    channel: str
    on: date


def export_consents(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, list[ExportedConsents]]:
    """Return all evidence, archived evidence too, and what comes of it; noted. Raises Forbidden."""
    if processing.purpose != RIGHTS:
        raise Forbidden(f"evidence in archive is shown to its person only: declare the purpose {RIGHTS}")
    evidence: dict[PersonId, list[EvidenceView]] = {}
    for view in opened_evidence(processing, evidence_of_persons(processing, persons)):
        evidence.setdefault(view.person, []).append(view)
    words = {number: word for word, number in channels(processing).items()}
    standings: dict[PersonId, list[StandingView]] = {}
    samples: dict[PersonId, list[tuple[int, str | None]]] = {}
    rows, drawn = standings_of(processing, persons), samples_of_persons(processing, persons)
    for row in rows:
        standings.setdefault(PersonId(row.contact_id), []).append(_standing(processing, row, words))
    for row in drawn:
        samples.setdefault(PersonId(row.contact_id), []).append((row.cohort, row.finding))
    counts = {"consent_standing.read": len(rows), "cohort_sample.read": len(drawn)}
    processing.note(Note(event=Event.CONSENT_LISTED, counts=counts))
    return {
        person: [
            ExportedConsents(
                tuple(sorted(evidence.get(person, ()), key=lambda one: (one.occurred_at, one.id))),
                tuple(standings.get(person, ())),
                tuple(samples.get(person, ())),
            )
        ]
        for person in {*evidence, *standings, *samples}
    }


def export_oppositions(processing: Processing, forms: Sequence[Form]) -> list[ExportedOpposition]:
    """Return the oppositions that anybody with data of these forms has made, oldest first; noted."""
    rows = entries_of(processing, forms)
    processing.note(Note(event=Event.CONSENT_LISTED, counts={"opposition.read": len(rows)}))
    words = {number: word for word, number in channels(processing).items()}
    told = sorted((row.on, row.kind, row.purpose, words[row.channel]) for row in rows if not row.renewed)
    return [ExportedOpposition(kind, purpose, channel, on) for on, kind, purpose, channel in told]


def _standing(processing: Processing, row: Any, words: dict[int, str]) -> StandingView:  # noqa: ANN401 - a row
    return StandingView(
        purpose=row.purpose,
        channel=words[row.channel],
        status=status_on(row, processing.today).name.lower(),
        awaiting=row.awaiting,
        parental=row.parental,
        proven_at=row.proven_at,
        opted_out_at=row.opted_out_at,
        valid_until=row.valid_until,
        window=(row.window_from, row.window_to),
    )
