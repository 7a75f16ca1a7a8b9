"""Take back what an import claimed of consents; a refusal or withdrawal is never taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.channels import channels
from consent.evidence import Method
from consent.standings import ask_before, refresh_standings
from consent.store import claims_among, delete_pieces, evidence_of_persons
from kernel.identity import PersonId
from keys.create import Compartment
from keys.open import open_person_keys
from policy.standing import OPT_INS, OPT_OUTS


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a person refuses, by purpose and channel, that no opposition says yet."""

    person: PersonId
    purpose: str
    channel: str


@dataclass(frozen=True, slots=True)
class Attitudes:
    """Who of some persons agreed to anything, who refused anything, and which refusals stand on their contact alone."""

    agreeing: frozenset[PersonId]
    refusing: frozenset[PersonId]
    alone: tuple[Refusal, ...]


def take_claims_back(processing: Processing, pieces: Sequence[UUID]) -> int:
    """Delete what a tool claimed, and derive its persons' standings anew; return how many pieces there were.

    What a cohort was since declared to prove stays.
    """
    rows = claims_among(processing, pieces) if pieces else ()
    persons = sorted({PersonId(row.contact_id) for row in rows})
    keys = open_person_keys(processing, persons, Compartment.CONTACT, locked=True)
    counts = {"consent_evidence.read": len(rows), "person_key.read": len(keys)}
    counts["consent_evidence.delete"] = delete_pieces(processing, [row.id for row in rows]) if rows else 0
    processing.note(Note(event=Event.CONSENT_ERASED, counts=counts))
    if persons:
        processing.note_also(refresh_standings(processing, ask_before(processing, persons)()))
    return len(rows)


def attitudes_of(processing: Processing, persons: Sequence[PersonId]) -> Attitudes:
    """Say what these persons agreed to and refused; the reading is noted."""
    rows = evidence_of_persons(processing, persons) if persons else ()
    words = {number: word for word, number in channels(processing).items()}
    refused = [row for row in rows if row.action in OPT_OUTS]
    processing.note(Note(event=Event.CONSENT_LISTED, counts={"consent_evidence.read": len(rows)}))
    return Attitudes(
        agreeing=frozenset(PersonId(row.contact_id) for row in rows if row.action in OPT_INS),
        refusing=frozenset(PersonId(row.contact_id) for row in refused),
        alone=tuple(
            dict.fromkeys(
                Refusal(PersonId(row.contact_id), row.purpose, words[row.channel])
                for row in refused
                if row.method != Method.OBJECTION
            )
        ),
    )
