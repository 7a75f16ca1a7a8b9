"""Notice a seed mailbox that comes back in a file: its row is not kept, and who protects the data is told."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.controllers import list_controllers
from crypto.index import email_keys
from files.rows import RowData
from files.seeds.keep import open_mailboxes
from files.seeds.plant import made_up_name
from files.seeds.store import plantings_of
from files.telling import Telling
from messages.letter import Letter
from messages.queue import queue_letters

Rows = list[tuple[int, RowData]]
RULE = "seed.returned"
"""What the report says of such a row: that the file holds an address which only an export of ours did."""
_UNTIL = timedelta(days=30)


def known_seeds(processing: Processing) -> Mapping[str, UUID]:
    """Return the campaign's seed mailboxes by address, to compare a file with. Noted, where there are any."""
    known = {one.address: one.id for one in open_mailboxes(processing)}
    if known:
        processing.note(Note(event=Event.SEED_COMPARED, counts={"seed_mailbox.read": len(known)}))
    return known


def take_seeds_out(
    processing: Processing,
    rows: Rows,
    told: Telling,
    known: Mapping[str, UUID],
    *,
    job: UUID | None = None,
    dry: bool = False,
) -> Rows:
    """Return the rows without those that bear a seed mailbox; each is told of, by its number alone, and noted.

    Also where a file is only tried (``dry``): then nobody is written to, and the log tells all the same, because
    whoever tries a file would else learn unseen which of its rows to take out.
    """
    if not known:
        return rows
    back = {number: (row, mailbox) for number, row in rows if (mailbox := _mailbox(row, known)) is not None}
    if not back:
        return rows
    plantings = plantings_of(processing, {mailbox for _, mailbox in back.values()})
    exports = list(dict.fromkeys(one for row, mailbox in back.values() for one in _exports(row, mailbox, plantings)))
    counts = {"seed_planting.read": len(plantings)} | ({} if dry else _alert(processing, exports))
    free = {"rows": len(back), "exports": [str(one) for one in exports]} | ({"dry_run": True} if dry else {})
    processing.note(Note(event=Event.SEED_RETURNED, counts=counts, free=free, job=job))
    for number in back:
        told.cell(number, "email", RULE, "refused")
    told.rows["refused"] += len(back)
    return [(number, row) for number, row in rows if number not in back]


def _mailbox(row: RowData, known: Mapping[str, UUID]) -> UUID | None:
    forms = (form for name, value in row.data if name == "email" for form in email_keys(value))
    return next((known[form] for form in forms if form in known), None)


def _exports(row: RowData, mailbox: UUID, plantings: Sequence[Any]) -> list[UUID]:
    """Return the exports by which a line left: those whose made-up name it bears, or all that bore its address."""
    here = [one for one in plantings if one.mailbox_id == mailbox]
    said = {value.casefold() for name, value in row.data if name in {"first_names", "last_name"}}
    named = [one for one in here if said.issuperset(part.casefold() for part in made_up_name(one.id))]
    return [one.export_id for one in named or here]


def _alert(processing: Processing, exports: Sequence[UUID]) -> dict[str, int]:
    """Write to the controller's data protection officer, or else to its contact for rights, if they have a mailbox."""
    own = next(one for one in list_controllers(processing) if one.own)
    to = next((found[0] for one in (own.dpo_contact, own.rights_contact) if (found := email_keys(one))), None)
    if to is None:
        return {}
    lines = [
        "Bonjour,",
        "",
        "Un fichier importé contient une adresse témoin du responsable de traitement : elle n'a pu sortir que par un",
        "export de la campagne. La ligne n'a pas été gardée. Export(s) en cause, le plus récent d'abord :",
        *(f"  {one}" for one in exports),
        "",
        "Vérifiez d'où vient ce fichier. S'il a fui, la procédure en cas de violation de données commence maintenant",
        "(RGPD, art. 33 : soixante-douze heures ; isoloir breach open).",
    ]
    letter = Letter(
        medium="email",
        to=to,
        subject="Une adresse témoin est revenue dans un import",
        text="\n".join(lines),
        until=processing.at + _UNTIL,
    )
    return queue_letters(processing, [letter])
