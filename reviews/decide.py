"""Decide on what is held: accept it, put it in neutral words, or refuse it; or object to it as the DPO."""

from dataclasses import replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from accounts.scopes import REVIEW_DECIDE, REVIEW_OBJECT
from accounts.staff.account import demand_scope
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.add import Addition, add_to_contacts
from contacts.declare import origin_by_number
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.identity import PersonId
from policy.draft import Draft
from policy.findings import Refusal
from reviews.hold import ACCEPTED, OBJECTED
from reviews.listing import open_held
from reviews.store import delete_reviews, lock_review, update_review


class Decision(StrEnum):
    """What the reviewer may say."""

    ACCEPT = "accept"
    NEUTRALISE = "neutralise"
    REFUSE = "refuse"


class Reason(StrEnum):
    """Why: a closed list, because a reason in free words would say what may not be kept."""

    NAME_OR_PLACE = "name_or_place"
    TOPIC = "topic"
    NOBODY = "nobody"
    OWN_RELATION = "own_relation"
    REWORDED = "reworded"
    FORBIDDEN = "forbidden"
    NOT_NEEDED = "not_needed"
    DOUBTFUL = "doubtful"


FOR = {
    Decision.ACCEPT: {Reason.NAME_OR_PLACE, Reason.TOPIC, Reason.NOBODY, Reason.OWN_RELATION},
    Decision.NEUTRALISE: {Reason.REWORDED},
    Decision.REFUSE: {Reason.FORBIDDEN, Reason.NOT_NEEDED, Reason.DOUBTFUL},
}
"""Which reasons go with which decision."""


def decide_review(
    processing: Processing, review: UUID, decision: Decision, reason: Reason, *, text: str | None = None
) -> None:
    """Decide on what somebody else wrote. ``text`` holds the neutral words, screened like any others.

    Raises NotFound; Forbidden for one's own words; Conflict where the DPO objected to accepting; Invalid for a reason
    of another decision; Refusal where the law closes what the review cannot open.
    """
    demand_scope(processing.actor, REVIEW_DECIDE)
    if processing.actor.staff_role is None and decision is not Decision.REFUSE:
        raise Forbidden("only the privacy reviewer keeps words that are held: whoever cannot see them may refuse them")
    if reason not in FOR[decision] or (text is not None) != (decision is Decision.NEUTRALISE):
        raise Invalid("this decision has other reasons; neutral words are given to neutralise, and only then")
    row = _waiting(processing, review)
    if processing.actor.id == row.actor:
        raise Forbidden("nobody decides on words of their own")
    if row.state == OBJECTED and decision is Decision.ACCEPT:
        raise Conflict("the data protection officer objects: put it in neutral words, or refuse it")
    held, reference, counts = open_held(processing, row)
    if decision is not Decision.REFUSE:
        _add(processing, row, held if text is None else text, accepted=decision is Decision.ACCEPT)
    if decision is Decision.ACCEPT:
        kept = {"state": ACCEPTED, "sealed": None, "until": None, "actor": ACCEPTED}
        counts["review.update"] = update_review(processing, review, kept)
    else:
        counts["review.delete"] = delete_reviews(processing, [review])
    counts["review.read"] = 1
    told = {"review": str(review), "decision": decision.value, "because": reason.value}
    processing.note(Note(event=Event.REVIEW_DECIDED, counts=counts, subjects=reference, free=told))


def object_to_review(processing: Processing, review: UUID, reason: Reason) -> None:
    """Object, as the data protection officer, to accepting what is held. Raises NotFound, Invalid."""
    demand_scope(processing.actor, REVIEW_OBJECT)
    if reason not in FOR[Decision.REFUSE]:
        raise Invalid("an objection has the reasons of a refusal")
    _waiting(processing, review)
    counts = {"review.read": 1, "review.update": update_review(processing, review, {"state": OBJECTED})}
    told = {"review": str(review), "because": reason.value}
    processing.note(Note(event=Event.REVIEW_OBJECTED, counts=counts, free=told))


def _waiting(processing: Processing, review: UUID) -> Any:  # noqa: ANN401 - a row
    row = lock_review(processing, review)
    if row is None:
        raise NotFound("nothing of that id waits for a review in this campaign")
    return row


def _add(processing: Processing, row: Any, text: str, *, accepted: bool) -> None:  # noqa: ANN401 - a row
    """Add the words to the contact; what the detector held passes where the reviewer accepted exactly these."""
    datum = (row.field, text)
    draft = Draft(category="", origin=origin_by_number(processing, row.origin), data=(datum,))
    if accepted:
        draft = replace(draft, accepted=frozenset({datum}))
    (added,) = add_to_contacts(processing, [Addition(PersonId(row.contact_id), draft)])
    if added.findings:
        raise Refusal(added.findings)
