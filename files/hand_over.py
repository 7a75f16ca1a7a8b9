"""Hand a list over for sending: chunk by chunk only those who may be reached at that moment.

Each chunk asks anew, in the processing that reveals it: who withdraws while a list is being written is in no later
chunk of it. Each chunk keeps its own signed record.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from audit.processing import Processing
from audit.register import Register
from contacts.listing import Page, hand_out_contacts
from eligibility.answer import answer_eligibility
from eligibility.question import Enquiry
from files.export_file import CHUNK, ExportOrder, export_file
from files.writers import Stream
from kernel.actor import Actor
from kernel.identity import PersonId
from selections.run import fields_behind, run_selection
from selections.save import find_selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Through which channel what kind of message goes out, or which message; and the fields that chose the persons."""

    channel: str
    message: str = "propaganda"
    sends: UUID | None = None
    criteria: Collection[str] | None = None


@dataclass(slots=True)
class HandedOver:
    """How many left, how many did not and by which rule, and the records that say so."""

    contacts: int
    withheld: int
    refused: Mapping[str, int]
    records: Collection[UUID]


@dataclass(slots=True)
class Reachable:
    """Take, chunk by chunk, those of an order who may be reached at that moment; and tell of the others."""

    order: ExportOrder
    asked: Handover
    refused: Counter[str] = field(default_factory=Counter)
    records: list[UUID] = field(default_factory=list)

    def take(self, processing: Processing, after: UUID | None, free: Mapping[str, Any]) -> Page:
        """Take the next chunk. Raises as ``answer_eligibility`` does."""
        order, asked, following = self.order, self.asked, None
        enquiry = Enquiry(channel=asked.channel, message=asked.message, sends=asked.sends, criteria=asked.criteria)
        if order.saved is None:
            clear = {name: value for name, value in asdict(order.selection).items() if value is not None}
            enquiry = replace(enquiry, clear=clear, after=after, limit=CHUNK)
        else:
            enquiry, following = _of_saved(processing, order.saved, after, enquiry)
        answer = answer_eligibility(processing, enquiry)
        allowed = sorted(one for each in answer.verdicts if each.answer.allowed for one in each.each())
        for each in answer.verdicts:
            if not each.answer.allowed:
                self.refused[each.answer.rule] += each.size
        self.records.append(answer.record)
        told = dict(free) | {"eligibility": str(answer.record)}
        shown = hand_out_contacts(processing, list(map(PersonId, allowed)), free=told, only=order.only)
        return Page(shown, following or answer.next)


def hand_over(
    register: Register,
    actor: Actor,
    purpose: str,
    order: ExportOrder,
    asked: Handover,
    out: Stream,
    *,
    export: UUID | None = None,
) -> HandedOver:
    """Write those of a selection who may be reached, with the fields that ``purpose`` discloses.

    Raises as ``export_file`` and ``answer_eligibility`` do.
    """
    reachable = Reachable(order, asked)
    done = export_file(register, actor, purpose, order, out, reachable.take, export=export)
    return HandedOver(done.contacts, done.withheld, dict(reachable.refused), reachable.records)


def _of_saved(processing: Processing, saved: UUID, after: UUID | None, enquiry: Enquiry) -> tuple[Enquiry, UUID | None]:
    """Return the enquiry about those of the next page whom a selection means, and where the page after it begins."""
    page = run_selection(processing, saved, after=after)
    criteria = fields_behind(find_selection(processing, saved)) | frozenset(enquiry.criteria or ())
    return replace(enquiry, persons=[one.person for one in page.contacts], criteria=criteria), page.next
