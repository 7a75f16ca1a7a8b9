"""Evidence as tests propose it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from attachments.kinds import Kind
from consent.evidence import Indicated, Method, NewEvidence
from consent.record import RecordedEvidence, record_evidence
from eligibility.answer import Eligibility, answer_eligibility
from eligibility.question import Enquiry
from kernel.identity import PersonId
from policy.standing import Action
from tests.attachments.samples import added, scan_of
from tests.factories import MANAGING, World

PURPOSE = "email_campaign"


def said(world: World, person: PersonId, action: Action = Action.GIVEN, **more: Any) -> NewEvidence:  # noqa: ANN401
    """Say that a person gave consent to e-mail an hour ago, as a tool tells it."""
    told: dict[str, Any] = {
        "purpose": PURPOSE,
        "channel": "email",
        "occurred_at": world.clock.at - timedelta(hours=1),
    }
    return NewEvidence(person=person, action=action, **told | more)


def by_form(world: World, person: PersonId, action: Action = Action.GIVEN, **more: Any) -> NewEvidence:  # noqa: ANN401
    own = {"indicated_by": Indicated.PERSON, "method": Method.WEB_FORM, "notice": "2026-1"}
    return said(world, person, action, **own | more)


def keep(world: World, *evidence: NewEvidence, own_form: bool = False) -> list[RecordedEvidence]:
    with world.register.open(world.actor, MANAGING) as processing:
        return record_evidence(processing, evidence, own_form=own_form)


def ask(
    world: World,
    persons: Sequence[PersonId] | None,
    *,
    purpose: str = PURPOSE,
    channel: str = "email",
    at: datetime | None = None,
    **more: Any,  # noqa: ANN401
) -> Eligibility:
    chosen: dict[str, Any] = {"criteria": frozenset()} if persons is not None else {}
    with world.register.open(world.actor, purpose) as processing:
        enquiry = Enquiry(channel=channel, persons=persons, at=at, **chosen | more)
        return answer_eligibility(processing, enquiry)


def told(answer: Eligibility) -> dict[PersonId, str]:
    """Return the rule that answered for each person."""
    return {PersonId(person): one.answer.rule for one in answer.verdicts for person in one.each()}


def add_screenshot(world: World) -> UUID:
    """Keep a screenshot of a form's wording: evidence that concerns no contact."""
    return added(world, scan_of(2_000), kind=Kind.EVIDENCE, contact=None)
