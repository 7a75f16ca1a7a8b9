"""Read stored words again when the vocabulary changed: what it now finds leaves the contact and waits for a review."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.own_words import own_version
from contacts.leave import Words, leave_out, page_of_words
from contacts.opening import Disclosed, references
from contacts.vocabulary import CUSTOM
from kernel.database import Transaction
from kernel.identity import CampaignId, PersonId
from keys.create import Compartment
from keys.open import open_person_keys
from policy.detect import vocabulary_version
from policy.detect.second import SecondOpinion
from policy.draft import Draft, Origin
from policy.words import POLITICAL, Answer, Reader
from reviews.held import digest_of
from reviews.hold import ACCEPTED, Written, hold_words
from reviews.store import is_rescreened, keep_rescreening, read_rescreening, reviews_of

RESCREEN = "review.rescreen"
"""The kind of task that reads stored words again."""
PAGE = 200
NOTE = "note"


def is_rescreening_due(
    reading: Transaction, campaign: CampaignId, at: datetime, opinion: SecondOpinion | None = None
) -> bool:
    """Tell whether some of a campaign's words were not read with the vocabulary of today, its own words included.

    With a second opinion they are read every day.
    """
    version = vocabulary_version(own_version(reading, campaign, at))
    return not is_rescreened(reading, campaign, _audited(version, opinion, at))


def rescreen_page(processing: Processing, opinion: SecondOpinion | None = None) -> bool:
    """Read the words of the next page of contacts; return whether there are more.

    What the vocabulary now finds, or a second opinion sees, is taken out of its contact and held. What a reviewer
    accepted is no new hit.
    """
    row, version = read_rescreening(processing), _audited(processing.reader.version, opinion, processing.at)
    known = row is not None and row.lexicon == version
    words, following, counts = page_of_words(processing, row.after if row is not None and known else None, PAGE)
    found = _found(processing, words, counts, opinion)
    ended_at = None if following is not None else processing.at
    values = {"lexicon": version, "after": following, "ended_at": ended_at}
    counts |= keep_rescreening(processing, values, known=row is not None)
    subjects = sorted(references(processing, [one.contact for one in words]))
    processing.note(Note(event=Event.REVIEW_RESCREENED, counts=counts, subjects=subjects))
    leave_out(processing, found, words)
    hold_words(
        processing, [one for person, cells in found.items() for one in _written(person, cells)], source="lexicon"
    )
    return following is not None


def _found(
    processing: Processing, words: Sequence[Words], counts: dict[str, int], opinion: SecondOpinion | None
) -> dict[PersonId, dict[Disclosed, Answer]]:
    """Return the cells in which something is found that nobody accepted, by person."""
    reader = processing.reader
    found = {
        one.contact.person: {cell: told for cell in one.cells if (told := _read(reader, cell, opinion)).rules}
        for one in words
    }
    persons = sorted(person for person, cells in found.items() if cells)
    keys = open_person_keys(processing, persons, Compartment.REVIEW)
    rows = reviews_of(processing, persons)
    counts |= {"person_key.read": len(keys), "review.read": len(rows)}
    accepted = {(row.contact_id, bytes(row.digest)) for row in rows if row.state == ACCEPTED}
    return {
        person: {
            cell: told
            for cell, told in found[person].items()
            if person not in keys or (person, digest_of(keys[person], cell.field, cell.value)) not in accepted
        }
        for person in persons
    }


def _read(reader: Reader, cell: Disclosed, opinion: SecondOpinion | None) -> Answer:
    is_note = cell.field == NOTE
    answer = reader.note(cell.value) if is_note else reader.value(cell.field.removeprefix(CUSTOM), cell.value)
    if answer.rules or opinion is None:
        return answer
    seen = [reader.edition.rules[f"forbidden.{name}"] for name in opinion.categories(cell.value) if name != POLITICAL]
    return Answer(tuple((rule, "review") for rule in seen))


def _audited(version: str, opinion: SecondOpinion | None, at: datetime) -> str:
    """Return what the words were read with, and on which day where a model reads them too."""
    return version if opinion is None else f"{version}~{opinion.name}@{at.date()}"


def _written(person: PersonId, cells: Mapping[Disclosed, Answer]) -> Iterator[Written]:
    """Return each cell as a draft of its own, with what was found as a reason to wait."""
    for cell, told in cells.items():
        origin = Origin(kind="", obtained_on=cell.obtained_on, number=cell.origin)
        draft = Draft(category="", origin=origin, data=((cell.field, cell.value),))
        yield person, draft, [replace(one, decision="review") for one in told.findings(cell.field)]
