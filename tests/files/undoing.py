# ruff: noqa: ANN401 - an order is passed on
"""What tests of undone imports read: contacts with every source, standings, oppositions."""

from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from contacts.reveal import reveal_contacts
from files.import_file import import_file
from files.order import ImportOrder
from files.undo import UndoView, begin_undo, show_undo
from installation.chores import undoer_of
from kernel.identity import PersonId
from policy.draft import Origin
from tests.factories import MANAGING, World, raw

HEADER = "nationbuilder_id,first_name,last_name,email,phone_number,occupation,tag_list,email_opt_in,do_not_contact"


def bring_in(world: World, path: Path, lines: list[str], origin: Origin | None = None, **more: Any) -> UUID:
    """Import lines as another tool sends them; return the job."""
    path.write_text("\n".join([HEADER, *lines, ""]))
    number = (origin or world.newsletter).number
    told: dict[str, Any] = {"category": "regular", "chunk": 3, "profile": "nationbuilder"} | more
    order = ImportOrder(path=path, origin=number, report=path.with_name("report"), **told)
    done = import_file(world.register, world.actor, MANAGING, order, lambda *_: None)
    assert done.job is not None
    return done.job


def undo(world: World, job: UUID) -> UndoView:
    """Undo an import from its beginning to its end."""
    with world.register.open(world.actor, MANAGING) as processing:
        begin_undo(processing, job)
    while undoer_of(world.installation, 0).run(world.campaign, job):
        pass
    with world.register.open(world.actor, MANAGING) as processing:
        return show_undo(processing, job)


def persons(world: World) -> list[PersonId]:
    with raw(world.url, world.campaign) as database:
        found = [row[0] for row in database.run("SELECT id FROM contact ORDER BY id")]
    return [PersonId(one if isinstance(one, UUID) else UUID(bytes=one)) for one in found]


def readable(world: World) -> dict[PersonId, Any]:
    """Return every contact as its person would read it, restricted or not, but for its revision."""
    with world.register.open(world.actor, "rights_request") as processing:
        shown = reveal_contacts(processing, persons(world))
    return {
        one.person: (
            sorted((each.field, each.value, each.origin, each.obtained_on) for each in one.data),
            one.category,
            one.commune,
            one.polling_station,
            sorted(one.tags),
            one.due_on,
        )
        for one in shown
        if one is not None
    }


def clear(world: World, table: str, columns: str) -> list[str]:
    """Return some columns of a table's rows, in their own order."""
    with raw(world.url, world.campaign) as database:
        return sorted(map(repr, database.run(f"SELECT {columns} FROM {table}")))  # noqa: S608 - names of ours


def line(draw: Random, number: int) -> str:
    """Draw a row: who is known or not, with newer values, claims, refusals, tags."""
    someone = draw.randrange(8)
    return ",".join(
        (
            str(number),
            "Marie",
            f"Essai{someone}",
            f"p{someone}{draw.choice(['', 'b'])}@example.org",
            draw.choice(["", f"06399801{someone:02}"]),
            draw.choice(["", "soudeuse", "retraitée"]),
            draw.choice(["", "", "tract"]),
            draw.choice(["", "true", "false"]),
            draw.choice(["", "", "", "", "", "", "", "", "", "true"]),
        )
    )
