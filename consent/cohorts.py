"""Cohort evidence: for a whole form or list what was claimed becomes proven, once a sample of it was looked at.

Declared with the screenshot of its wording, its period and source; a sample drawn at random; each of the sample found
good or bad by somebody who did not declare it; then decided. It never lifts anybody's refusal.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from attachments.listing import list_attachments
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from consent.record import OPEN
from consent.standings import INVALID, PROVEN, refresh_pages
from consent.store import (
    COHORT,
    change_numbered,
    cohort_members,
    cohorts,
    insert_numbered,
    insert_sample,
    sample_of,
    set_finding,
)
from kernel.actor import Actor
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.identity import PersonId

DRAWN = "drawn"
GOOD, BAD = "good", "bad"
SAMPLE = 20
"""How many are drawn; all, where there are fewer. Our proposal: with none bad of twenty, few of the whole are."""
_LONGEST = 4_000
_MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCohort:
    """A form or list: how it is called, what it said, where the screenshot is, when and from which source it came."""

    title: str
    wording: str
    attachment: UUID
    collected_from: date
    collected_to: date
    origin: int


def declare_cohort(processing: Processing, new: NewCohort) -> int:
    """Declare a cohort and return its number. Raises Invalid where the screenshot of its wording is not kept."""
    title, wording = new.title.strip(), new.wording.strip()
    if not title or not wording or len(title) > _MOST or len(wording) > _LONGEST:
        raise Invalid("a cohort has a title and the wording that people agreed to")
    if not new.collected_from <= new.collected_to <= processing.today:
        raise Invalid("a cohort was collected within a period that is over")
    page = list_attachments(processing, None, limit=_MOST)
    if not any(one.id == new.attachment and one.kind == "evidence" for one in page.attachments):
        raise Invalid("the screenshot of the wording is an attachment of the kind evidence that concerns no contact")
    values = {
        "title": title,
        "wording": wording,
        "attachment_id": new.attachment,
        "collected_from": new.collected_from,
        "collected_to": new.collected_to,
        "origin": new.origin,
        "state": OPEN,
        "declared_by": processing.actor.id,
        "declared_at": processing.at,
        "decided_by": None,
        "decided_at": None,
    }
    number = insert_numbered(processing, COHORT, values, first=1)
    counts = {"consent_cohort.insert": 1}
    processing.note(Note(event=Event.COHORT_DECLARED, counts=counts, free={"number": number}))
    return number


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort that may still be joined: its number, and the last day on which anybody agreed."""

    number: int
    collected_to: date


def cohort_to_join(processing: Processing, number: int) -> Cohort:
    """Return a cohort that may be joined; the caller notes. Raises Invalid for none, or one whose sample is drawn."""
    found = [row for row in cohorts(processing) if row.number == number]
    if not found:
        raise Invalid("no cohort of that number is declared")
    if found[0].state != OPEN:
        raise Invalid("the cohort's sample was drawn: nobody joins it any more")
    return Cohort(number, found[0].collected_to)


def draw_sample(processing: Processing, number: int) -> list[PersonId]:
    """Draw a sample at random; from now on nobody joins the cohort. Raises NotFound, Conflict."""
    _check_state(processing, number, OPEN)
    members = cohort_members(processing, number)
    if not members:
        raise Conflict("nobody is in the cohort")
    drawn = sorted(secrets.SystemRandom().sample(members, min(SAMPLE, len(members))))
    change_numbered(processing, COHORT, number, {"state": DRAWN})
    counts = {
        "consent_evidence.read": len(members),
        "cohort_sample.insert": insert_sample(processing, number, drawn),
        "consent_cohort.update": 1,
    }
    processing.note(Note(event=Event.COHORT_SAMPLED, counts=counts, free={"number": number, "of": len(members)}))
    return drawn


def review_sample(processing: Processing, number: int, findings: Mapping[PersonId, str]) -> None:
    """Keep what a reviewer found of those who were drawn: good or bad. Raises Forbidden for whoever declared it."""
    row = _check_state(processing, number, DRAWN)
    _check_other(processing, row)
    if not set(findings.values()) <= {GOOD, BAD}:
        raise Invalid(f"somebody who was drawn is found {GOOD} or {BAD}")
    changed = sum(set_finding(processing, number, person, found) for person, found in findings.items())
    if changed != len(findings):
        raise NotFound("somebody named was not drawn")
    counts = {"cohort_sample.update": changed}
    processing.note(Note(event=Event.COHORT_REVIEWED, counts=counts, free={"number": number}))


def decide_cohort(register: Register, actor: Actor, purpose: str, number: int) -> str:
    """Decide a cohort by its sample: proven if all were found good, else invalid; then derive the standings anew.

    Interrupted, the same call goes on. Raises NotFound, Conflict, Forbidden.
    """
    with register.open(actor, purpose) as processing:
        state = _decided(processing, number)
    for _ in refresh_pages(register, actor, purpose, cohort=number):
        pass
    return state


def _decided(processing: Processing, number: int) -> str:
    row = _find(processing, number)
    if row.state in {PROVEN, INVALID}:
        processing.note(Note(event=Event.COHORT_DECIDED, counts={}, free={"number": number}))
        return str(row.state)
    _check_state(processing, number, DRAWN)
    _check_other(processing, row)
    sample = sample_of(processing, number)
    if any(one.finding is None for one in sample):
        raise Conflict("not everybody who was drawn has been looked at")
    state = PROVEN if all(one.finding == GOOD for one in sample) else INVALID
    values = {"state": state, "decided_by": processing.actor.id, "decided_at": processing.at}
    change_numbered(processing, COHORT, number, values)
    counts = {"cohort_sample.read": len(sample), "consent_cohort.update": 1}
    processing.note(Note(event=Event.COHORT_DECIDED, counts=counts, free={"number": number, "state": state}))
    return state


def list_cohorts(processing: Processing) -> Sequence[Any]:
    """Return the campaign's cohorts, oldest first, each with who was drawn and what was found."""
    rows = cohorts(processing)
    samples = {row.number: sample_of(processing, row.number) for row in rows}
    counts = {"cohort_sample.read": sum(map(len, samples.values()))}
    processing.note(Note(event=Event.CONSENT_LISTED, counts=counts))
    return [
        row._asdict() | {"sample": [{"contact": one.contact_id, "finding": one.finding} for one in samples[row.number]]}
        for row in rows
    ]


def _find(processing: Processing, number: int) -> Any:  # noqa: ANN401 - a row
    found = [row for row in cohorts(processing) if row.number == number]
    if not found:
        raise NotFound("no such cohort in this campaign")
    return found[0]


def _check_state(processing: Processing, number: int, state: str) -> Any:  # noqa: ANN401 - a row
    row = _find(processing, number)
    if row.state != state:
        raise Conflict(f"the cohort is {row.state}, not {state}")
    return row


def _check_other(processing: Processing, row: Any) -> None:  # noqa: ANN401 - a row
    if processing.actor.id == row.declared_by:
        raise Forbidden("whoever declared a cohort does not review it")
