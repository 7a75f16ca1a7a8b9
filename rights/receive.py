"""Receive requests, whichever way they came; what takes effect at once is set going before anybody is asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.oppositions import NewOpposition, forms, record_oppositions
from contacts.restrict import who_is_restricted
from crypto.normalise import email, phone
from jobs.enqueue import enqueue_tasks
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId, random_uuid
from policy.request_clock import Course
from rights.clock import clocked, places_of
from rights.course import Act, State
from rights.file import Language, Told, check_told, draw_key, seal_told
from rights.letters import desk_of, send_letters, write_letter
from rights.move import Opened, add_step, local_day, move, note_move
from rights.reference import new_reference
from rights.store import find_by_reference, find_request, insert_request
from rights.words import Asker, Kind, Way

PERFORM = "rights_request.perform"
"""The kind of task that does what was granted, and tells the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A request as it came in. ``received_on`` is the day on which it truly arrived, today without one."""

    kind: Kind
    told: Told
    way: Way
    asker: Asker = Asker.SELF
    language: Language = "fr"
    received_on: date | None = None
    minor: bool = False
    """Whether the data were collected from a minor; where a parent asks they were, whatever is said."""
    external_id: UUID | None = None
    contact: PersonId | None = None
    """Whom it is about, where whoever keys it in has found them; it proves nothing of who asks."""
    ground: str | None = None
    """The ground of art. 17(1) or 18(1) that the person names."""
    quiet: bool = False
    """Whether no receipt is sent: a code is on its way instead."""


@dataclass(frozen=True, slots=True)
class Received:
    """A request that was taken in: the reference to give the person, and by when they are answered."""

    id: UUID
    reference: str
    received_on: date
    due_on: date


def receive_requests(processing: Processing, proposed: Sequence[NewRequest], public_url: str) -> list[Received]:
    """Take requests in, in order. Raises Invalid, NotFound for a contact that is not there."""
    today, places = local_day(processing), places_of(processing)
    for one in proposed:
        _check(one, today)
    proposed = [replace(one, minor=one.minor or one.asker is Asker.PARENT) for one in proposed]
    _check_contacts(processing, [one.contact for one in proposed if one.contact is not None])
    return [_receive(processing, one, today, places, public_url) for one in proposed]


def _check(new: NewRequest, today: date) -> None:
    check_told(new.told)
    if new.received_on is not None and new.received_on > today:
        raise Invalid("a request is received on a day that has come")
    if (new.asker is Asker.SELF) != (not new.told.asker.data):
        raise Invalid("who asks for another says who they are, and who asks for themselves is nobody else")
    if (new.kind is Kind.POST_MORTEM) != (new.asker is Asker.HEIR):
        raise Invalid("heirs ask about a person who died, and nobody else does")
    for who in (new.told.person, new.told.asker):
        wrong = (who.email and email(who.email) is None) or (who.phone and phone(who.phone) is None)
        if wrong:
            raise Invalid("an e-mail address or a telephone number is none")
    if new.contact is None and not forms(new.told.person.data):
        raise Invalid("say how the person is found: an e-mail, a number, or a name with birth date or postal address")
    if (new.kind is Kind.RECTIFICATION) < bool(new.told.changes):
        raise Invalid("only a rectification brings fields to correct")


def _check_contacts(processing: Processing, contacts: Sequence[PersonId]) -> None:
    wanted = sorted(set(contacts))
    if not wanted:
        return
    there = who_is_restricted(processing, wanted)
    processing.note(Note(event=Event.RIGHTS_REQUEST_SHOWN, counts={"contact.read": len(there)}))
    if len(there) != len(wanted):
        message = "no such contact in this campaign"
        raise NotFound(message)


def _receive(
    processing: Processing, new: NewRequest, today: date, places: tuple[str, ...], public_url: str
) -> Received:
    request, received_on = random_uuid(), new.received_on or today
    reference, counts = _free_reference(processing)
    key, made = draw_key(processing, request)
    course = Course(kind=new.kind.value, received_on=received_on, places=places, minor=new.minor)
    clock = clocked(processing, course)
    values = _values(processing, new, request, reference) | clock | {"received_on": received_on}
    values["sealed"] = seal_told(key, processing, request, new.told)
    counts += Counter(made) + Counter({"rights_request.insert": insert_request(processing, values)})
    row = find_request(processing, request)
    opened = Opened(row, key, new.told)
    counts += Counter({"rights_request.read": 1}) + Counter(add_step(processing, opened, "receive"))
    if not new.quiet and not processing.edition.requests[new.kind].at_once:
        desk = desk_of(processing, public_url)
        counts += Counter(send_letters(processing, desk, [(new.told, write_letter(desk, row, "received", {}))]))
    announced = {Announcement.REQUEST_RECEIVED: [request]}
    free = {"kind": new.kind.value, "way": new.way.value}
    processing.note(Note(event=Event.RIGHTS_REQUEST_RECEIVED, counts=counts, free=free, announced=announced))
    if processing.edition.requests[new.kind].at_once:
        _set_going(processing, opened)
    return Received(request, reference, received_on, clock["due_on"])


def _free_reference(processing: Processing) -> tuple[str, Counter[str]]:
    """Draw a reference that no request of the campaign has."""
    while True:
        reference = new_reference()
        if find_by_reference(processing, reference) is None:
            return reference, Counter()


def _values(processing: Processing, new: NewRequest, request: UUID, reference: str) -> dict[str, Any]:
    if new.ground is not None and new.kind is Kind.ERASURE and new.ground not in processing.edition.grounds:
        raise Invalid(f"an erasure has a ground: one of {', '.join(sorted(processing.edition.grounds))}")
    return {
        "campaign_id": processing.campaign,
        "id": request,
        "reference": reference,
        "kind": new.kind.value,
        "state": State.RECEIVED.value,
        "way": new.way.value,
        "asker": new.asker.value,
        "language": new.language,
        "contact_id": new.contact,
        "external_id": new.external_id,
        "minor": new.minor,
        "recorded_at": processing.at,
        "alerted": 0,
        "ground": new.ground,
        "posted_tries": 0,
        "document_asked": False,
    }


def _set_going(processing: Processing, opened: Opened) -> None:
    """Let an objection or a withdrawal take effect: no code, no proof, no reason.

    The opposition itself is kept here; whether anybody in the file is meant is looked up by a worker right after, so
    that neither the answer nor its time tells who is in it.
    """
    told = opened.told
    if opened.row.kind == Kind.OBJECTION and forms(told.person.data):
        record_oppositions(processing, [NewOpposition(data=told.person.data, channel=told.channel)], [()])
    _, counts = move(processing, opened, Act.GRANT)
    note_move(processing, Act.GRANT, Counter(counts) + Counter(perform_later(processing, opened.row.id)))


def perform_later(processing: Processing, request: UUID) -> Mapping[str, int]:
    """Put what was granted into the outbox, in the transaction that grants it; return the rows to note."""
    return enqueue_tasks(processing, PERFORM, [{"request": str(request)}])
