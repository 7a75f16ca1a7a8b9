"""How many contacts there are in a commune or polling station; cells under the pack's minimum are never told.

Nor can they be reckoned: what a commune has beyond its stations that are told is nothing, or the minimum at least. Who
asks every day sees cells change, and by how much: the log tells of each asking.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.store.pages import cell_counts

Grain = Literal["commune", "polling_station"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A commune, or a polling station of it, and how many contacts may be used there."""

    commune: str
    polling_station: str | None
    contacts: int


def count_cells(processing: Processing, grain: Grain) -> Sequence[Cell]:
    """Return the cells with as many contacts as the pack asks for at least, in order.

    Restricted contacts, and those past their day, count nowhere.
    """
    rows = cell_counts(processing)
    processing.note(Note(event=Event.CELL_COUNTED, counts={"contact.read": len(rows)}))
    cells = [Cell(row.commune, row.polling_station, row.contacts) for row in rows]
    return told_cells(cells, grain, processing.edition.cell_minimum)


def told_cells(counted: Iterable[Cell], grain: Grain, minimum: int) -> Sequence[Cell]:
    """Choose, of cells counted by polling station, those that may be told; in order."""
    communes: dict[str, list[Cell]] = defaultdict(list)
    for one in counted:
        communes[one.commune].append(one)
    if grain == "commune":
        sums = (Cell(name, None, sum(one.contacts for one in cells)) for name, cells in sorted(communes.items()))
        return [one for one in sums if one.contacts >= minimum]
    return [one for _, cells in sorted(communes.items()) for one in told(cells, minimum)]


def told(cells: Iterable[Cell], minimum: int) -> Iterator[Cell]:
    """Choose the stations of a commune that may be told; the smallest ones hide those that are too small."""
    ordered = sorted(cells, key=lambda one: (one.polling_station is not None, one.contacts))
    hidden, shown = 0, []
    for one in ordered:
        if one.polling_station is None or one.contacts < minimum or 0 < hidden < minimum:
            hidden += one.contacts
        else:
            shown.append(one)
    return iter(sorted(shown, key=lambda one: one.polling_station or ""))
