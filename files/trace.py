"""Tell which export a leaked file most likely is: by who is in it, and by the order of its rows.

The log says who was in which export; the order says more, for two exports of the same persons differ in it. What the
order proves is told as the chance that rows in any other order would agree with an export as well as these do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from accounts.scopes import AUDIT_READ
from accounts.staff.account import demand_scope
from audit.emitted import Emitted, emitted_chunks
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.holders import holders_of_data
from contacts.opening import REFERENCE, references_of
from crypto.row_order import row_order
from files.leaked import Leaked
from files.order_evidence import chance_of, rising
from kernel.identity import PersonId
from keys.create import Compartment
from keys.open import open_person_keys
from policy.findings import Refusal

SURE: Final = 0.001
"""An export is named where the chance that a stranger's order agrees as well, among all that were compared, is less."""
_STEP: Final = 500
_ACTIVITY: Final = "activity"
_MONITORING: Final = "staff.monitoring"


class Verdict(StrEnum):
    """What the order of the rows says."""

    NAMED = "named"
    TOO_SHORT = "too_short"
    """However they stood, so few rows could not tell one export from another."""
    UNMARKED = "unmarked"
    """They stand in no export's order: sorted anew, or no export of this campaign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An export that the file may be: how many of its persons were in it, and how far its order agrees."""

    export: UUID
    at: datetime
    purpose: str
    recipient: str | None
    held: int
    compared: int
    risen: int
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """What is known of a file: the likeliest export first; ``likelihood`` is that its order is no chance."""

    verdict: Verdict
    likelihood: float
    persons: int
    """Rows that were compared, each person once."""
    known: int
    """Persons among them whom the campaign still knows."""
    candidates: tuple[Candidate, ...]


def trace_export(processing: Processing, leaked: Leaked) -> Traced:
    """Compare the rows of a file with every export the log tells of; noted, without a value.

    Raises Forbidden without the scope to read the log, and Refusal for a purpose that may not read who did what.
    """
    demand_scope(processing.actor, AUDIT_READ)
    if _ACTIVITY not in processing.edition.purposes[processing.purpose].staff:
        raise Refusal([processing.edition.rules[_MONITORING].finding("actor")])
    persons = _persons(processing, leaked)
    names = _names(processing, persons)
    runs, chunks = _runs(emitted_chunks(processing), names)
    likely = [run for run in runs.values() if run.places or len(names) < len(persons)]
    compared = [_compared(processing, run, persons, names) for run in likely]
    told = _concluded(persons, names, sorted(compared, key=lambda one: (one.chance, -one.held)))
    counts = {"person_key.read": len(names), "entry.read": chunks}
    found = told.candidates[0].export if told.verdict is Verdict.NAMED else None
    free = {"verdict": told.verdict.value, "rows": told.persons, "candidates": len(told.candidates)}
    processing.note(Note(event=Event.EXPORT_TRACED, counts=counts, free=free, job=found))
    return told


def _persons(processing: Processing, leaked: Leaked) -> list[PersonId]:
    """Return the persons of the rows, in their order; an address that is several persons' says nobody."""
    if leaked.kind == "id":
        return list(map(PersonId, leaked.ids()))
    found: list[PersonId] = []
    for start in range(0, len(leaked.values), _STEP):
        asked = [[(leaked.kind, value)] for value in leaked.values[start : start + _STEP]]
        holders = holders_of_data(processing, asked, lambda _: ())
        found += [next(iter(one)) for one in holders if len(one) == 1]
    return list(dict.fromkeys(found))


def _names(processing: Processing, persons: Sequence[PersonId]) -> dict[bytes, PersonId]:
    """Return whom the log knows by which reference; who was erased has none any more."""
    names: dict[bytes, PersonId] = {}
    for start in range(0, len(persons), _STEP):
        keys = open_person_keys(processing, persons[start : start + _STEP], Compartment.CONTACT)
        pairs = [(person.bytes, key) for person, key in keys.items()]
        names.update(zip(references_of(processing, pairs), keys, strict=True))
    return names


@dataclass(slots=True)
class _Run:
    """An export as its chunks tell of it, and who of the file was in it."""

    first: Emitted
    places: set[PersonId]


def _runs(chunks: Iterable[Emitted], names: Mapping[bytes, PersonId]) -> tuple[dict[UUID, _Run], int]:
    """Gather the chunks by export; count them."""
    runs: dict[UUID, _Run] = {}
    read = 0
    for chunk in chunks:
        read += 1
        run = runs.setdefault(chunk.export, _Run(chunk, set()))
        run.places.update(names[one] for one in chunk.subjects if one in names)
    return runs, read


def _compared(
    processing: Processing, run: _Run, persons: Sequence[PersonId], names: Mapping[bytes, PersonId]
) -> Candidate:
    """Put those of the file's rows that may have been in an export in its order, and count how far it is theirs."""
    known = set(names.values())
    within = [one for one in persons if one in run.places or one not in known]
    place = row_order(processing.keys.active(REFERENCE), run.first.export.bytes)
    risen = rising([place(one.bytes) for one in within])
    return Candidate(
        export=run.first.export,
        at=run.first.at,
        purpose=run.first.purpose,
        recipient=run.first.recipient,
        held=len(run.places),
        compared=len(within),
        risen=risen,
        chance=chance_of(risen, len(within)),
    )


def _concluded(persons: Sequence[PersonId], names: Mapping[bytes, PersonId], found: Sequence[Candidate]) -> Traced:
    """Say which export it is, or that the order cannot tell, or does not."""
    many = len(found)
    chance = min(1.0, many * found[0].chance) if found else 1.0
    best = min((many * chance_of(one.compared - 1, one.compared) for one in found if one.compared), default=1.0)
    unsure = Verdict.TOO_SHORT if best > SURE else Verdict.UNMARKED
    return Traced(
        verdict=Verdict.NAMED if chance <= SURE else unsure,
        likelihood=1 - chance,
        persons=len(persons),
        known=len(names),
        candidates=tuple(found),
    )
