"""The steps by which an import is taken back: what it claimed, the contacts it made, the contacts it changed.

Each step is one transaction that also writes how far the undoing is, so that a crash anywhere neither loses nor
doubles anything. Contacts are judged in one, erased in their own with the ledger first, and ticked off in a third: an
erasure that was begun is always finished, and before one that was not, they are judged anew.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from attachments.listing import concerned_among
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.carry import Carrying
from consent.oppositions import NewOpposition, forms
from consent.undo import Attitudes, attitudes_of, take_claims_back
from contacts.journal.arrivals import arrivals_of, data_of_arrivals, keep_as_they_are
from contacts.journal.restore import changed_by, restore_contacts
from eligibility.oppose import oppose
from files.imports import KEPT
from files.store import FINISHED, RUNNING, change_trace, change_undo, next_trace, undo_row, undone_since
from files.traces import packed, unpacked
from kernel.identity import PersonId
from outreach.listing import contacted_among
from reviews.sweep import let_go_of

Among = Callable[[Processing, Sequence[PersonId]], frozenset[PersonId]]
"""Say of whom among some persons something is so."""
PAGE = 500
"""Changed contacts of one step."""


@dataclass(slots=True)
class Place:
    """How far an undoing is, and what it came to so far."""

    phase: str
    chunk: int
    judged: bool
    after: str | None
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def tell(self, part: str, counts: Mapping[str, int]) -> None:
        """Add to what it came to."""
        told = {name: count for name, count in counts.items() if count}
        self.counts[part] = self.counts.get(part, Counter()) + Counter(told)

    def values(self) -> dict[str, str]:
        """Return it as it is kept."""
        place = {"phase": self.phase, "chunk": self.chunk, "judged": self.judged, "after": self.after}
        return {"place": json.dumps(place), "counts": json.dumps(self.counts)}


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step ended with: who is to be erased before the next one, and whether there is a next one."""

    erase: Sequence[PersonId] = ()
    is_over: bool = False
    chunk: int = -1
    """Whose contacts they are."""


def take_step(processing: Processing, one: UUID, asked: Among) -> Taken:
    """Take an import back by one step; ``asked`` says who made a request of their own."""
    row = undo_row(processing, one, locked=True)
    if row is None or row.state != RUNNING:
        processing.note(Note(event=Event.IMPORT_LISTED, counts={}))
        return Taken(is_over=True)
    counts = {name: Counter(told) for name, told in json.loads(row.counts).items()}
    place = Place(**json.loads(row.place), counts=counts)
    taken, counted, values = Taken(), Counter[str](), {}
    if place.phase == "claims":
        counted += _take_claims(processing, one, place)
    elif place.phase == "made":
        taken, more = _judge_made(processing, one, place, asked)
        counted += more
    elif not _restore_changed(processing, one, place):
        taken, values = Taken(is_over=True), {"state": FINISHED, "finished_at": processing.at}
    counted["import_undo.update"] += change_undo(processing, one, place.values() | values)
    event = Event.IMPORT_UNDONE if taken.is_over else Event.IMPORT_UNDO_ADVANCED
    processing.note(Note(event=event, counts=counted, job=one))
    return taken


def tick_off(processing: Processing, one: UUID, chunk: int) -> None:
    """Keep that the contacts of a chunk were erased, unless another worker did."""
    row = undo_row(processing, one, locked=True)
    place = None if row is None else Place(**json.loads(row.place))
    counts: dict[str, int] = {}
    if row is not None and place is not None and place.judged:
        trace = next_trace(processing, one, place.chunk)
        counts["import_trace.read"] = int(trace is not None)
        if trace is not None and trace.chunk == chunk:
            counts["import_trace.update"] = change_trace(processing, one, trace.chunk, b"")
            place.chunk, place.judged = trace.chunk, False
        counts["import_undo.update"] = change_undo(processing, one, {"place": place.values()["place"]})
    processing.note(Note(event=Event.IMPORT_UNDO_ADVANCED, counts=counts, job=one))


def _take_claims(processing: Processing, one: UUID, place: Place) -> Counter[str]:
    """Take back what one chunk claimed, and let go of the words it held for a reviewer."""
    trace = next_trace(processing, one, place.chunk)
    if trace is None:
        place.phase, place.chunk = "made", -1
        return Counter()
    claims = take_claims_back(processing, unpacked(trace.claims))
    words = let_go_of(processing, unpacked(trace.reviews), trace.written_at)
    place.tell("others", {"claims": claims, "words": words})
    place.chunk = trace.chunk
    return Counter({"import_trace.read": 1})


def _judge_made(processing: Processing, one: UUID, place: Place, asked: Among) -> tuple[Taken, Counter[str]]:
    """Say who of the contacts that one chunk made goes.

    Judged again where the erasure did not follow: it may have failed days ago, and somebody agreed meanwhile.
    """
    trace = next_trace(processing, one, place.chunk)
    if trace is None:
        place.phase = "changed"
        return Taken(), Counter()
    counts, persons = Counter({"import_trace.read": 1}), [PersonId(each) for each in unpacked(trace.persons)]
    persons = _judged(processing, one, place, persons, asked)
    counts["import_trace.update"] = change_trace(processing, one, trace.chunk, packed(persons))
    place.judged = bool(persons)
    place.chunk = place.chunk if persons else trace.chunk
    return Taken(erase=persons, chunk=trace.chunk), counts


def _judged(
    processing: Processing, one: UUID, place: Place, persons: Sequence[PersonId], asked: Among
) -> list[PersonId]:
    found = arrivals_of(processing, one, persons)
    there = sorted(found.there, key=lambda each: each.int)
    attitudes = attitudes_of(processing, there)
    reasons: list[tuple[str, frozenset[PersonId]]] = [
        ("asked", asked(processing, there)),
        ("held", found.held),
        ("consented", attitudes.agreeing),
        ("contacted", contacted_among(processing, there)),
        ("documented", concerned_among(processing, there)),
        ("changed", found.changed),
        # Restricted for what the file itself said has a refusal; for any other reason the person needs it kept.
        ("restricted", found.restricted - attitudes.refusing),
    ]
    why = {person: reason for person, reason in _why(reasons).items() if person in found.there}
    if why:
        keep_as_they_are(processing, one, sorted(why))
    going = [person for person in there if person not in why]
    kept = _keep_refusals(processing, going, attitudes)
    place.tell("kept", Counter(why.values()))
    if place.judged:
        place.tell("contacts", {"erased": -len(why), "kept": len(why)})
        return going
    place.tell("contacts", {"erased": len(going), "kept": len(why), "gone": len(persons) - len(there)})
    place.tell("others", {"oppositions": kept})
    return going


def _keep_refusals(processing: Processing, going: Sequence[PersonId], attitudes: Attitudes) -> int:
    """Keep as oppositions what stands on contacts alone that are to go; return of how many persons."""
    wanted = set(going)
    alone = [one for one in attitudes.alone if one.person in wanted]
    if not alone:
        return 0
    data = data_of_arrivals(processing, sorted({one.person for one in alone}))
    known = [one for one in alone if forms(data[one.person])]
    kept = [NewOpposition(data=data[one.person], purpose=one.purpose, channel=one.channel) for one in known]
    oppose(processing, kept, Carrying.REPEATED)
    return len({one.person for one in known})


def _restore_changed(processing: Processing, one: UUID, place: Place) -> bool:
    """Take a page of changes back; tell whether there was any. Who is held or restricted stays as they are."""
    after = None if place.after is None else PersonId(UUID(place.after))
    persons = changed_by(processing, one, after, PAGE)
    if not persons:
        return False
    found, attitudes = arrivals_of(processing, one, persons), attitudes_of(processing, persons)
    why = _why([("held", found.held), ("restricted", found.restricted - attitudes.refusing)])
    undone = undone_since(processing, processing.at - KEPT)
    told = restore_contacts(processing, one, undone, [each for each in persons if each not in why])
    place.tell("kept", Counter(why.values()))
    place.tell("contacts", told.contacts + Counter(kept=len(why)))
    place.tell("data", told.data)
    place.after = str(persons[-1])
    return True


def _why(reasons: Sequence[tuple[str, frozenset[PersonId]]]) -> dict[PersonId, str]:
    """Return the first reason there is for each person."""
    return {person: reason for reason, whom in reversed(reasons) for person in whom}


def told_of(row: Any) -> dict[str, dict[str, int]]:  # noqa: ANN401 - a row
    """Return what an undoing came to so far."""
    counts = json.loads(row.counts)
    return {part: dict(counts.get(part, {})) for part in ("contacts", "kept", "data", "others")}
