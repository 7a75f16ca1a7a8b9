"""Turfs: the addresses of a commune or polling station where somebody may be visited; never a ranking.

Who does the visits, and how many, is no part of it: what came of them is told by territory only.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from audit.processing import Processing
from contacts.reach import PLACE
from contacts.reveal import reveal_contacts
from eligibility.answer import Eligibility, answer_eligibility
from eligibility.question import Enquiry
from eligibility.street import street_order
from kernel.identity import PersonId

DOOR = "door"
MOST = 1_000
"""How many contacts one page of a turf is drawn from."""


@dataclass(frozen=True, slots=True)
class Doorstep:
    """An address, and the contacts who may be visited there."""

    address: Mapping[str, Any] = field(repr=False)
    contacts: Sequence[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turf:
    """Doorsteps in the order of their streets, and the answer that allows them."""

    doorsteps: Sequence[Doorstep]
    answer: Eligibility
    unopened: Sequence[PersonId] = ()
    """Whose record was spoilt: they stand at no door."""

    @property
    def next(self) -> UUID | None:
        """Where the next page begins."""
        return self.answer.next


def draw_turf(processing: Processing, clear: Mapping[str, str], *, after: UUID | None = None, most: int = MOST) -> Turf:
    """Return the addresses of a place where the law lets somebody be visited now; only addresses are opened.

    Who has none, or none that the actor may read, is at none of them. Raises Invalid.
    """
    answer = answer_eligibility(processing, Enquiry(channel=DOOR, clear=clear, after=after, limit=most))
    allowed = [PersonId(one) for each in answer.verdicts if each.answer.allowed for one in each.each()]
    found: dict[str, list[UUID]] = {}
    unopened: list[PersonId] = []
    for shown in filter(None, reveal_contacts(processing, allowed, only={PLACE}, unopened=unopened)):
        for datum in shown.data:
            found.setdefault(datum.value, []).append(shown.person)
    doorsteps = [Doorstep(json.loads(text), sorted(persons)) for text, persons in found.items()]
    return Turf(
        doorsteps=sorted(doorsteps, key=lambda one: street_order(one.address)), answer=answer, unopened=unopened
    )
