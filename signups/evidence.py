"""Where the public pages meet the evidence: what a mailbox confirmed is given, and what a person stops is withdrawn."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from audit.processing import Processing
from consent.channels import ALL, ANY_PURPOSE
from consent.evidence import Indicated, Method, NewEvidence
from consent.record import record_evidence
from consent.standings import list_standings
from kernel.identity import PersonId
from policy.standing import Action, Status
from signups.boxes import Box, boxes

_AGREED = frozenset({status.name.lower() for status in (Status.CLAIMED, Status.COHORT, Status.PROVEN)})


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


def keep_agreed(processing: Processing, agreed: Agreed) -> None:
    """Keep both acts of a double opt-in: asked for in the form, given by the mailbox."""
    steps = (
        (Action.REQUESTED, agreed.asked_at, Method.WEB_FORM),
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
            details={"submission": agreed.source},
        )
        for box in agreed.boxes
        for action, at, method in steps
    ]
    record_evidence(processing, evidence, own_form=True)


def standing_channels(processing: Processing, person: PersonId) -> tuple[str, ...]:
    """Return the channels of our boxes through which a person agreed to be reached; claimed ones too."""
    numbers = {one.number: one.id for one in processing.edition.channels.values()}
    agreed = {numbers.get(one["channel"]) for one in list_standings(processing, [person]) if one["status"] in _AGREED}
    return tuple(channel for channel in boxes() if channel in agreed)


def stop_channels(
    processing: Processing, persons: Iterable[PersonId], channels: Collection[str] | None, method: Method
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
        for channel in ([ALL] if channels is None else sorted(channels))
    ]
    if evidence:
        record_evidence(processing, evidence, own_form=True)
