"""Record evidence, one piece or many: trusted as far as it proves, sealed, and its standings derived with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from attachments.listing import list_attachments
from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.channels import channels_named
from consent.evidence import Indicated, NewEvidence, check_evidence, check_words, level_of, seal_details
from consent.standings import ask_before, refresh_standings
from consent.store import DECIDING, EVIDENCE_COLUMNS, cohorts, insert_evidence
from crypto.person_keys import subject_references
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import random_uuids
from keys.create import Compartment, draw_person_keys, store_person_keys
from keys.open import ask_person_keys, open_person_keys
from outreach.outgoing import take_out_of_use
from policy.standing import OPT_OUTS, Level

REFERENCE = "audit:reference"
_place = attrgetter("int")
"""Sort persons as the database does; to compare them one by one takes longer than to seal."""
DECIDES = itemgetter(*map(EVIDENCE_COLUMNS.index, DECIDING))
"""The columns of a stored piece that decide."""
_MOST_ATTACHMENTS = 1_000
OPEN = "open"


@dataclass(frozen=True, slots=True)
class RecordedEvidence:
    """What became of one piece of evidence: its id, and how far it is trusted."""

    id: UUID
    level: Level


def record_evidence(
    processing: Processing, evidence: Sequence[NewEvidence], *, own_form: bool = False
) -> list[RecordedEvidence]:
    """Record evidence, in order; a refusal holds from now on, an opt-in that nothing proves is only claimed.

    ``own_form`` says that the persons themselves acted in a form, or by a link, of ours; no door of a tool may say so.
    Raises Invalid, Refusal for words that may not be kept, NotFound for a person of whom there is no contact.
    """
    known = check_each(processing, evidence)
    if any(one.action in OPT_OUTS for one in evidence):
        take_out_of_use(processing)
    _check_cohorts(processing, evidence)
    persons = sorted({one.person for one in evidence}, key=_place)
    # What there is of them is read behind the lock on their keys, and in the same trip.
    asked, before = (
        ask_person_keys(processing, persons, Compartment.CONTACT, locked=True),
        ask_before(processing, persons),
    )
    keys, found = asked(), before()
    if len(keys) != len(persons):
        raise NotFound("no such contact in this campaign")
    attached = _attached(processing, evidence)
    ids = random_uuids(len(evidence))
    sealed, counts = _sealed(processing, list(zip(ids, evidence, strict=True)))
    levels = [level_of(one, own_form=own_form, attached=one.attachment in attached) for one in evidence]
    rows = [
        evidence_row(processing, new, one, level, known[one.channel], sealed.get(new))
        for new, one, level in zip(ids, evidence, levels, strict=True)
    ]
    counts["consent_evidence.insert"] = insert_evidence(processing, rows)
    counts["person_key.read"] = counts.get("person_key.read", 0) + len(keys)
    references = subject_references(
        processing.keys.active(REFERENCE), [(person.bytes, key) for person, key in keys.items()]
    )
    left = sorted({one.person for one in evidence if one.action in OPT_OUTS}, key=_place)
    announced = {Announcement.CONSENT_WITHDRAWN: left}
    processing.note(Note(event=Event.CONSENT_RECORDED, counts=counts, subjects=sorted(references), announced=announced))
    processing.note_also(refresh_standings(processing, found, [DECIDES(row) for row in rows]))
    return [RecordedEvidence(new, level) for new, level in zip(ids, levels, strict=True)]


def check_each(processing: Processing, evidence: Sequence[NewEvidence]) -> Mapping[str, int]:
    """Raise what ``record_evidence`` raises for evidence by itself; return the numbers of the channels."""
    known = channels_named(processing, {one.channel for one in evidence})
    for one in evidence:
        check_evidence(processing, one, channels=known)
    check_words(processing, evidence)
    return known


def _check_cohorts(processing: Processing, evidence: Sequence[NewEvidence]) -> None:
    named = {one.cohort for one in evidence if one.cohort is not None}
    if not named:
        return
    states = {row.number: row.state for row in cohorts(processing)}
    if named - states.keys():
        raise Invalid("no cohort of that number is declared")
    if any(states[number] != OPEN for number in named):
        raise Conflict("the cohort's sample was drawn: nobody joins it any more")


def _attached(processing: Processing, evidence: Sequence[NewEvidence]) -> set[UUID]:
    """Return which of the attachments named are there, each of the person it is to prove something about."""
    found: set[UUID] = set()
    for person in sorted({one.person for one in evidence if one.attachment is not None}):
        page = list_attachments(processing, person, limit=_MOST_ATTACHMENTS)
        found |= {one.id for one in page.attachments}
    if any(one.attachment is not None and one.attachment not in found for one in evidence):
        raise Invalid("no attachment of that id concerns this contact")
    return found


def _sealed(
    processing: Processing, evidence: Sequence[tuple[UUID, NewEvidence]]
) -> tuple[dict[UUID, bytes], dict[str, int]]:
    """Seal the personal parts, each under its person's key of the compartment, which is drawn where there is none."""
    telling = [(new, one) for new, one in evidence if one.details]
    if not telling:
        return {}, {}
    persons = sorted({one.person for _, one in telling}, key=_place)
    keys = open_person_keys(processing, persons, Compartment.EVIDENCE, locked=True)
    counts = {"person_key.read": len(keys)}
    missing = [person for person in persons if person not in keys]
    if missing:
        drawn = draw_person_keys(processing, missing, Compartment.EVIDENCE)
        counts["person_key.insert"] = store_person_keys(processing, drawn, range(len(missing)))
        keys |= dict(zip(missing, drawn.secrets, strict=True))
    return {new: seal_details(keys[one.person], processing, new, one.details) for new, one in telling}, counts


def evidence_row(
    processing: Processing, new: UUID, one: NewEvidence, level: Level, channel: int, sealed: bytes | None
) -> tuple[Any, ...]:
    """Return the columns of a piece of evidence, ``EVIDENCE_COLUMNS``."""
    hours: tuple[int | None, int | None] = one.window or (None, None)
    return (
        processing.campaign,
        new,
        one.person,
        one.purpose,
        channel,
        one.action,
        level,
        one.indicated_by,
        one.method,
        one.occurred_at,
        processing.at,
        one.notice,
        one.origin,
        one.cohort,
        one.attachment,
        *hours,
        one.indicated_by is Indicated.PARENT,
        one.beyond_election,
        one.valid_until,
        None,
        sealed,
    )


def recorded_counts(recorded: Sequence[RecordedEvidence]) -> Mapping[str, int]:
    """Return how many pieces are trusted how far."""
    return {level.name.lower(): sum(one.level is level for one in recorded) for level in Level}
