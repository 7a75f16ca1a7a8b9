"""Put seed mailboxes into an export: lines of persons who do not exist, among those of persons who do.

A line is no contact: it is counted nowhere, stands in no register and no dossier, and nobody's value is altered for it.
Its name follows from its made-up id, so that what comes back says by its name in which export it left.
"""

from collections.abc import Collection, Mapping
from random import Random
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from files.sample import names, pick, sample_data
from files.seeds.keep import Mailbox, open_mailboxes
from files.seeds.store import insert_plantings, last_plantings, planted_in
from kernel.identity import random_uuid

EACH = 3
"""Mailboxes that leave in one export, those that have not left for longest first: one in each of the first chunks."""
_LIKE = ("category", "commune", "polling_station")
"""What says nothing of one person is as in the line beside."""


def plant_seeds(
    processing: Processing,
    export: UUID,
    chunk: int,
    *,
    last: bool,
    columns: Collection[str],
    beside: Mapping[str, str],
) -> list[dict[str, str]]:
    """Return the lines that this chunk of an export carries besides its contacts, and keep that they left. Noted.

    Only an export with e-mail addresses carries any: nobody else could be written to.
    """
    if chunk >= EACH or "email" not in columns:
        return []
    known = open_mailboxes(processing)
    if not known:
        return []
    left, planted = last_plantings(processing), planted_in(processing, export)
    waiting = [one for one in known if one.ended_at is None and one.id not in planted]
    waiting.sort(key=lambda one: (one.id in left, left.get(one.id, one.added_at), one.id))
    chosen = waiting[: EACH - len(planted) if last else 1]
    made = [(random_uuid(), one) for one in chosen]
    counts = {"seed_mailbox.read": len(known), "seed_planting.read": len(left) + len(planted)}
    rows = [{"id": person, "mailbox_id": one.id, "export_id": export} for person, one in made]
    counts["seed_planting.insert"] = insert_plantings(processing, rows) if rows else 0
    processing.note(Note(event=Event.SEED_PLANTED, counts=counts, job=export, chunk=chunk))
    return [_line(person, one, columns, beside) for person, one in made]


def made_up_name(person: UUID) -> tuple[str, str]:
    """Return the first and the last name of a line by its id."""
    random, data = Random(person.int), sample_data()  # noqa: S311 - a name, no secret
    first = names(data[pick(random, ("women", "men"))])
    return pick(random, first), pick(random, names(data["last_names"]))


def _line(person: UUID, mailbox: Mailbox, columns: Collection[str], beside: Mapping[str, str]) -> dict[str, str]:
    first, last = made_up_name(person)
    told = {"first_names": first, "last_name": last, "email": mailbox.address}
    like = {name: beside[name] for name in _LIKE if beside.get(name)}
    return {"id": str(person)} | {name: value for name, value in (like | told).items() if name in columns}
