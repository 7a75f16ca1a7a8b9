"""Do what was granted, and tell the person: by a worker, in steps that may each be interrupted and done again.

``Deeds`` is where the rooms above are let in: what erases from every holding, and what makes the archive of an answer.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from consent.carry import Carrying
from consent.channels import ALL
from consent.evidence import Method
from consent.oppositions import NewOpposition, forms
from contacts.holders import holders_of_data
from contacts.reveal import reveal_contacts
from eligibility.oppose import oppose
from kernel.actor import WORKER, Actor, ActorKind
from kernel.identity import CampaignId, PersonId
from rights.course import Act, State
from rights.letters import desk_of, send_letters, write_letter
from rights.move import READ, Opened, move, note_move, open_request
from rights.paper import answer_letter
from rights.store import steps_of
from rights.words import Kind
from signups.evidence import stop_channels

PURPOSE = "rights_request"
_SCOPES = frozenset({"contacts:read", "contacts:write"})
_ERASES = frozenset({Kind.ERASURE.value, Kind.POST_MORTEM.value})
_ARCHIVED = frozenset({Kind.ACCESS.value, Kind.PORTABILITY.value})
Erase = Callable[[Actor, str, Sequence[PersonId], str], int]
"""Erase persons from every holding, on a ground of art. 17(1); what they are known by stays opposed."""
Archive = Callable[[Actor, UUID, PersonId, str], UUID]
"""Make the archive of an answer: for a request (its id), of a person, in a language; return its id.

It may be asked again for the same request after a crash, and then replaces what it made.
"""


@dataclass(frozen=True, slots=True)
class Deeds:
    """What rooms above do for a request; without ``archive`` the staff adds the answer by hand.

    ``erase_deceased`` writes to nobody: the answer goes to whoever asked.
    """

    erase: Erase
    erase_deceased: Erase | None = None
    archive: Archive | None = None


def worker_of_rights(campaign: CampaignId) -> Actor:
    """Return the program itself, answering requests."""
    return Actor(id=WORKER, kind=ActorKind.SYSTEM, campaign=campaign, scopes=_SCOPES, purposes=frozenset({PURPOSE}))


def perform_request(register: Register, deeds: Deeds, actor: Actor, request: UUID, public_url: str) -> None:
    """Do what a granted request asks for, then answer it; done again at whatever step, it goes on from there."""
    with register.open(actor, PURPOSE) as processing:
        due = _prepare(processing, request)
    if due is None:
        return
    archive = None
    if due.erases and due.contact is not None:
        erase = deeds.erase_deceased if due.kind == Kind.POST_MORTEM and deeds.erase_deceased else deeds.erase
        erase(actor, PURPOSE, [due.contact], due.ground)
    if due.archived and due.contact is not None and deeds.archive is not None:
        archive = deeds.archive(actor, request, due.contact, due.language)
    with register.open(actor, PURPOSE) as processing:
        _answer(processing, request, archive, public_url)


@dataclass(frozen=True, slots=True)
class _Due:
    """What is left to do for a request outside its own processing."""

    kind: str
    contact: PersonId | None
    ground: str
    language: str
    nothing: bool

    @property
    def erases(self) -> bool:
        return self.kind in _ERASES and not self.nothing

    @property
    def archived(self) -> bool:
        return self.kind in _ARCHIVED and not self.nothing


def _prepare(processing: Processing, request: UUID) -> _Due | None:
    """Stop what must stop first, and return what is to be done; None where it was done."""
    opened = open_request(processing, request)
    row = opened.row
    processing.note(Note(event=Event.RIGHTS_REQUEST_SHOWN, counts=READ))
    if row.state != State.DECIDED:
        return None
    reason = processing.edition.refusals.get(row.reason or "")
    contact = None if row.contact_id is None else PersonId(row.contact_id)
    due = _Due(
        row.kind, contact, row.ground or "", row.language, nothing=reason is not None and reason.use == "nothing"
    )
    if row.kind == Kind.OBJECTION:
        _object(processing, opened)
    elif row.kind == Kind.CONSENT_WITHDRAWAL:
        _withdraw_consent(processing, opened)
    return due


def _object(processing: Processing, opened: Opened) -> None:
    """Refuse for everybody in the file whom the person's own words mean, and for whom the staff found."""
    data, channel = opened.told.person.data, opened.told.channel
    if forms(data):
        oppose(processing, [NewOpposition(data=data, channel=channel)], Carrying.NOT)
    _stop(processing, opened, () if channel == ALL else (channel,))


def _withdraw_consent(processing: Processing, opened: Opened) -> None:
    data, channel = opened.told.person.data, opened.told.channel
    found = holders_of_data(processing, [data], forms)[0] if forms(data) else set()
    stopped = None if channel == ALL else (channel,)
    stop_channels(processing, sorted(found), stopped, Method.WEB_FORM)
    _stop(processing, opened, stopped or ())


def _stop(processing: Processing, opened: Opened, channels: tuple[str, ...]) -> None:
    contact = opened.row.contact_id
    if contact is not None and reveal_contacts(processing, [PersonId(contact)])[0] is not None:
        stop_channels(processing, [PersonId(contact)], channels or None, Method.OBJECTION)


def _answer(processing: Processing, request: UUID, archive: UUID | None, public_url: str) -> None:
    opened = open_request(processing, request)
    row = opened.row
    if row.state != State.DECIDED:
        processing.note(Note(event=Event.RIGHTS_REQUEST_SHOWN, counts=READ))
        return
    steps = steps_of(processing, request)
    kind, told = answer_letter(processing, opened, steps)
    opened, moved = move(processing, opened, Act.ANSWER, reason=row.reason, more={"answer_id": archive})
    counts = Counter({"rights_step.read": len(steps)}) + Counter(moved)
    desk = desk_of(processing, public_url)
    letter = write_letter(desk, opened.row, kind, told)
    sent = send_letters(processing, desk, [(opened.told, letter)])
    announced: dict[Announcement, Sequence[UUID]] = {Announcement.REQUEST_ANSWERED: [request]}
    if row.kind == Kind.RECTIFICATION and row.contact_id is not None:
        announced[Announcement.CONTACT_RECTIFIED] = [row.contact_id]
    note_move(processing, Act.ANSWER, Counter(READ) + counts + Counter(sent), announced=announced)
