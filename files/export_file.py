"""Export a list: the fields one purpose discloses, for a reason, to a named recipient, up to a cap, noted per chunk.

A chunk's note is committed before a line of it is written, so that no copy of data leaves without its trace.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register, field_names
from campaigns.recipients import registered_recipient
from contacts.listing import Page, Selection, hand_out_contacts, list_contacts
from contacts.opening import REFERENCE
from contacts.reach import readable
from contacts.reveal import Revealed
from contacts.vocabulary import vocabulary_of
from crypto.row_order import row_order
from files.seeds.plant import plant_seeds
from files.writers import Format, Stream, open_writer
from jobs.memory import collecting_rarely
from kernel.actor import Actor
from kernel.errors import Invalid
from kernel.identity import random_uuid
from outreach.outgoing import let_go_out
from selections.run import run_selection

CHUNK = 1_000
CAP = 10_000
FIXED = ("id", "category", "commune", "polling_station", "tags")
_MANY = " | "
_PARTED = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrder:
    """Which list, why, to which registered recipient (name or id); ``cap`` is the most contacts that may leave.

    ``saved`` names a saved selection, which chooses instead of the clear columns.
    """

    reason: str
    recipient: str
    selection: Selection = field(default_factory=Selection)
    saved: UUID | None = None
    cap: int = CAP
    format: Format = Format.CSV
    only: tuple[str, ...] | None = None
    """The fields that are wanted, where they are fewer than the purpose discloses."""


@dataclass(slots=True)
class Exported:
    """How many contacts left, and how many were withheld because they are restricted or past their day."""

    contacts: int = 0
    withheld: int = 0


Take = Callable[[Processing, UUID | None, Mapping[str, Any]], Page]
"""What takes the next chunk, within a processing: after whom, and what its note says of why and to whom."""


def export_file(
    register: Register,
    actor: Actor,
    purpose: str,
    order: ExportOrder,
    out: Stream,
    take: Take | None = None,
    *,
    export: UUID | None = None,
) -> Exported:
    """Write a list with the fields that ``purpose`` discloses; ``take`` chooses whom, the selection otherwise.

    ``export`` is its id where it was kept as ordered.

    Raises Invalid without a reason or a recipient, Refusal for a recipient that is not registered, and Invalid when
    more contacts than the cap would leave: then the lines already written are a part, and the caller discards them.
    """
    if not order.reason.strip() or not order.recipient.strip():
        message = "an export needs a reason and a recipient"
        raise Invalid(message)
    if order.saved is not None and order.selection != Selection():
        raise Invalid("a selection chooses by itself: name no category, commune or polling station beside it")
    free: dict[str, Any] = {"reason": order.reason, "recipient": order.recipient}
    export = export or random_uuid()
    names = _begin(register, actor, purpose, export, free, order.only)
    columns = [*FIXED, *names]
    writer = open_writer(order.format, columns, out)
    done, after, number, taken = Exported(), None, 0, take or partial(take_selected, order)
    with collecting_rarely():
        while True:
            with register.open(actor, purpose) as processing:
                let_go_out(processing)
                page = taken(processing, after, free)
                _count(done, page.contacts, order.cap)
                lines = marked_lines(processing, export, number, page, columns)
            writer.write(lines)
            if page.next is None:
                writer.finish()
                _finish(register, actor, purpose, export, done)
                return done
            after, number = page.next, number + 1


def take_selected(order: ExportOrder, processing: Processing, after: UUID | None, free: Mapping[str, Any]) -> Page:
    """Take the next chunk of those whom an order chooses; only whom it means is noted as gone out."""
    if order.saved is None:
        return list_contacts(processing, order.selection, after=after, limit=CHUNK, free=free, only=order.only)
    page = run_selection(processing, order.saved, after=after)
    meant = [one.person for one in page.contacts]
    told = {**free, "selection": str(order.saved)}
    return Page(hand_out_contacts(processing, meant, free=told, only=order.only), page.next)


def _begin(
    register: Register, actor: Actor, purpose: str, export: UUID, free: dict[str, Any], only: tuple[str, ...] | None
) -> list[str]:
    """Note the start and to whom it goes, and return the fields that will be written."""
    with register.open(actor, purpose) as processing:
        free["recipient_id"] = str(registered_recipient(processing, free["recipient"]).id)
        may = list(filter(readable(processing), vocabulary_of(processing, tags=False).codes))
        names = [name for name in may if only is None or name in only]
        processing.note(Note(event=Event.EXPORT_STARTED, counts={}, fields=field_names(names), free=free, job=export))
        return names


def _finish(register: Register, actor: Actor, purpose: str, export: UUID, done: Exported) -> None:
    with register.open(actor, purpose) as processing:
        told = {"contacts": done.contacts, "withheld": done.withheld}
        processing.note(Note(event=Event.EXPORT_FINISHED, counts={}, free=told, job=export))


def _count(done: Exported, contacts: Sequence[Revealed], cap: int) -> None:
    withheld = sum(one.withheld is not None for one in contacts)
    done.withheld += withheld
    done.contacts += len(contacts) - withheld
    if done.contacts > cap:
        message = f"more than {cap} contacts would leave: narrow the selection or raise the cap"
        raise Invalid(message)


def marked_lines(
    processing: Processing, export: UUID, chunk: int, page: Page, columns: Collection[str]
) -> list[dict[str, str]]:
    """Write those of a chunk who leave, so that a file that leaks tells which export it was: by order, and by seeds.

    The chunk's note, which is the last, is told whose chunk it is.
    """
    processing.note_job(export, chunk)
    place = row_order(processing.keys.active(REFERENCE), export.bytes)
    lines = [(place(one.person.bytes), line_of(one)) for one in page.contacts if one.withheld is None]
    if lines:
        seeds = plant_seeds(processing, export, chunk, last=page.next is None, columns=columns, beside=lines[0][1])
        lines += [(place(UUID(seed["id"]).bytes), seed) for seed in seeds]
    return [line for _, line in sorted(lines, key=itemgetter(0))]


def line_of(contact: Revealed) -> dict[str, str]:
    """Write a contact as a line: each column's value as text, several of a field side by side."""
    line = {
        "id": str(contact.person),
        "category": contact.category or "",
        "commune": contact.commune or "",
        "polling_station": contact.polling_station or "",
        "tags": _MANY.join(contact.tags),
    }
    for one in contact.data:
        name, value = one.field, one.value
        if name == "address":
            value = ", ".join(map(str, orjson.loads(value).values()))
        elif _PARTED in value:
            value = value.replace(_PARTED, ":")
        line[name] = f"{line[name]}{_MANY}{value}" if line.get(name) else value
    return line
