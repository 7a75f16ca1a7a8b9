"""What is claimed of persons who are about to come in: checked and put in rows before anybody must wait for it.

Of whoever turns out to be known, or to have objected, nothing is recorded here: what is claimed of them is judged anew.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any
from uuid import UUID

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.evidence import NewEvidence, level_of
from consent.record import DECIDES, check_each, evidence_row
from consent.standings import standing_rows
from consent.store import EVIDENCE_COLUMNS, STANDING_COLUMNS, insert_evidence, insert_standings, standings_of
from kernel.errors import Invalid
from kernel.identity import PersonId, random_uuids
from policy.standing import Action

_ID, _OF = map(EVIDENCE_COLUMNS.index, ("id", "contact_id"))
_STANDS = STANDING_COLUMNS.index("contact_id")


@dataclass(frozen=True, slots=True)
class Claims:
    """Opt-ins in the rows they become, and the references by which the log names their persons."""

    references: Mapping[PersonId, bytes] = field(default_factory=dict, repr=False)
    evidence: Sequence[tuple[Any, ...]] = field(default=(), repr=False)
    standings: Sequence[tuple[Any, ...]] = field(default=(), repr=False)

    def __contains__(self, person: object) -> bool:
        """Tell whether anything is claimed of somebody."""
        return person in self.references


def prepare_claims(
    processing: Processing, claimed: Sequence[NewEvidence], references: Mapping[PersonId, bytes]
) -> Claims:
    """Put claims of newcomers in rows; nothing is stored, and nothing read where they name no list of the campaign.

    Raises what ``record_evidence`` raises, and Invalid for what is more than a claim, or takes a look at what is kept.
    """
    if any(one.action is not Action.GIVEN or one.attachment or one.cohort or one.details for one in claimed):
        raise Invalid("what is prepared is a claim, without attachment, cohort or details")
    known = check_each(processing, claimed)
    # In the order of their persons, ids too: the indexes of a large base are filled page by page.
    ordered = sorted(claimed, key=attrgetter("person.int"))
    rows = [
        evidence_row(processing, new, one, level_of(one, own_form=False, attached=False), known[one.channel], None)
        for new, one in zip(sorted(random_uuids(len(ordered))), ordered, strict=True)
    ]
    mine = {one.person: references[one.person] for one in ordered}
    return Claims(mine, rows, standing_rows(processing, map(DECIDES, rows), {}))


def record_claims(
    processing: Processing, claims: Claims, made: Collection[PersonId]
) -> tuple[list[UUID], set[PersonId]]:
    """Record what is claimed of those persons whom this same processing made; return the evidence, and who is left.

    Left is of whom something was said meanwhile: their opt-ins are weighed against it.
    """
    coming = {person for person in made if person in claims}
    if not coming:
        return [], set()
    stands = standings_of(processing, sorted(coming))
    processing.note(Note(event=Event.CONSENT_LISTED, counts={"consent_standing.read": len(stands)}))
    left = {PersonId(row.contact_id) for row in stands}
    coming -= left
    evidence = [row for row in claims.evidence if row[_OF] in coming]
    standings = [row for row in claims.standings if row[_STANDS] in coming]
    counts = {
        "consent_evidence.insert": insert_evidence(processing, evidence),
        "consent_standing.insert": insert_standings(processing, standings),
    }
    references = sorted([claims.references[person] for person in coming])
    if references:
        announced: dict[Announcement, list[PersonId]] = {Announcement.CONSENT_WITHDRAWN: []}
        processing.note(Note(event=Event.CONSENT_RECORDED, counts=counts, subjects=references, announced=announced))
    return [row[_ID] for row in evidence], left
