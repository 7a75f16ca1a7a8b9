"""Standings: derived from evidence in the transaction that adds it, and by the same code whenever one doubts them."""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from consent.channels import channels
from consent.evidence import NewEvidence
from consent.store import (
    DECIDING,
    ask_deciding,
    cells_in_cohorts,
    clear_standings,
    cohorts,
    insert_standings,
    persons_with_evidence,
    standings_of,
)
from kernel.actor import Actor
from kernel.identity import PersonId
from keys.create import Compartment
from keys.open import open_person_keys
from policy.standing import NO_END, NO_HOURS, WHOLE_DAY, Action, Level, Said, Standing, Status, fold

PROVEN = "proven"
INVALID = "invalid"
_PAGE = 2_000
_JOINING = frozenset({Status.UNKNOWN, Status.REQUESTED, Status.CLAIMED, Status.EXPIRED, Status.INVALIDATED})
_CELL = 3
"""A row of evidence begins with whose it is, for which purpose and channel."""
_COHORT = DECIDING.index("cohort")


Decided = namedtuple("Decided", DECIDING)  # type: ignore[misc]  # noqa: PYI024 - the columns are said once


@dataclass(frozen=True, slots=True)
class Before:
    """What there is of persons whose standings are about to change: evidence that decides, and the rows to note."""

    evidence: Sequence[Any]
    counts: Mapping[str, int]


def ask_before(processing: Processing, persons: Sequence[PersonId]) -> Callable[[], Before]:
    """Ask for what there is of these persons, and take away their standings, which their evidence comes to anew.

    Whoever asks has the persons' keys locked, so that two who add evidence go one after the other.
    """
    evidence, cleared = ask_deciding(processing, persons), clear_standings(processing, persons)
    return lambda: _before(evidence(), cleared())


def _before(evidence: Sequence[Any], cleared: Mapping[str, int]) -> Before:
    return Before(evidence, {"consent_evidence.read": len(evidence), **cleared})


def refresh_standings(processing: Processing, before: Before, added: Sequence[tuple[Any, ...]] = ()) -> dict[str, int]:
    """Put standings that all the evidence comes to, and what is added to it; return the rows to note.

    The columns of what is added are ``DECIDING``.
    """
    by_cohort = any(row[_COHORT] for row in chain(before.evidence, added))
    decided = {row.number: row.state for row in cohorts(processing)} if by_cohort else {}
    told = standing_rows(processing, chain(before.evidence, added), decided)
    return {**before.counts, "consent_standing.insert": insert_standings(processing, told)}


def standing_rows(
    processing: Processing, evidence: Iterable[Sequence[Any]], decided: Mapping[int, str]
) -> list[tuple[Any, ...]]:
    """Return the standings that evidence comes to, its columns being ``DECIDING``, as they are stored.

    ``decided`` are the states of the cohorts it belongs to.
    """
    said: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for row in evidence:
        said.setdefault(tuple(row[:_CELL]), []).append(tuple(row[_CELL:]))
    timed = {one.number for one in processing.edition.channels.values() if one.window}
    known: dict[tuple[Any, ...], tuple[Any, ...]] = {}  # A whole form says the same of everybody: it is summed up once.
    told = []
    for cell, words in said.items():
        unsaid = NO_HOURS if cell[-1] in timed else None
        mine = (unsaid, *words)
        if mine not in known:
            known[mine] = _summed_up(fold(_said(Decided(*cell, *one), decided, unsaid) for one in words))
        told.append((processing.campaign, *cell, *known[mine]))
    return told


def _said(row: Any, decided: Mapping[int, str], unsaid: tuple[int, int] | None) -> Said:  # noqa: ANN401 - a row
    """Return what a row of evidence says, as far as its cohort is proven; that of an invalid cohort says it ended.

    ``unsaid`` are the hours of what names none.
    """
    action, level = Action(row.action), Level(row.level)
    state = decided.get(row.cohort) if row.cohort is not None and level is Level.CLAIMED else None
    if state == PROVEN:
        level = Level.COHORT
    elif state == INVALID:
        action = Action.INVALIDATED
    return Said(
        action=action,
        level=level,
        at=row.occurred_at,
        valid_until=row.valid_until,
        window=unsaid if row.window_from is None else (row.window_from, row.window_to),
        parental=row.parental,
    )


def _summed_up(standing: Standing) -> tuple[Any, ...]:
    """Return the columns of a standing after those that say whose it is."""
    granted = standing.permission
    until = None if granted is None or granted.until == NO_END else granted.until
    window = WHOLE_DAY if granted is None else granted.window
    status = standing.status
    return (
        status.value,
        standing.awaiting,
        standing.parents_agree,
        granted.at if granted is not None and status is Status.PROVEN else None,
        standing.opted_out,
        until,
        *window,
    )


def rebuild_standings(register: Register, actor: Actor, purpose: str) -> int:
    """Derive the standings of everybody anew from the evidence; return of how many persons there is any."""
    return sum(len(page) for page in refresh_pages(register, actor, purpose))


def refresh_pages(
    register: Register, actor: Actor, purpose: str, *, cohort: int | None = None
) -> Iterable[list[PersonId]]:
    """Derive the standings anew page by page, each page a processing with its note; of one cohort if it is named."""
    after: PersonId | None = None
    while True:
        with register.open(actor, purpose) as processing:
            page = persons_with_evidence(processing, after, _PAGE, cohort=cohort)
            living = open_person_keys(processing, page, Compartment.CONTACT, locked=True)
            counts = {"consent_evidence.read": len(page), "person_key.read": len(living)}
            _note(processing, counts, refresh_standings(processing, ask_before(processing, list(living))()))
        if page:
            yield page
        if len(page) < _PAGE:
            return
        after = page[-1]


def _note(processing: Processing, counts: dict[str, int], refreshed: dict[str, int]) -> None:
    processing.note(Note(event=Event.CONSENT_REBUILT, counts=counts))
    processing.note_also(refreshed)


def not_yet_said(processing: Processing, evidence: Sequence[NewEvidence]) -> list[NewEvidence]:
    """Return what evidence would say anew: not an opt-in of a cell that has a standing, nor a refusal that stands.

    For what comes in again and again in files; what a person says is always recorded. An opt-in of a cohort is said
    anew where nothing but claims are known and it is not of the cohort yet.
    """
    if not evidence:
        return []
    rows = standings_of(processing, sorted({one.person for one in evidence}))
    numbers = channels(processing)
    there = {(row.contact_id, row.purpose, row.channel): row for row in rows}
    joined = _joined(processing, evidence)
    counts = {"consent_standing.read": len(rows), "consent_evidence.read": len(joined)}
    processing.note(Note(event=Event.CONSENT_LISTED, counts=counts))
    cells = {(row.contact_id, row.purpose, row.channel, row.cohort) for row in joined}
    places = [(one.person, one.purpose, numbers[one.channel]) for one in evidence]
    return [
        one
        for one, place in zip(evidence, places, strict=True)
        if _joins(there.get(place), one, (*place, one.cohort) in cells) or not _says(there.get(place), one)
    ]


def said_later(processing: Processing, refusals: Sequence[NewEvidence]) -> list[NewEvidence]:
    """Return the refusals that were said later than any that is known of their cell; the reading is noted."""
    if not refusals:
        return []
    rows, numbers = standings_of(processing, sorted({one.person for one in refusals})), channels(processing)
    processing.note(Note(event=Event.CONSENT_LISTED, counts={"consent_standing.read": len(rows)}))
    told = {(row.contact_id, row.purpose, row.channel): row.opted_out_at for row in rows}
    places = [(one.person, one.purpose, numbers[one.channel]) for one in refusals]
    return [
        one
        for one, place in zip(refusals, places, strict=True)
        if (before := told.get(place)) is None or before < one.occurred_at
    ]


def _joined(processing: Processing, evidence: Sequence[NewEvidence]) -> Sequence[Any]:
    named = {one.cohort for one in evidence if one.cohort is not None}
    persons = sorted({one.person for one in evidence if one.cohort is not None})
    return cells_in_cohorts(processing, sorted(named), persons) if named else ()


def _joins(row: Any | None, new: NewEvidence, is_in: bool) -> bool:  # noqa: ANN401, FBT001 - a row
    """Tell whether an opt-in brings a cell that is only claimed, or ended by no refusal, into its cohort."""
    return new.cohort is not None and new.opts_in and not is_in and row is not None and row.status in _JOINING


def _says(row: Any | None, new: NewEvidence) -> bool:  # noqa: ANN401 - a row
    if row is None or new.opts_in:
        return row is not None
    refused = row.opted_out_at
    return refused is not None and (refused >= new.occurred_at or row.proven_at is None or refused >= row.proven_at)


def list_standings(processing: Processing, persons: Sequence[PersonId]) -> list[dict[str, Any]]:
    """Return where these persons stand, cell by cell, for today; noted."""
    rows = standings_of(processing, persons)
    words = {number: word for word, number in channels(processing).items()}
    processing.note(Note(event=Event.CONSENT_LISTED, counts={"consent_standing.read": len(rows)}))
    return [
        {
            "person": row.contact_id,
            "purpose": row.purpose,
            "channel": words[row.channel],
            "status": status_on(row, processing.today).name.lower(),
            "valid_until": row.valid_until,
        }
        for row in rows
    ]


def status_on(row: Any, day: date) -> Status:  # noqa: ANN401 - a row
    """Return the status of a row as of a day: a permission whose term is over is expired."""
    over = row.valid_until is not None and row.valid_until < day
    return Status.EXPIRED if over and row.status in {Status.PROVEN, Status.COHORT} else Status(row.status)
