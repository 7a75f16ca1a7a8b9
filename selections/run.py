"""Run a saved selection: the database narrows by what is clear, then fields of the purpose are opened and compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from audit.events import Event
from audit.processing import Processing
from contacts.listing import Selection, list_contacts
from contacts.reveal import Revealed
from kernel.errors import Conflict, Forbidden
from kernel.identity import PersonId
from policy.selection import Clause, field_behind
from selections.matching import Meant, meant_by
from selections.save import SelectionView, find_selection, judge_selection

PAGE = 500
"""Contacts that one page of a run opens."""
CAP = 20_000
"""Contacts that a count opens: more are a register's business, not a query's."""
_NARROWING = frozenset({"category", "commune", "polling_station"})


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
    meant = _left(processing, saved)
    return RunPage([one for one in page.contacts if meant(one)], page.next)


def count_selection(processing: Processing, selection: UUID) -> int | None:
    """Count whom a selection means; None where they are fewer than the pack's smallest cell, none among them.

    Raises as running does, and Conflict where more contacts than the cap would be opened.
    """
    count = sum(1 for _ in _meant(processing, _allowed(processing, selection)))
    return count if count >= processing.edition.cell_minimum else None


def persons_meant(processing: Processing, selection: UUID) -> tuple[list[PersonId], frozenset[str]]:
    """Return whom a selection means, and the fields that chose them; every contact that was opened is noted as read.

    Raises as counting does.
    """
    saved = _allowed(processing, selection)
    return [one.person for one in _meant(processing, saved)], frozenset(map(field_behind, saved.clauses))


def _meant(processing: Processing, saved: SelectionView) -> Iterator[Revealed]:
    meant = _left(processing, saved)
    opened, after = 0, None
    while True:
        page = _opened(processing, saved, after)
        opened += len(page.contacts)
        yield from filter(meant, page.contacts)
        if page.next is None:
            return
        if opened >= CAP:
            raise Conflict(f"more than {CAP} contacts would be opened: narrow it by commune or category")
        after = page.next


def _allowed(processing: Processing, selection: UUID) -> SelectionView:
    saved = find_selection(processing, selection)
    if saved.purpose != processing.purpose:
        raise Forbidden("a selection runs for the purpose that it was saved for")
    judge_selection(processing, saved.clauses)
    return saved


def _opened(processing: Processing, saved: SelectionView, after: UUID | None) -> RunPage:
    free = {"selection": str(saved.id)}
    clear = _clear(saved.clauses)
    page = list_contacts(processing, clear, after=after, limit=PAGE, free=free, event=Event.SELECTION_RUN)
    return RunPage(page.contacts, page.next)


def _clear(clauses: Sequence[Clause]) -> Selection:
    return Selection(**{one.field: one.values[0] for one in clauses if _narrows(one)})


def _left(processing: Processing, saved: SelectionView) -> Meant:
    """Return what is left to compare: a column that the database narrowed by may not be shown to the purpose."""
    return meant_by([one for one in saved.clauses if not _narrows(one)], processing.today)


def _narrows(clause: Clause) -> bool:
    return clause.field in _NARROWING and len(clause.values) == 1
