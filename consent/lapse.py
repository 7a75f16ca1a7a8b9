"""Let objections lapse that were neither said nor met for the time that the pack says: three years at least.

What is met is renewed when it is met (``consent.oppositions``), so only what nobody has come in with for all that time
goes. The refusal of whoever is still in the file stands in their evidence, and lasts as long as they do.
"""

from datetime import date

from sqlalchemy import ColumnElement, delete, exists, func, select

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.oppositions import TABLE
from policy.retention import first_kept

LINE = "opposition"


def lapsed_oppositions(processing: Processing) -> int:
    """Count the entries of objections past their day; one ``opposition.read`` is noted by the caller."""
    counted = select(func.count()).select_from(TABLE).where(*_lapsed(processing, _first_kept(processing)))
    return int(processing.read(TABLE, counted)[0][0])


def delete_lapsed(processing: Processing) -> int:
    """Delete objections past their day; on PostgreSQL by a function, for the role may not. Return how many."""
    before = _first_kept(processing)
    if processing.on_postgresql:
        deleted = processing.purge(TABLE, select(func.expire_oppositions(before)))
    else:
        deleted = processing.execute(TABLE, delete(TABLE).where(*_lapsed(processing, before)))
    processing.note(Note(event=Event.OPPOSITION_LAPSED, counts={"opposition.delete": deleted}))
    return deleted


def _first_kept(processing: Processing) -> date:
    return first_kept(processing.edition.retention[LINE], processing.today)


def _lapsed(processing: Processing, before: date) -> tuple[ColumnElement[bool], ...]:
    later, own = TABLE.alias("later"), TABLE.c.controller_id == processing.controller_id
    same = (later.c[name] == TABLE.c[name] for name in ("controller_id", "value", "purpose", "channel"))
    return own, TABLE.c.on < before, ~exists().where(*same, later.c.on >= before)
