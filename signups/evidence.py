"""Where the public pages meet the evidence: what a mailbox confirmed is given, and what a person stops is withdrawn."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.channels import ALL, ANY_PURPOSE, cells_above, channels
from consent.evidence import Indicated, Method, NewEvidence
from consent.facts import STANDING
from consent.oppositions import NewOpposition, forms, record_oppositions
from consent.record import record_evidence
from kernel.columns import among
from kernel.identity import PersonId
from policy.draft import Datum
from policy.standing import Action, Status
from signups.boxes import Box, box_of, boxes, is_list

_AGREED = frozenset({Status.CLAIMED, Status.COHORT, Status.PROVEN})


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a person agreed to: the boxes, the version that was shown, when it was asked and when confirmed."""

    person: PersonId
    boxes: tuple[Box, ...]
    notice: int
    asked_at: datetime
    given_at: datetime
    source: str
    """The id of the sign-up."""
    canvasser: str = ""
    """Who knocked, where it was asked for at the door."""


def keep_agreed(processing: Processing, agreed: Agreed) -> None:
    """Keep both acts of a double opt-in: asked for in the form, given by the mailbox."""
    steps = (
        (Action.REQUESTED, agreed.asked_at, Method.IN_PERSON if agreed.canvasser else Method.WEB_FORM),
        (Action.GIVEN, agreed.given_at, Method.DOUBLE_OPT_IN),
    )
    evidence = [
        NewEvidence(
            person=agreed.person,
            purpose=box.purpose,
            channel=box.channel,
            action=action,
            occurred_at=at,
            indicated_by=Indicated.PERSON,
            method=method,
            notice=str(agreed.notice),
            details={"submission": agreed.source} | ({"canvasser": agreed.canvasser} if agreed.canvasser else {}),
        )
        for box in agreed.boxes
        for action, at, method in steps
    ]
    record_evidence(processing, evidence, own_form=True)


def standing_channels(processing: Processing, person: PersonId) -> tuple[str, ...]:
    """Return the channels of our boxes through which a person may still be reached; claimed agreements too.

    A wider refusal, of a whole channel or of everything, ends what was agreed to before it.
    """
    return channels_of(processing, [person])[person]


def channels_of(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, tuple[str, ...]]:
    """Return, for each of these persons, the channels of our boxes through which they may still be reached; noted."""
    named = among(STANDING.c.contact_id, persons, on_postgresql=processing.on_postgresql)
    rows = processing.read(STANDING, select(STANDING).where(STANDING.c.campaign_id == processing.campaign, named))
    processing.note(Note(event=Event.CONSENT_LISTED, counts={"consent_standing.read": len(rows)}))
    cells: dict[PersonId, dict[tuple[str, int], Any]] = {person: {} for person in persons}
    for row in rows:
        cells[PersonId(row.contact_id)][row.purpose, row.channel] = row
    numbers = channels(processing)
    shown = [*boxes().values(), *(box_of(word) for word in sorted(numbers) if is_list(word))]
    return {
        person: tuple(box.channel for box in shown if _stands(processing, own, box, numbers[box.channel]))
        for person, own in cells.items()
    }


def _stands(processing: Processing, cells: Mapping[tuple[str, int], Any], box: Box, number: int) -> bool:
    cell = cells.get((box.purpose, number))
    if cell is None or cell.status not in _AGREED:
        return False
    wider = [cells[name] for name in cells_above(processing.edition, box.purpose, number) if name in cells]
    ended = [one.opted_out_at for one in wider if one.opted_out_at is not None]
    return not ended or (cell.proven_at is not None and cell.proven_at > max(ended))


def stop_channels(
    processing: Processing, persons: Iterable[PersonId], stopped: Collection[str] | None, method: Method
) -> None:
    """Withdraw channels of persons for every purpose, or everything for None; whoever is gone needs no withdrawal."""
    evidence = [
        NewEvidence(
            person=person,
            purpose=ANY_PURPOSE,
            channel=channel,
            action=Action.WITHDRAWN,
            occurred_at=processing.at,
            indicated_by=Indicated.PERSON,
            method=method,
        )
        for person in persons
        for channel in ([ALL] if stopped is None else sorted(stopped))
    ]
    if evidence:
        record_evidence(processing, evidence, own_form=True)


def oppose(processing: Processing, data: Sequence[Datum], channel: str) -> bool:
    """Keep that whoever has these data objects to a channel, or to all: it outlives the contact, and any new import.

    Return whether the data say enough to know them by.
    """
    known = bool(forms(data))
    if known:
        record_oppositions(processing, [NewOpposition(data=data, channel=channel)], [()])
    return known
