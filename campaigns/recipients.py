"""The registers of processors and recipients (GDPR art. 28, 30(1)(d), (e)): who gets data, where, under whose law."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.store import RECIPIENT, change_rows, find_row, hold_registers, insert_row, rows_of
from campaigns.words import country, one_of, told
from crypto.age import check_public_key
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import random_uuid
from policy.findings import Refusal
from policy.handover import transfer_findings

PROCESSOR, RECIPIENT_KIND = "processor", "recipient"
RECIPIENT_KINDS = (PROCESSOR, RECIPIENT_KIND)
WEBHOOK, LETTER = "webhook", "letter"
TOLD_BY = (WEBHOOK, LETTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecipient:
    """Who receives or processes data: where it hosts, who controls it, and how it is told of erasures (art. 19)."""

    kind: str
    name: str
    hosting: str
    control: str
    contact: str
    told_by: str
    address: str
    transfer_basis: str | None = None
    contract: str = ""
    public_key: str | None = None
    """Its age recipient (X25519): what is exported to it can be encrypted for it alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientView:
    """A registered recipient or processor."""

    id: UUID
    kind: str
    name: str
    hosting: str
    control: str
    transfer_basis: str | None
    contact: str
    told_by: str
    address: str
    contract: str
    ended_on: date | None
    public_key: str | None


def add_recipient(processing: Processing, new: NewRecipient) -> UUID:
    """Register a recipient or processor and return its id.

    Raises Refusal where a transfer lacks its basis, Conflict where one of that name is registered, Invalid.
    """
    row = _row(new)
    findings = transfer_findings(processing.edition, new.hosting, new.control, new.transfer_basis)
    if findings:
        raise Refusal(findings)
    hold_registers(processing)
    if any(one.name == row["name"] and one.ended_on is None for one in list_recipients(processing)):
        message = "a recipient of this name is registered already"
        raise Conflict(message)
    recipient = random_uuid()
    insert_row(processing, RECIPIENT, {"id": recipient, "added_at": processing.at, "ended_on": None, **row})
    processing.note(Note(event=Event.RECIPIENT_ADDED, counts={"recipient.insert": 1}))
    return recipient


def end_recipient(processing: Processing, recipient: UUID, on: date) -> None:
    """Say from which day on it receives nothing more. Raises NotFound, Conflict if that was said."""
    row = find_row(processing, RECIPIENT, id=recipient)
    if row is None:
        message = "no such recipient in this campaign"
        raise NotFound(message)
    if row.ended_on is not None:
        message = "this recipient was ended already"
        raise Conflict(message)
    change_rows(processing, RECIPIENT, {"ended_on": on}, id=recipient)
    processing.note(Note(event=Event.RECIPIENT_ENDED, counts={"recipient.update": 1}))


def set_public_key(processing: Processing, recipient: UUID, text: str | None) -> None:
    """Say by which key files for a recipient are encrypted from now on, or that it has none. Raises NotFound, Invalid.

    Raises Conflict for a recipient that was ended.
    """
    known = None if text is None else check_public_key(text)
    row = find_row(processing, RECIPIENT, id=recipient)
    if row is None:
        raise NotFound("no such recipient in this campaign")
    if row.ended_on is not None:
        raise Conflict("this recipient was ended already")
    change_rows(processing, RECIPIENT, {"public_key": known}, id=recipient)
    processing.note(Note(event=Event.RECIPIENT_KEYED, counts={"recipient.update": 1}))


def list_recipients(processing: Processing) -> list[RecipientView]:
    """Return the campaign's recipients and processors, oldest first."""
    return [_view(row) for row in rows_of(processing, RECIPIENT, RECIPIENT.c.added_at)]


def registered_recipient(processing: Processing, name: str) -> RecipientView:
    """Return who is registered under this name or id and receives data today. Raises Refusal (GDPR art. 30(1)(d))."""
    for one in list_recipients(processing):
        if name in {one.name, str(one.id)} and (one.ended_on is None or one.ended_on > processing.today):
            return one
    rule = processing.edition.rules["recipient.unregistered"]
    raise Refusal([rule.finding("recipient", missing="recipient")])


def _row(new: NewRecipient) -> dict[str, Any]:
    kind = one_of("the kind of a recipient", new.kind, RECIPIENT_KINDS)
    address = told("the address", new.address)
    if one_of("how it is told", new.told_by, TOLD_BY) == WEBHOOK and not _is_https(address):
        message = "a webhook has an https address without credentials"
        raise Invalid(message)
    return {
        "kind": kind,
        "name": told("the recipient's name", new.name),
        "hosting": country("the country of hosting", new.hosting),
        "control": country("the country of control", new.control),
        "transfer_basis": new.transfer_basis,
        "contact": told("the recipient's contact", new.contact),
        "told_by": new.told_by,
        "address": address,
        "contract": told("the contract", new.contract, required=kind == PROCESSOR),
        "public_key": None if new.public_key is None else check_public_key(new.public_key),
    }


def _is_https(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def _view(row: Any) -> RecipientView:  # noqa: ANN401 - a row
    return RecipientView(**{name: getattr(row, name) for name in RecipientView.__slots__})
