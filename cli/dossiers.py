"""Answer a person: their dossier, and what recipients of their data are told."""

import os
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import cast
from uuid import UUID

from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say, table
from deliveries.deliver import Language
from dossiers.answer import Desk, answer_person, archive_of
from holdings.erase import RIGHTS
from installation.open import Installation
from kernel.identity import PersonId
from recipients.letter import write_ticket_letter
from recipients.tickets import Ticket, acknowledge_ticket, list_tickets

_PAGE = 500


def make(given: Namespace) -> Answer:
    """Make a dossier, and let it wait for its person; the link is shown where no mailbox is theirs alone."""
    with opened(given) as installation:
        actor = operator_of(installation, given, RIGHTS)
        language = cast("Language", given.language)
        made = answer_person(_desk(installation), actor, RIGHTS, PersonId(given.id), language)
    told = say("Un message est parti.", "A message is on its way.")
    if not made.sent:
        told = say(
            f"Aucune adresse à elle seule ; lien à remettre : {made.link}",
            f"No address of theirs alone; hand this over: {made.link}",
        )
    until = say(f"À retirer avant le {made.until:%d/%m/%Y}.", f"To be fetched before {made.until:%Y-%m-%d}.")
    return Answer({"id": made.id, "until": made.until, "sent": made.sent, "link": made.link}, [told, until])


def export(given: Namespace) -> Answer:
    """Write a dossier's archive to a file, for its owner only, to be handed over or posted."""
    with opened(given) as installation:
        actor = operator_of(installation, given, RIGHTS)
        _, archive = archive_of(_desk(installation), actor, RIGHTS, PersonId(given.id))
    write_file(Path(given.out), archive)
    return Answer({"file": given.out, "bytes": len(archive)}, [say("Dossier écrit.", "Dossier written.")])


def tickets(given: Namespace) -> Answer:
    """List what recipients were told, and who acknowledged it."""
    with opened(given) as installation:
        actor = operator_of(installation, given)
        found: list[Ticket] = []
        after: UUID | None = None
        while True:
            with installation.register.open(actor, "administration") as processing:
                page = list_tickets(processing, after=after, limit=_PAGE, waiting=given.waiting)
            found += page
            if len(page) < _PAGE:
                break
            after = page[-1].id
    rows = [
        (str(one.id), f"{one.created_at:%Y-%m-%d}", one.act, one.told_by, one.state, str(one.chased), one.recipient)
        for one in sorted(found, key=lambda one: one.created_at)
    ]
    listed = [{name: value for name, value in asdict(one).items() if name != "ids"} for one in found]
    return Answer({"tickets": listed}, table(rows) if rows else [say("Aucun avis.", "No ticket.")])


def acknowledge(given: Namespace) -> Answer:
    """Note that a recipient answered."""
    with opened(given) as installation:
        actor = operator_of(installation, given, RIGHTS)
        with installation.register.open(actor, RIGHTS) as processing:
            acknowledge_ticket(processing, given.id)
    return Answer({"acknowledged": given.id}, [say("Noté.", "Noted.")])


def letter(given: Namespace) -> Answer:
    """Write the letter that tells a recipient."""
    with opened(given) as installation:
        actor = operator_of(installation, given, RIGHTS)
        with installation.register.open(actor, RIGHTS) as processing:
            written = write_ticket_letter(processing, given.id)
    write_file(Path(given.out), written.pdf())
    return Answer({"file": given.out}, [say("Lettre écrite.", "Letter written.")])


def _desk(installation: Installation) -> Desk:
    settings = installation.settings
    return Desk(installation.register, settings.upload_dir, settings.public_url)


def write_file(path: Path, content: bytes) -> None:
    """Write a new file for its owner only. Raises FileExistsError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
