"""List contacts for an export: a page narrowed by clear columns, shown as the purpose may see it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.processing import Processing
from contacts.opening import unwrap
from contacts.reveal import Revealed, reveal_note, show
from contacts.store.pages import page_of_contacts
from contacts.store.records import read_contacts
from kernel.identity import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which contacts, by clear columns only: nothing sealed is opened to choose whom. Of several values one holds."""

    category: str | Collection[str] | None = None
    commune: str | Collection[str] | None = None
    polling_station: str | Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Contacts of one page, and where the next begins; None after the last."""

    contacts: Sequence[Revealed]
    next: UUID | None


def list_contacts(
    processing: Processing,
    selection: Selection,
    *,
    after: UUID | None,
    limit: int,
    free: Mapping[str, Any],
    event: Event = Event.EXPORT_CHUNK_EMITTED,
    only: Collection[str] | None = None,
) -> Page:
    """Show a page of contacts, noted as emitted with what ``free`` says of why and to whom.

    ``only`` names the fields that are needed, where that is less than the purpose discloses.
    """
    rows = page_of_contacts(
        processing,
        after=after,
        limit=limit,
        category=selection.category,
        commune=selection.commune,
        polling_station=selection.polling_station,
    )
    return Page(_shown(processing, rows, free, event, only), rows[-1].id if len(rows) == limit else None)


def hand_out_contacts(
    processing: Processing,
    persons: Sequence[PersonId],
    *,
    free: Mapping[str, Any],
    only: Collection[str] | None = None,
) -> Sequence[Revealed]:
    """Show these contacts, noted as emitted with what ``free`` says of why and to whom."""
    rows = read_contacts(processing, persons) if persons else []
    return _shown(processing, rows, free, Event.EXPORT_CHUNK_EMITTED, only)


def _shown(
    processing: Processing, rows: Sequence[Any], free: Mapping[str, Any], event: Event, only: Collection[str] | None
) -> Sequence[Revealed]:
    contacts = unwrap(processing, rows)
    shown = show(processing, contacts, only)
    # Who is withheld leaves with nobody: the log must not tell them that they did.
    left = contacts
    if event is Event.EXPORT_CHUNK_EMITTED:
        left = [opened for opened, one in zip(contacts, shown, strict=True) if one.withheld is None]
    processing.note(reveal_note(processing, event, contacts, shown, free=dict(free), named=left))
    return shown
