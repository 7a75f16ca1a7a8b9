"""Decide on a request: grant it, whole or in part, or refuse it on a reason of the closed list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from accounts.approvals.actions import Action, fingerprint_of
from accounts.approvals.demand import demand_approval
from audit.processing import Processing
from consent.incoming import let_in
from contacts.amend import Amendment, amend_contacts
from contacts.declare import NewOrigin, declare_origin, origin_by_number
from contacts.registries import origins_of
from contacts.restrict import RestrictionGround, restrict_contacts
from contacts.reveal import reveal_contacts
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId
from policy.draft import Datum, Draft, Origin
from policy.findings import Refusal
from recipients.tickets import Act as Telling
from recipients.tickets import open_tickets
from rights.clock import standing_of
from rights.course import Act, moved
from rights.letters import desk_of, send_letters, write_letter
from rights.move import READ, Opened, move, note_move, open_request
from rights.receive import perform_later
from rights.steps import check_reason, why
from rights.store import steps_of
from rights.words import Kind

ABUSE = frozenset({"manifestly_unfounded", "manifestly_excessive"})
"""Reasons that take four eyes: the proof is the controller's."""
_ORIGIN, _PROVES = "person", frozenset({"own_act", "membership_record"})
_CORRECTS_NOTHING = "only a rectification that is granted brings fields to correct"
ERASURE_GROUND = "objection"
"""The ground where the person named none: who asks to be erased from a campaign's file objects to it (art. 21(2))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether a request is granted; on which reason it is refused, or answered in part, or with nothing."""

    grant: bool
    reason: str | None = None
    words: str = field(default="", repr=False)
    ground: str | None = None
    """Of art. 17(1) for an erasure, of art. 18(1) for a restriction."""
    changes: tuple[Datum, ...] = field(default=(), repr=False)
    """What a rectification corrects, where the person said it in their own words; else what the request names."""


def decide_request(processing: Processing, request: UUID, decision: Decision, public_url: str) -> None:
    """Decide. What is granted is done by a worker right after, however often it is interrupted.

    Raises Invalid for a reason that is not of the list, ApprovalMissing for a refusal for abuse that nobody else has
    approved, NotNow.
    """
    opened = open_request(processing, request)
    if decision.grant:
        _grant(processing, opened, decision, public_url)
    else:
        _refuse(processing, opened, decision, public_url)


def _grant(processing: Processing, opened: Opened, decision: Decision, public_url: str) -> None:
    row = opened.row
    moved(standing_of(processing, row), Act.GRANT)  # Said first: nothing else is looked at where it cannot be.
    if decision.reason is not None:
        check_reason(processing, decision.reason, row.kind, ("partial", "nothing"))
    ground = _ground(processing, row.kind, decision.ground or row.ground)
    nothing = decision.reason is not None and processing.edition.refusals[decision.reason].use == "nothing"
    if row.contact_id is None and not nothing and not processing.edition.requests[row.kind].at_once:
        raise Invalid("say whose file it is, or answer that nothing was found: no_data_found")
    if decision.changes and (nothing or row.kind != Kind.RECTIFICATION):
        raise Invalid(_CORRECTS_NOTHING)
    changes = decision.changes or opened.told.changes
    if row.kind == Kind.RECTIFICATION and not (changes or nothing):
        raise Invalid("say which fields are corrected, each with its right value")
    if row.contact_id is not None and not nothing:
        _change_contact(processing, row.kind, PersonId(row.contact_id), ground, changes, public_url)
    more = {"ground": ground, "reason": decision.reason}
    _, counts = move(processing, opened, Act.GRANT, reason=decision.reason, words=decision.words.strip(), more=more)
    later = Counter(perform_later(processing, row.id))
    note_move(processing, Act.GRANT, Counter(READ) + Counter(counts) + later, reason=decision.reason)


def _change_contact(
    processing: Processing, kind: str, contact: PersonId, ground: str | None, changes: Sequence[Datum], public_url: str
) -> None:
    """Correct or restrict with the decision itself, so that what the law says against it is told to who decides.

    Whoever received the data is told of it as of every restriction and correction (art. 19).
    """
    if kind == Kind.RESTRICTION:
        restrict_contacts(processing, [contact], RestrictionGround(ground or ""))
        open_tickets(processing, [contact], Telling.RESTRICTION, public_url)
    if kind == Kind.RECTIFICATION:
        let_in(processing)
        open_tickets(processing, [contact], Telling.RECTIFICATION, public_url)
        (shown,) = reveal_contacts(processing, [contact])
        if shown is None:
            raise NotFound("no such contact in this campaign")
        draft = Draft(category="", origin=_origin_of_today(processing), data=tuple(changes))
        (amended,) = amend_contacts(processing, [Amendment(person=contact, revision=shown.revision, draft=draft)])
        if amended.findings:
            raise Refusal(amended.findings)


def _origin_of_today(processing: Processing) -> Origin:
    """Return the origin of what persons correct today themselves, declared with the first of the day.

    The request is the person's own act; what made them a member was proven when they were recorded, and stays.
    """
    for one in origins_of(processing):
        same = one.kind == _ORIGIN and set(one.evidence) == _PROVES and not one.synthetic
        if same and one.obtained_on == processing.today:
            return origin_by_number(processing, one.number)
    return declare_origin(processing, NewOrigin(kind=_ORIGIN, obtained_on=processing.today, evidence=_PROVES))


def _ground(processing: Processing, kind: str, named: str | None) -> str | None:
    if kind in {Kind.ERASURE, Kind.POST_MORTEM}:
        usual = ERASURE_GROUND if kind == Kind.ERASURE else "no_longer_needed"
        known = sorted(processing.edition.grounds)
    elif kind == Kind.RESTRICTION:
        usual, known = RestrictionGround.ACCURACY_CONTESTED.value, sorted(RestrictionGround)
    else:
        return None
    ground = named or usual
    if ground not in known:
        raise Invalid(f"the ground is one of {', '.join(known)}")
    return ground


def _refuse(processing: Processing, opened: Opened, decision: Decision, public_url: str) -> None:
    row, reason = opened.row, decision.reason or ""
    check_reason(processing, reason, row.kind, ("refusal",))
    if decision.changes:
        raise Invalid(_CORRECTS_NOTHING)
    read = Counter(READ)
    if reason == "identity_not_established":
        steps = steps_of(processing, row.id)
        read += Counter({"rights_step.read": len(steps)})
        if not any(step.act == Act.DOUBT for step in steps):
            raise Invalid("ask once before: record the doubt, and what is asked")
    if reason in ABUSE:
        if not decision.words.strip():
            raise Invalid("the proof is yours: say why")
        given = {"request": str(row.id), "reason": reason}
        demand_approval(processing, Action.REQUEST_REFUSE, fingerprint_of(Action.REQUEST_REFUSE, given))
    words = decision.words.strip()
    opened, counts = move(processing, opened, Act.REFUSE, reason=reason, words=words, more={"reason": reason})
    desk = desk_of(processing, public_url)
    letter = write_letter(desk, opened.row, "refuse", {"why": why(processing, reason, words, row.language)})
    sent = send_letters(processing, desk, [(opened.told, letter)])
    note_move(processing, Act.REFUSE, read + Counter(counts) + Counter(sent), reason=reason)
