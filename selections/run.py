"""Run a saved selection: the database narrows by what is clear, then fields of the purpose are opened and compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from audit.events import Event
from audit.processing import Processing
from contacts.listing import Page, Selection, list_contacts
from contacts.reveal import Revealed
from kernel.errors import Conflict, Forbidden
from kernel.identity import PersonId
from policy.selection import Clause, field_behind
from selections.matching import NARROWING, meant_by
from selections.save import SelectionView, find_selection, judge_selection

PAGE = 500
"""Contacts that one page of a run opens."""
CAP = 20_000
"""Contacts that a count opens: more are a register's business, not a query's."""


@dataclass(frozen=True, slots=True)
class RunPage:
    """The contacts meant among those that a page opened, and where the next begins; None after the last."""

    contacts: Sequence[Revealed]
    next: UUID | None


def run_selection(processing: Processing, selection: UUID, *, after: UUID | None) -> RunPage:
    """Show whom of the next contacts a selection means; every contact that was opened is noted as read.

    Raises NotFound; Forbidden for another purpose than the one it was saved for; Refusal where the law has changed.
    """
    saved = _allowed(processing, selection)
    page = _opened(processing, saved, after)
    return RunPage(_meant(processing, saved, page), page.next)


def count_selection(processing: Processing, selection: UUID) -> int | None:
    """Count whom a selection means; None where they are fewer than the pack's smallest cell, none among them.

    Raises as running does, and Conflict where more contacts than the cap would be opened.
    """
    saved = _allowed(processing, selection)
    count = sum(len(page) for page in _pages(processing, saved))
    return count if count >= processing.edition.cell_minimum else None


def selected_persons(processing: Processing, selection: UUID) -> tuple[list[PersonId], frozenset[str]]:
    """Return whom a selection means, and the fields that chose them. Raises as counting does."""
    saved = _allowed(processing, selection)
    persons = [one.person for page in _pages(processing, saved) for one in page]
    return persons, fields_behind(saved)


def fields_behind(saved: SelectionView) -> frozenset[str]:
    """Return the fields by which a selection chooses: the criteria of whatever is sent to whom it means."""
    return frozenset(field_behind(one) for one in saved.clauses)


def _pages(processing: Processing, saved: SelectionView) -> Iterator[Sequence[Revealed]]:
    opened, after = 0, None
    while True:
        page = _opened(processing, saved, after)
        opened += len(page.contacts)
        yield _meant(processing, saved, page)
        if page.next is None:
            return
        if opened >= CAP:
            raise Conflict(f"more than {CAP} contacts would be opened: narrow it by commune or category")
        after = page.next


def _meant(processing: Processing, saved: SelectionView, page: Page) -> list[Revealed]:
    return list(filter(meant_by(saved.clauses, processing.today), page.contacts))


def _allowed(processing: Processing, selection: UUID) -> SelectionView:
    saved = find_selection(processing, selection)
    if saved.purpose != processing.purpose:
        raise Forbidden("a selection runs for the purpose that it was saved for")
    judge_selection(processing, saved.clauses)
    return saved


def _opened(processing: Processing, saved: SelectionView, after: UUID | None) -> Page:
    told, event = {"selection": str(saved.id)}, Event.SELECTION_RUN
    return list_contacts(processing, _clear(saved.clauses), after=after, limit=PAGE, free=told, event=event)


def _clear(clauses: Sequence[Clause]) -> Selection:
    narrowed: dict[str, set[str]] = {}
    for one in clauses:
        if one.field in NARROWING:
            narrowed[one.field] = narrowed.get(one.field, set(one.values)) & set(one.values)
    return Selection(**{name: sorted(values) for name, values in narrowed.items()})
