"""Contacts proposed many at a time: each is read by itself, and what became of each is told by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from api.caller import Caller
from api.errors import BadShape, Fault, MalformedBody, RefusedBatch
from api.repeat import done_once
from api.requests import fault, read_shape
from api.translate import draft_of, statements_of, told_findings
from api.wire_contact import NewContact
from audit.processing import Processing
from consent.channels import channels
from consent.statements import Statement, check_statements, record_statements
from contacts.amend import Restricted
from contacts.declare import origin_by_number
from contacts.recall import recall_contacts
from contacts.record import Recorded, Result, record_contacts
from contacts.vocabulary import CUSTOM, Vocabulary, check_registered, vocabulary_of
from jobs import once
from kernel.errors import Invalid
from kernel.identity import PersonId
from policy.detect import OwnWords
from policy.draft import Draft, Origin
from reviews.hold import Written, find_reviews, hold_words, written

INVALID = "invalid"
_NOTHING = Draft(category="", origin=Origin(kind="", obtained_on=date.min, number=0), data=())


@dataclass(frozen=True, slots=True)
class Proposal:
    """A contact proposed, as a draft, or what is wrong with its form."""

    draft: Draft | None
    said: tuple[Statement, ...] = ()
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
        proposals = _read(processing, items)
        if strict:
            _refuse_faults(proposals)
        results: list[Recorded | None] = []
        held: list[dict[str, UUID]] = []

        def work() -> tuple[int, list[Any]]:
            results.extend(_in_their_places(proposals, record_contacts(processing, _drafts(proposals))))
            if strict:
                _refuse_findings(results)
            persons = [(one and one.person, proposal.said) for one, proposal in zip(results, proposals, strict=True)]
            held.extend(hold_words(processing, _written(proposals, results), source="api"))
            said = [[one.level.name.lower() for one in made] for made in record_statements(processing, persons)]
            return 200, [one and (one.result, one.person, told) for one, told in zip(results, said, strict=True)]

        _, outcome, before = done_once(processing, request, work)
        if before:
            results = _recalled(processing, proposals, outcome)
            held = find_reviews(processing, _written(proposals, results))
    told = zip(proposals, results, outcome, held, strict=True)
    return [
        _told(place, proposal, result, then[2] if then else (), reviews, processing.own)
        for place, (proposal, result, then, reviews) in enumerate(told, first)
    ], before


def _written(proposals: Sequence[Proposal], results: Sequence[Recorded | None]) -> list[Written]:
    """Return what was recorded of each, for what is held of it."""
    return [
        (None, _NOTHING, ()) if one.draft is None or result is None else written(one.draft, result)
        for one, result in zip(proposals, results, strict=True)
    ]


class _Reader:
    """Read contacts proposed into drafts, each by itself: what is wrong with one says nothing of another."""

    def __init__(self, processing: Processing) -> None:
        self._processing = processing
        self._words: Vocabulary | None = None
        self._channels: Mapping[str, int] | None = None

    def read(self, item: bytes) -> Proposal:
        try:
            contact = read_shape(item, NewContact)
        except MalformedBody:
            return _faulty("malformed", "*")
        except BadShape as error:
            return Proposal(None, faults=error.faults)
        try:
            draft = draft_of(contact, origin_by_number(self._processing, contact.origin))
        except Invalid:
            return _faulty("not_declared", "origin")
        if not self._has_words_for(draft):
            return _faulty("not_registered", "custom")
        said = statements_of(contact)
        return Proposal(draft, said) if self._could_be_said(said) else _faulty("not_evidence", "consents")

    def _could_be_said(self, said: Sequence[Statement]) -> bool:
        if not said:
            return True
        if self._channels is None:
            self._channels = channels(self._processing)
        try:
            check_statements(self._processing, said, self._channels)
        except Invalid:
            return False
        return True

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


def _read(processing: Processing, items: Sequence[bytes]) -> list[Proposal]:
    reader = _Reader(processing)
    return [reader.read(item) for item in items]


def _faulty(code: str, place: str) -> Proposal:
    return Proposal(None, faults=(fault(code, (place,)),))


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
    remembered = [(Result(result), person and PersonId(UUID(person))) for _, (result, person, _) in known]
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


def _told(
    place: int,
    proposal: Proposal,
    recorded: Recorded | None,
    consents: Sequence[str],
    reviews: Mapping[str, UUID],
    own: OwnWords | None,
) -> dict[str, Any]:
    faults = proposal.faults or (() if recorded else (fault("not_recorded", ("*",)),))
    return {
        "place": place,
        "id": recorded and recorded.person,
        "result": recorded.result if recorded else INVALID,
        "flagged": bool(recorded and recorded.flagged),
        "consents": consents if recorded else (),
        **told_findings(recorded.findings if recorded else (), proposal.draft, reviews, own),
        "errors": [{"code": one.code, "text": one.text, "properties": [one.place]} for one in faults],
    }
