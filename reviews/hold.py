"""Hold what the screen could not decide: the contact is kept, the words wait for the reviewer, sealed."""

import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import field_names
from contacts.opening import references_of
from contacts.record import Recorded, Result
from kernel.errors import NotFound
from kernel.identity import PersonId, random_uuid
from keys.create import Compartment
from keys.open import open_person_keys
from policy.draft import Draft
from policy.findings import Finding
from reviews.held import Held, digest_of, held_cells, keys_to_seal, seal_words
from reviews.store import insert_reviews, reviews_of

DAYS = timedelta(days=14)
WAITING = "waiting"
OBJECTED = "objected"
ACCEPTED = "accepted"

_KEPT = frozenset({Result.CREATED, Result.UPDATED, Result.UNCHANGED})

Written = tuple[PersonId | None, Draft, Sequence[Finding]]
"""Whom a draft became, what was proposed, and what the law found; nobody, where nothing was recorded."""


def written(draft: Draft, recorded: Recorded) -> Written:
    """Return what became of a draft; of a contact that is refused or restricted nothing is held."""
    return (recorded.person if recorded.result in _KEPT else None), draft, recorded.findings


def hold_words(processing: Processing, all_written: Sequence[Written], *, source: str) -> list[dict[str, UUID]]:
    """Hold what the screen left out until a person decides; return for each draft the review of each cell.

    The same words of the same person are held once, and not at all once they were accepted. Call it in the processing
    that recorded them. ``source`` says where they came from: ``api``, ``import`` or ``lexicon``.
    """
    cells = [_cells(one) for one in all_written]
    every = [cell for found in cells for cell in found]
    if not every:
        return [{} for _ in all_written]
    persons = sorted({one.person for one in every})
    contact_keys = open_person_keys(processing, persons, Compartment.CONTACT, locked=True)
    if len(contact_keys) != len(persons):
        raise NotFound("no such contact in this campaign")
    keys, counts = keys_to_seal(processing, persons)
    counts["person_key.read"] += len(contact_keys)
    known = {(PersonId(row.contact_id), bytes(row.digest)): row for row in reviews_of(processing, persons)}
    counts["review.read"] = len(known)
    ids, rows = _new_rows(processing, every, keys, {place: row.id for place, row in known.items()}, source)
    counts["review.insert"] = insert_reviews(processing, rows)
    subjects = references_of(processing, [(person.bytes, key) for person, key in contact_keys.items()])
    fields = field_names(one.field for one in every)
    processing.note(Note(event=Event.REVIEW_HELD, counts=counts, fields=fields, subjects=sorted(subjects)))
    places = iter(ids)
    accepted = {row.id for row in known.values() if row.state == ACCEPTED}
    told = [{cell.label: next(places) for cell in found} for found in cells]
    return [{label: review for label, review in one.items() if review not in accepted} for one in told]


def find_reviews(processing: Processing, all_written: Sequence[Written]) -> list[dict[str, UUID]]:
    """Return for each draft what still waits of it, and hold nothing anew: for an answer that is told again."""
    cells = [_cells(one) for one in all_written]
    persons = sorted({one.person for found in cells for one in found})
    if not persons:
        return [{} for _ in all_written]
    keys = open_person_keys(processing, persons, Compartment.REVIEW)
    rows = reviews_of(processing, persons)
    known = {(row.contact_id, bytes(row.digest)): row.id for row in rows if row.state != ACCEPTED}
    counts = {"person_key.read": len(keys), "review.read": len(rows)}
    processing.note(Note(event=Event.REVIEW_LISTED, counts=counts))
    return [
        {
            one.label: review
            for one in found
            if (key := keys.get(one.person)) is not None
            and (review := known.get((one.person, digest_of(key, one.field, one.text)))) is not None
        }
        for found in cells
    ]


def _cells(one: Written) -> list[Held]:
    person, draft, findings = one
    if person is None or not any(finding.decision == "review" for finding in findings):
        return []
    texts = [text for _, text in draft.data]
    return held_cells(person, draft.names, texts, findings, draft.origin.number)


def _new_rows(
    processing: Processing,
    cells: Sequence[Held],
    keys: dict[PersonId, bytes],
    known: dict[tuple[PersonId, bytes], UUID],
    source: str,
) -> tuple[list[UUID], list[dict[str, object]]]:
    """Return the review of each cell, and the rows of those that are new."""
    ids, rows = [], []
    for one in cells:
        digest = digest_of(keys[one.person], one.field, one.text)
        review = known.get((one.person, digest))
        if review is None:
            review = known[one.person, digest] = random_uuid()
            rows.append(_row(processing, review, one, keys[one.person], digest) | {"source": source})
        ids.append(review)
    return ids, rows


def _row(processing: Processing, review: UUID, one: Held, key: bytes, digest: bytes) -> dict[str, object]:
    return {
        "campaign_id": processing.campaign,
        "id": review,
        "contact_id": one.person,
        "field": one.field,
        "rules": json.dumps(one.rules),
        "origin": one.origin,
        "purpose": processing.purpose,
        "actor": processing.actor.id,
        "lexicon": processing.reader.version,
        "state": WAITING,
        "held_at": processing.at,
        "until": processing.at + DAYS,
        "digest": digest,
        "sealed": seal_words(processing, key, one.person, one.field, one.text),
    }
