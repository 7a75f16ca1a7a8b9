"""Record interactions: what was sent, what came back, calls and visits. Rows are added, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from crypto.person_keys import subject_references
from kernel.errors import Invalid
from kernel.identity import PersonId, random_uuids
from keys.create import Compartment
from keys.open import open_person_keys
from outreach.outgoing import take_out_of_use
from outreach.store import insert_interactions, messages_by_id
from outreach.words import EFFECTS, IN_PERSON, OF_MESSAGES, Effect, Kind, Outcome

MOST = 1_000
AHEAD = timedelta(minutes=5)
"""So far may the clock of a tool be ahead of ours."""
_REFERENCE = "audit:reference"
_SOURCES = {Effect.OBJECTION: ("rgpd_21",), Effect.REFUSAL: ("rgpd_21", "our_reading")}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInteraction:
    """What happened, to whom, and when it truly did; the channel is the message's, the telephone or the door."""

    contact: PersonId
    kind: Kind
    at: datetime
    outcome: Outcome | None = None
    message: UUID | None = None
    eligibility: UUID | None = None


class Fault(StrEnum):
    """Why one of many was not recorded."""

    UNKNOWN_CONTACT = "unknown_contact"
    UNKNOWN_MESSAGE = "unknown_message"
    UNKNOWN_ELIGIBILITY = "unknown_eligibility"
    OTHER_FORM = "other_form"
    """Sent, delivered, bounced, replied, clicked ask for a message and no outcome; a visit asks for its outcome."""
    TO_COME = "to_come"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one interaction: its id, or why there is none; and what a refusal comes to in law."""

    id: UUID | None
    fault: Fault | None = None
    effect: Effect | None = None


def record_interactions(processing: Processing, proposed: Sequence[NewInteraction]) -> list[Recorded]:
    """Record up to a thousand interactions, in order; each is recorded or tells why not. Raises Invalid for more.

    Whoever refuses at the door or on the telephone has objected from this moment: ``history.opposed_through`` says so.
    """
    if len(proposed) > MOST:
        message = f"at most {MOST} interactions at once"
        raise Invalid(message)
    if any(one.outcome in EFFECTS for one in proposed):
        take_out_of_use(processing)
    references = _references(processing, proposed)
    messages = messages_by_id(processing, list({one.message for one in proposed if one.message is not None}))
    faults = [_fault(processing, one, references, messages) for one in proposed]
    ids = random_uuids(len(proposed))
    kept = [(one, id_) for one, id_, fault in zip(proposed, ids, faults, strict=True) if fault is None]
    insert_interactions(processing, [_row(processing, one, id_, messages) for one, id_ in kept])
    processing.note(
        Note(
            event=Event.INTERACTION_RECORDED,
            counts={"person_key.read": len(references), "interaction.insert": len(kept)},
            subjects=[references[person] for person in dict.fromkeys(one.contact for one, _ in kept)],
        )
    )
    return [
        Recorded(id_, effect=None if one.outcome is None else EFFECTS.get(one.outcome))
        if fault is None
        else Recorded(None, fault)
        for one, id_, fault in zip(proposed, ids, faults, strict=True)
    ]


def articles_of(processing: Processing, effect: Effect) -> tuple[str, ...]:
    """Return the articles on which the effect of a refusal rests."""
    return tuple(processing.edition.sources[source].article for source in _SOURCES[effect])


def _references(processing: Processing, proposed: Sequence[NewInteraction]) -> dict[PersonId, bytes]:
    """Return the references of the contacts that are there, and let nobody erase them before the end."""
    persons = list(dict.fromkeys(one.contact for one in proposed))
    keys = open_person_keys(processing, persons, Compartment.CONTACT, locked=True)
    known = [(person.bytes, key) for person, key in keys.items()]
    return dict(zip(keys, subject_references(processing.keys.active(_REFERENCE), known), strict=True))


def _fault(
    processing: Processing,
    one: NewInteraction,
    references: Mapping[PersonId, bytes],
    messages: Mapping[UUID, Any],
) -> Fault | None:
    if one.contact not in references:
        return Fault.UNKNOWN_CONTACT
    if one.message is not None and one.message not in messages:
        return Fault.UNKNOWN_MESSAGE
    if not _has_form(one):
        return Fault.OTHER_FORM
    return Fault.TO_COME if one.at > processing.at + AHEAD else None


def _has_form(one: NewInteraction) -> bool:
    if one.kind in OF_MESSAGES:
        return one.message is not None and one.outcome is None
    return one.message is None and (one.kind is Kind.CALL or one.outcome is not None)


def _row(
    processing: Processing, one: NewInteraction, interaction: UUID, messages: Mapping[UUID, Any]
) -> tuple[Any, ...]:
    message = None if one.message is None else messages[one.message]
    return (
        processing.campaign,
        interaction,
        one.contact,
        one.kind.value,
        IN_PERSON[one.kind].value if message is None else message.channel,
        None if one.outcome is None else one.outcome.value,
        one.message,
        None if message is None else message.kind,
        one.eligibility,
        one.at,
        processing.at,
        processing.actor.role,
        processing.actor.id,
    )
