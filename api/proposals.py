"""Contacts proposed many at a time: each is read by itself, and what became of each is told by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.caller import Caller
from api.errors import BadShape, Fault, MalformedBody, RefusedBatch
from api.repeat import done_once
from api.requests import fault, read_shape
from api.translate import draft_of, sorted_findings
from api.wire_contact import NewContact
from audit.processing import Processing
from contacts.amend import Restricted
from contacts.declare import origin_by_number
from contacts.recall import recall_contacts
from contacts.record import Recorded, Result, record_contacts
from contacts.vocabulary import CUSTOM, Vocabulary, check_registered, vocabulary_of
from jobs import once
from kernel.errors import Invalid
from kernel.identity import PersonId
from policy.draft import Draft

INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A contact proposed, as a draft, or what is wrong with its form."""

    draft: Draft | None
    faults: tuple[Fault, ...] = ()


def record_proposals(
    caller: Caller,
    items: Sequence[bytes],
    request: once.Request | None,
    *,
    first: int = 0,
    strict: bool = False,
) -> tuple[list[dict[str, Any]], bool]:
    """Record contacts proposed in one processing; return what became of each, and whether it was done before.

    ``strict`` refuses all of them if any part of any is refused. Raises BadShape, RefusedBatch, Restricted then.
    """
    with caller.register.open(caller.actor, caller.purpose) as processing:
        proposals = [_Reader(processing).read(item) for item in items]
        if strict:
            _refuse_faults(proposals)
        results: list[Recorded | None] = []

        def work() -> tuple[int, list[Any]]:
            results.extend(_in_their_places(proposals, record_contacts(processing, _drafts(proposals))))
            if strict:
                _refuse_findings(results)
            return 200, [one and (one.result, one.person) for one in results]

        _, outcome, before = done_once(processing, request, work)
        if before:
            results = _recalled(processing, proposals, outcome)
    told = zip(proposals, results, strict=True)
    return [_told(place, proposal, result) for place, (proposal, result) in enumerate(told, first)], before


class _Reader:
    """Read contacts proposed into drafts, each by itself: what is wrong with one says nothing of another."""

    def __init__(self, processing: Processing) -> None:
        self._processing = processing
        self._words: Vocabulary | None = None

    def read(self, item: bytes) -> Proposal:
        try:
            contact = read_shape(item, NewContact)
        except MalformedBody:
            return _faulty("malformed", "*")
        except BadShape as error:
            return Proposal(None, error.faults)
        try:
            draft = draft_of(contact, origin_by_number(self._processing, contact.origin))
        except Invalid:
            return _faulty("not_declared", "origin")
        return Proposal(draft) if self._has_words_for(draft) else _faulty("not_registered", "custom")

    def _has_words_for(self, draft: Draft) -> bool:
        own = [name for name, _ in draft.data if name.startswith(CUSTOM)]
        if not own and not draft.tags:
            return True
        if self._words is None:
            self._words = vocabulary_of(self._processing)
        try:
            check_registered(self._words, own, draft.tags)
        except Invalid:
            return False
        return True


def _faulty(code: str, place: str) -> Proposal:
    return Proposal(None, (fault(code, (place,)),))


def _drafts(proposals: Sequence[Proposal]) -> list[Draft]:
    return [one.draft for one in proposals if one.draft is not None]


def _in_their_places(proposals: Sequence[Proposal], recorded: Sequence[Recorded]) -> list[Recorded | None]:
    """Put results beside the proposals they are of; None beside those that were none."""
    following = iter(recorded)
    return [None if one.draft is None else next(following) for one in proposals]


def _recalled(processing: Processing, proposals: Sequence[Proposal], outcome: Sequence[Any]) -> list[Recorded | None]:
    """Tell anew what became of proposals. One that had no form then, and would have now, is still not recorded."""
    both = [*zip(proposals, outcome, strict=True)]
    known = [(one.draft, then) for one, then in both if one.draft is not None and then]
    remembered = [(Result(result), person and PersonId(UUID(person))) for _, (result, person) in known]
    recalled = iter(recall_contacts(processing, [draft for draft, _ in known], remembered))
    return [next(recalled) if one.draft is not None and then else None for one, then in both]


def _refuse_faults(proposals: Sequence[Proposal]) -> None:
    faults = [
        Fault(one.code, f"contacts.{place}.{one.place}", one.text)
        for place, proposal in enumerate(proposals)
        for one in proposal.faults
    ]
    if faults:
        raise BadShape(faults)


def _refuse_findings(results: Sequence[Recorded | None]) -> None:
    findings = [(place, one) for place, result in enumerate(results) if result for one in result.findings]
    if findings:
        raise RefusedBatch(findings)
    if any(result and result.result is Result.RESTRICTED for result in results):
        message = "a contact of the batch is restricted: release it first"
        raise Restricted(message)


def _told(place: int, proposal: Proposal, recorded: Recorded | None) -> dict[str, Any]:
    faults = proposal.faults or (() if recorded else (fault("not_recorded", ("*",)),))
    return {
        "place": place,
        "id": recorded and recorded.person,
        "result": recorded.result if recorded else INVALID,
        "flagged": bool(recorded and recorded.flagged),
        **sorted_findings(recorded.findings if recorded else ()),
        "errors": [{"code": one.code, "text": one.text, "properties": [one.place]} for one in faults],
    }
