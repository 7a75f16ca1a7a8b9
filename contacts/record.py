"""Record contacts: the law is asked, grounds are found, fields are sealed, rows are stored, and a note tells of it."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import field_names
from consent.incoming import let_in
from consent.oppositions import Asked, ask_in_vain, ask_oppositions, meet_oppositions
from contacts.form import check_form
from contacts.journal.keep import keep_steps
from contacts.match import Candidate, Match, Wanted, lock_values, match_drafts, wanted_values
from contacts.merge import Words, apply_changes, merge
from contacts.opening import references, references_of
from contacts.precedence import Verdict
from contacts.reach import check_writable
from contacts.resource import sources_of
from contacts.seal import Rows, Sealed, Sealing
from contacts.store.index import insert_index
from contacts.store.records import insert_contacts, insert_tags, set_restricted
from contacts.vocabulary import Vocabulary, vocabulary_for
from kernel.identity import EVERYWHERE, PersonId, Stretch
from keys.create import store_person_keys
from outreach.outgoing import take_out_of_use
from policy.draft import Datum, Draft
from policy.findings import Finding
from policy.ground import Grounded, Grounds, ground, together
from policy.screen import screen

_PIECE: Final = 500
"""Drafts that are judged and sealed at once: the first of a whole chunk's would be in no cache any more."""


class Result(StrEnum):
    """What became of a draft."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    RESTRICTED = "restricted"
    REFUSED = "refused"


class Recorded(NamedTuple):
    """What became of one draft: the contact it is now, and everything the law found against parts of it."""

    result: Result
    person: PersonId | None
    flagged: bool
    findings: tuple[Finding, ...]
    kept: tuple[tuple[str, Verdict], ...] = ()
    """Fields of which another value came in, and why what was held stays as it was."""


@dataclass(slots=True)
class _Batch:
    """The drafts on their way in, and what the note will tell."""

    processing: Processing
    grounds: Grounds
    vocabulary: Vocabulary
    restricting: frozenset[int]
    job: UUID | None
    """The job that can be undone as a whole, where there is one."""
    results: dict[int, Recorded] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    subjects: set[bytes] = field(default_factory=set)
    restricted: set[PersonId] = field(default_factory=set)

    def settle(
        self,
        place: int,
        result: Result,
        person: PersonId | None,
        *,
        flagged: bool = False,
        told: Sequence[Finding] = (),
        kept: tuple[tuple[str, Verdict], ...] = (),
    ) -> None:
        found = (*self.grounds.findings[place], *told)
        self.results[place] = Recorded(result, person, flagged, tuple(dict.fromkeys(found)) if found else (), kept)


class _Round(NamedTuple):
    """Drafts none of which resembles another, the drafts for later, and what the former become if nobody is known."""

    now: list[Wanted]
    later: list[Wanted]
    rows: Rows

    def __repr__(self) -> str:
        return f"_Round({len(self.now)} drafts, {len(self.later)} later)"


class Prepared(NamedTuple):
    """Drafts that the law let pass, sealed and ready to be recorded in their processing."""

    drafts: Sequence[Draft]
    batch: _Batch
    sealed: Sealed
    first: _Round

    def __repr__(self) -> str:
        return f"Prepared({len(self.drafts)} drafts)"

    def newcomers(self) -> dict[int, PersonId]:
        """Return whom each draft becomes, by its place, unless it turns out to be somebody known."""
        return self.sealed.persons

    def references(self) -> dict[PersonId, bytes]:
        """Return the references by which the log names whom the drafts become."""
        persons, rows = self.sealed.keys.persons, self.first.rows
        told = dict(zip([persons[at] for at in rows.keys], rows.references, strict=True))
        later = self.sealed.named([one.place for one in self.first.later])
        others = references_of(self.batch.processing, later)
        return told | {PersonId(UUID(bytes=one)): name for (one, _), name in zip(later, others, strict=True)}


def ask_the_law(processing: Processing, drafts: Sequence[Draft]) -> Grounds:
    """Screen drafts and find their grounds; every write and every simulation goes through here. Raises Invalid."""
    check_form(drafts)
    clearance = screen(processing.edition, drafts, on=processing.today, own=processing.own)
    return ground(
        processing.edition,
        clearance,
        controller=processing.controller,
        purpose=processing.purpose,
        phase=processing.phase,
        on=processing.today,
    )


def record_contacts(
    processing: Processing,
    drafts: Sequence[Draft],
    *,
    restricting: Collection[int] = (),
    job: UUID | None = None,
    chunk: int | None = None,
) -> list[Recorded]:
    """Record drafts as new contacts or into the contacts they are; return what became of each, in order.

    Refused cells are left out and listed in the findings; a draft refused whole stores nothing. ``restricting`` names
    the places of drafts whose persons objected: they are kept out of use (GDPR art. 18 and 21). Raises Invalid for a
    custom field or tag that is not registered; Forbidden for fields that the actor's scopes do not reach.
    """
    return record_prepared(prepare_contacts(processing, drafts, restricting=restricting, job=job), chunk=chunk)


def prepare_contacts(
    processing: Processing,
    drafts: Sequence[Draft],
    *,
    restricting: Collection[int] = (),
    job: UUID | None = None,
    stretch: Stretch = EVERYWHERE,
) -> Prepared:
    """Ask the law and seal what may be recorded, as though nobody were known; raises as ``record_contacts`` does.

    ``stretch`` is where the ids of newcomers are drawn. Nothing is stored, and where the words of the drafts were read
    before, the transaction has not begun: from matching on other writers wait. What turns out to be known was sealed
    for nothing, which is rare.
    """
    check_writable(processing, drafts)
    vocabulary = vocabulary_for(processing, drafts)
    sealing = Sealing(processing, vocabulary, stretch)
    pieces = []
    for start in range(0, max(len(drafts), 1), _PIECE):
        pieces.append(ask_the_law(processing, drafts[start : start + _PIECE]))
        sealing.add(pieces[-1])
    batch = _Batch(processing, together(pieces), vocabulary, frozenset(restricting), job)
    for place, item in enumerate(batch.grounds.items):
        if item is None:
            batch.settle(place, Result.REFUSED, None)
    sealed = sealing.sealed()
    return Prepared(drafts, batch, sealed, _first_of(batch, sealed, sealed.wanted))


def record_prepared(prepared: Prepared, *, chunk: int | None = None) -> list[Recorded]:
    """Record what was prepared, in the same processing; return what became of each draft, in order."""
    drafts, batch, sealed, first = prepared
    if first.now:
        let_in(batch.processing)
    waiting = _record_round(batch, sealed, first)
    while waiting:
        waiting = _record_round(batch, sealed, _first_of(batch, sealed, waiting))
    _keep_objections(batch, drafts)
    batch.processing.note(_note(batch, batch.job, chunk))
    return [batch.results[place] for place in range(len(drafts))]


def _keep_objections(batch: _Batch, drafts: Sequence[Draft]) -> None:
    """Restrict the contacts of persons who objected in a draft that was refused whole: a refusal is never lost."""
    refused = [place for place in batch.restricting if batch.results[place].result is Result.REFUSED]
    if not refused:
        return
    wanted = wanted_values(batch.processing, [(place, drafts[place]) for place in sorted(refused)])
    lock_values(batch.processing, wanted)
    matches, read = match_drafts(batch.processing, wanted)
    batch.counts.update(read)
    found = {one.candidate.contact.person: one.candidate.contact for one in matches if one.candidate is not None}
    batch.subjects.update(references(batch.processing, list(found.values())))
    _restrict(batch, list(found))


def _first_of(batch: _Batch, sealed: Sealed, wanted: Sequence[Wanted]) -> _Round:
    """Choose what does not resemble an earlier draft for the next round, and make its rows, before others must wait."""
    now, later = _without_resemblance(wanted)
    # Those of whom turns out to be known are made anew.
    rows = sealed.rows([one.place for one in now], flagged=(), restricted=batch.restricting)
    return _Round(now, later, rows)


def _record_round(batch: _Batch, sealed: Sealed, chosen: _Round) -> list[Wanted]:
    """Record the drafts of a round; return the others, for the next."""
    now, later, rows = chosen
    if not now:
        return []
    lock_values(batch.processing, [*now, *later])
    # Asked before it is known who comes in: the answer comes with that of matching.
    asked = ask_oppositions(batch.processing, [(sealed.person(one.place), one.data) for one in now])
    matches, read = match_drafts(batch.processing, now)
    batch.counts.update(read)
    matches, meeting = _without_meeting(matches)
    _create(batch, sealed, rows, [match for match in matches if match.candidate is None], asked)
    _merge(batch, [(match.place, match.candidate) for match in matches if match.candidate is not None])
    return later + [one for one in now if one.place in meeting]


def _without_resemblance(wanted: Sequence[Wanted]) -> tuple[list[Wanted], list[Wanted]]:
    taken: set[int] = set()
    now, later = [], []
    for one in wanted:
        if taken.isdisjoint(one.values):
            taken |= one.values
            now.append(one)
        else:
            later.append(one)
    return now, later


def _without_meeting(matches: Sequence[Match]) -> tuple[list[Match], set[int]]:
    """Put off every further draft that is a contact another draft of this round already changes."""
    changing: set[PersonId] = set()
    now, later = [], set()
    for match in matches:
        person = None if match.candidate is None else match.candidate.contact.person
        if person in changing:
            later.add(match.place)
        else:
            now.append(match)
        if person is not None:
            changing.add(person)
    return now, later


def _create(batch: _Batch, sealed: Sealed, rows: Rows, matches: Sequence[Match], asked: Asked | None) -> None:
    if not matches:
        batch.counts.update(ask_in_vain(batch.processing, asked))
        return
    places = [match.place for match in matches]
    flagged = {match.place for match in matches if match.flagged}
    if flagged or places != rows.places:
        rows = sealed.rows(places, flagged=flagged, restricted=batch.restricting)
    batch.counts.update(_store(batch.processing, sealed, rows))
    batch.subjects.update(rows.references)
    batch.restricted.update(sealed.person(place) for place in places if place in batch.restricting)
    came_in = [(sealed.person(place), _kept_data(batch, place)) for place in places]
    batch.counts.update(meet_oppositions(batch.processing, came_in, asked))
    for place in places:
        batch.settle(place, Result.CREATED, sealed.person(place), flagged=place in flagged)


def _kept_data(batch: _Batch, place: int) -> Sequence[Datum]:
    item = batch.grounds.items[place]
    return () if item is None else item.draft.data


def _store(processing: Processing, sealed: Sealed, rows: Rows) -> dict[str, int]:
    """Keep sealed contacts; return the rows to note. Only ``Sealed`` can be stored, and only ``Sealing`` makes it."""
    return {
        "person_key.insert": store_person_keys(processing, sealed.keys, rows.keys),
        "contact.insert": insert_contacts(processing, rows.contacts),
        "contact_index.insert": insert_index(processing, rows.entries),
        "contact_tag.insert": insert_tags(processing, rows.tags),
    }


def _merge(batch: _Batch, chosen: Sequence[tuple[int, Candidate]]) -> None:
    changes = []
    words = Words(batch.vocabulary, sources_of(batch.processing) if chosen else {})
    for place, candidate in chosen:
        row = candidate.contact.row
        item, findings = _as_category(batch, place, row.category)
        if row.restricted or item is None:
            batch.settle(place, Result.RESTRICTED if item else Result.REFUSED, candidate.contact.person, told=findings)
            continue
        change = merge(batch.processing.edition, candidate.contact, candidate.disclosed, item, words)
        result = Result.UNCHANGED if change.is_empty else Result.UPDATED
        batch.settle(place, result, candidate.contact.person, told=findings, kept=change.kept)
        if not change.is_empty:
            changes.append(change)
    if batch.job is not None:
        batch.counts.update(keep_steps(batch.processing, batch.job, changes))
    changed = apply_changes(batch.processing, changes)
    batch.counts.update(changed.counts)
    batch.subjects.update(references(batch.processing, [candidate.contact for _, candidate in chosen]))
    _restrict(batch, [candidate.contact.person for place, candidate in chosen if place in batch.restricting])


def _restrict(batch: _Batch, persons: Sequence[PersonId]) -> None:
    if persons:
        batch.counts["contact.update"] += len(persons)
        batch.restricted.update(persons)
        take_out_of_use(batch.processing)
        set_restricted(batch.processing, persons, restricted=True)


def _as_category(batch: _Batch, place: int, category: str) -> tuple[Grounded | None, tuple[Finding, ...]]:
    """Ask the law again for the category the contact has: what may be kept on it depends on that one."""
    item = batch.grounds.items[place]
    if item is None or item.draft.category == category:
        return item, ()
    again = ask_the_law(batch.processing, [replace(item.draft, category=category)])
    return again.items[0], again.findings[0]


def _note(batch: _Batch, job: UUID | None, chunk: int | None) -> Note:
    findings = [finding for one in batch.results.values() for finding in one.findings]
    batch.counts.update(f"rule.{finding.rule}" for finding in findings)
    kinds = {item.draft.names for item in batch.grounds.items if item is not None}
    written = {name for kind in kinds for name in kind}
    return Note(
        event=Event.CONTACT_RECORDED,
        counts=batch.counts,
        fields=field_names(written),
        subjects=sorted(batch.subjects),
        job=job,
        chunk=chunk,
        announced={
            Announcement.CONTACT_CREATED: _persons(batch, Result.CREATED),
            Announcement.CONTACT_UPDATED: _persons(batch, Result.UPDATED),
            Announcement.CONTACT_RESTRICTED: list(batch.restricted),
        },
    )


def _persons(batch: _Batch, result: Result) -> list[PersonId]:
    """Return whom drafts became with one result, each once."""
    return list(dict.fromkeys(one.person for one in batch.results.values() if one.result is result and one.person))
