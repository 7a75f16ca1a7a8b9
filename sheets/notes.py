"""Notes of the door: facts that help, screened before they are kept; a refused one takes nothing with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from audit.processing import Processing
from contacts.add import Addition, add_to_contacts
from contacts.declare import NewOrigin, declare_origin, origin_by_number
from contacts.record import ask_the_law
from contacts.registries import origins_of
from kernel.identity import PersonId
from policy.detect import neutral_wording, rewritten
from policy.draft import Draft, Origin
from policy.findings import Finding
from reviews.hold import Written, hold_words

ORIGIN_KIND = "door_to_door"
_NOTE = "note"


class Kept(StrEnum):
    """What became of a note."""

    KEPT = "kept"
    REFUSED = "refused"
    HELD = "held"
    """It waits for the privacy reviewer."""
    RESTRICTED = "restricted"
    """The contact is kept out of use: nothing is added to it."""


@dataclass(frozen=True, slots=True)
class NoteAnswer:
    """What became of a note, and what its author may write instead; never what was written."""

    kept: Kept
    findings: tuple[Finding, ...] = ()
    neutral_fr: tuple[str, ...] = ()
    rewrite: str | None = field(default=None, repr=False)
    review: UUID | None = None


@dataclass(frozen=True, slots=True)
class DoorNote:
    """A note on somebody, by the row of their line."""

    row: Any = field(repr=False)
    text: str = field(repr=False)
    on: date

    @property
    def person(self) -> PersonId:
        """Return whom it is about."""
        return PersonId(self.row.contact_id)


def keep_notes(processing: Processing, notes: Mapping[int, DoorNote]) -> dict[int, NoteAnswer]:
    """Keep what the law lets pass, by line; the caller saw to it that the actor may key in this sheet.

    A note joins those that the contact has. Nothing is raised for one of them: each has its answer.
    """
    found = {line: NoteAnswer(Kept.RESTRICTED) for line, one in notes.items() if one.row.restricted}
    open_ones = [(line, one) for line, one in notes.items() if line not in found]
    if not open_ones:
        return found
    origins = {on: _origin_of(processing, on) for on in sorted({one.on for _, one in open_ones})}
    drafts = [_draft(processing, one, origins[one.on]) for _, one in open_ones]
    grounds = ask_the_law(processing, drafts)
    passed = [place for place, item in enumerate(grounds.items) if item is not None]
    added = add_to_contacts(processing, [Addition(open_ones[place][1].person, drafts[place]) for place in passed])
    written: list[Written] = [
        (open_ones[place][1].person, drafts[place], one.findings) for place, one in zip(passed, added, strict=True)
    ]
    reviews = dict(zip(passed, hold_words(processing, written, source="api"), strict=True))
    for place, (line, one) in enumerate(open_ones):
        found[line] = _answer(processing, one.text, grounds.findings[place], reviews.get(place, {}))
    return found


def _draft(processing: Processing, one: DoorNote, origin: Origin) -> Draft:
    """Propose a note from the door on somebody whose category their own origin has proven: a visit proves none."""
    own = origin_by_number(processing, one.row.origin)
    proven = origin.evidence | own.evidence | processing.edition.origins[own.kind].proves
    return Draft(category=one.row.category, origin=replace(origin, evidence=proven), data=((_NOTE, one.text),))


def _answer(processing: Processing, text: str, findings: Sequence[Finding], reviews: Mapping[str, UUID]) -> NoteAnswer:
    if not findings:
        return NoteAnswer(Kept.KEPT)
    held = all(one.decision == "review" for one in findings)
    neutral = (neutral_wording(one.category) for one in findings if one.category is not None)
    return NoteAnswer(
        Kept.HELD if held else Kept.REFUSED,
        tuple(findings),
        tuple(dict.fromkeys(filter(None, neutral))),
        rewritten(text, processing.own),
        reviews.get(_NOTE),
    )


def _origin_of(processing: Processing, on: date) -> Origin:
    """Return the origin of what is said at doors on a day, declared with the first note of that day."""
    for one in origins_of(processing):
        if one.kind == ORIGIN_KIND and one.obtained_on == on and not one.synthetic:
            return origin_by_number(processing, one.number)
    return declare_origin(processing, NewOrigin(kind=ORIGIN_KIND, obtained_on=on))
