"""The letter that tells a recipient of what no webhook carries: for people to print and to post."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from audit.processing import Processing
from campaigns.controllers import list_controllers
from campaigns.recipients import list_recipients
from kernel.errors import Conflict
from kernel.typeset import typeset
from notices.words import day
from recipients.tickets import Act, State, find_view

_ACTS = {
    Act.ERASURE: ("effacer les données de", "Article 17", "Effacement de données"),
    Act.RECTIFICATION: ("corriger, d'après notre fichier, les données de", "Article 16", "Rectification de données"),
    Act.RESTRICTION: ("ne plus utiliser, jusqu'à nouvel ordre, les données de", "Article 18", "Limitation de données"),
}


@dataclass(frozen=True, slots=True)
class TicketLetter:
    """A letter ready to be set, once its processing has ended."""

    told: dict[str, Any] = field(repr=False)
    at: datetime

    def pdf(self) -> bytes:
        """Set the letter."""
        return typeset(Path(__file__).parent / "letter.typ", self.told, self.at)


def write_ticket_letter(processing: Processing, ticket: UUID) -> TicketLetter:
    """Write the letter of a ticket that waits, under the ids of its recipient. Raises NotFound, Conflict."""
    found = find_view(processing, ticket, opened=True)
    if found.state is not State.WAITING:
        message = "the ticket has ended: there is nothing left to tell"
        raise Conflict(message)
    own = next(one for one in list_controllers(processing) if one.own)
    address = next((one.address for one in list_recipients(processing) if one.name == found.recipient), "")
    act, article, subject = _ACTS[found.act]
    told = {
        "controller": own.name,
        "contact": own.rights_contact,
        "recipient": found.recipient,
        "address": address,
        "day": day(processing.today).fr,
        "until": day(found.until.date()).fr,
        "subject": subject,
        "act": act,
        "article": article,
        "ids": list(found.ids),
        "reference": str(found.id),
    }
    return TicketLetter(told, processing.at)
