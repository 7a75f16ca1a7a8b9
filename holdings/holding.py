"""Every place that holds personal data, listed by hand: a table that is not here fails the suite."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from accounts.staff.erase import erase_staff, page_through_staff
from accounts.staff.own_data import export_staff
from attachments.listing import export_attachments, page_through_persons
from attachments.remove import erase_attachments
from audit.processing import Processing
from audit.register import Register
from consent.erase import erase_consents
from consent.export import export_consents
from contacts.erase import erase_contacts
from contacts.export import export_contacts
from contacts.ids import page_through_ids
from contacts.journal.export import export_journal
from contacts.lasting.export import export_lasting
from deliveries.deliver import erase_deliveries
from holdings.exports import export_log, export_outreach, oppositions_of
from jobs.forget import erase_answers
from kernel.actor import Actor
from kernel.identity import PersonId
from messages.queue import erase_messages, export_messages
from outreach.erase import erase_interactions
from recipients.tickets import erase_tickets, export_tickets
from reviews.listing import export_reviews
from reviews.sweep import erase_reviews
from rights.board import export_requests
from rights.erase import erase_requests
from sheets.sweep import erase_lines, export_lines

Erase = Callable[[Processing, Sequence[PersonId], str], int]
"""Erase persons on a ground of art. 17(1), and answer how many of them were there."""
Walk = Callable[[Register, Actor, str], Iterator[list[PersonId]]]
Export = Callable[[Processing, Sequence[PersonId]], Mapping[PersonId, Sequence[Any]]]
"""Bring out what a holding has of persons, for their dossier (GDPR art. 15)."""


class Concern(StrEnum):
    """Whom a holding is about: an id of one erases nothing of the other."""

    CONTACT = "contact"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Holding:
    """A place with personal data: its tables, and how persons are erased from it.

    ``erase`` is None where shredding another holding's keys already unties the data from the person, and ``why`` says
    so. ``export`` brings out what it has of persons; where it is None, ``untold`` says why the law asks for nothing
    there. ``walk`` pages through the persons that the holding begins with.
    """

    name: str
    tables: frozenset[str]
    erase: Erase | None
    why: str
    walk: Walk | None = None
    concern: Concern = Concern.CONTACT
    export: Export | None = None
    untold: str = ""


def _erase_staff(processing: Processing, persons: Sequence[PersonId], _ground: str) -> int:
    """Erase those who left: on every ground alike."""
    return erase_staff(processing, persons)


def _erase_contacts(processing: Processing, persons: Sequence[PersonId], _ground: str) -> int:
    """Erase contacts: on every ground, the pack keeps nothing of them."""
    return erase_contacts(processing, persons)


HOLDINGS = (
    Holding(
        name="contacts",
        tables=frozenset({"contact", "contact_index", "contact_tag", "person_key"}),
        erase=_erase_contacts,
        why="Rows, index values, tags and the person's key are deleted in one transaction.",
        walk=page_through_ids,
        export=export_contacts,
    ),
    Holding(
        name="lasting",
        tables=frozenset({"contact_ending", "contact_hold"}),
        erase=None,
        why="Holds and endings are deleted in the transaction that deletes their contact.",
        export=export_lasting,
    ),
    Holding(
        name="journal",
        tables=frozenset({"contact_journal"}),
        erase=None,
        why="What imports replaced in a contact, for seven days: deleted in the transaction that deletes the contact, "
        "and sealed under the key that is shredded then.",
        export=export_journal,
    ),
    Holding(
        name="traces",
        tables=frozenset({"import_trace"}),
        erase=None,
        why="Random ids of what an import made, for seven days: with the contact they lead to nobody.",
        untold="Ids of contacts and of what the contact's own holdings tell.",
    ),
    Holding(
        name="staff",
        tables=frozenset(
            {"staff_account", "staff_index", "staff_position", "staff_session", "staff_recovery", "staff_try"}
        ),
        erase=_erase_staff,
        why="Who left: account, index values and key are deleted in one transaction. Tries are gone in a day.",
        walk=page_through_staff,
        concern=Concern.STAFF,
        export=export_staff,
    ),
    Holding(
        name="approvals",
        tables=frozenset({"approval"}),
        erase=None,
        why="Who asked and who decided is a random identifier: with the account of the staff it leads to nobody.",
        concern=Concern.STAFF,
        untold="The export of the staff counts what each asked and decided (art. 15).",
    ),
    Holding(
        name="attachments",
        tables=frozenset({"attachment", "attachment_chunk"}),
        erase=erase_attachments,
        why="Rows and chunks are deleted and the compartment's key is shredded, or kept in restricted archive, as the "
        "pack says for the ground. After the contacts: who adds an attachment holds the contact's key meanwhile.",
        walk=page_through_persons,  # Whose contact is gone already may have attachments in archive.
        export=export_attachments,
    ),
    Holding(
        name="consent",
        tables=frozenset({"consent_evidence", "consent_standing", "cohort_sample"}),
        erase=erase_consents,
        why="Standings and places in samples are deleted; evidence is deleted and its key shredded, or kept in "
        "restricted archive, as the pack says for the ground.",
        export=export_consents,
    ),
    Holding(
        name="reviews",
        tables=frozenset({"review"}),
        erase=erase_reviews,
        why="What waits for a reviewer is deleted and its key shredded, after the contacts: who holds words holds the "
        "contact's key meanwhile.",
        export=export_reviews,
    ),
    Holding(
        name="own_words",
        tables=frozenset({"campaign_word"}),
        erase=None,
        why="Words that the campaign lets pass or forbids: sealed, of no contact, gone at their day or removed; "
        "their author is a random identifier that leads to nobody without the account of the staff.",
        untold="A word is of no contact: no link leads from a person to it (art. 11).",
    ),
    Holding(
        name="oppositions",
        tables=frozenset({"opposition"}),
        erase=None,
        why="Keyed hashes of what a person objected by: kept so that nobody writes again (art. 17(3)(b)).",
        export=oppositions_of,
    ),
    Holding(
        name="carried_oppositions",
        tables=frozenset({"opposition_carried"}),
        erase=None,
        why="What somebody objected by, sealed, until the controller's other campaign refuses it too (art. 21(3)). "
        "It is told within minutes and then deleted; that long it outlives an erasure here.",
        untold="The objection itself is told; this is only its way to the other campaigns.",
    ),
    Holding(
        name="messages",
        tables=frozenset({"message"}),
        erase=erase_messages,
        why="What is still on its way to a person is deleted with them; what was sent is deleted by its sending.",
        export=export_messages,
    ),
    Holding(
        name="answers",
        tables=frozenset({"request_key"}),
        erase=erase_answers,
        why="Answers kept for a day, for a request sent twice: an erased person is taken out of those that name them.",
        untold="Random ids and a status, of requests that programs made: nothing that the contact does not tell.",
    ),
    Holding(
        name="tickets",
        tables=frozenset({"recipient_ticket"}),
        erase=erase_tickets,
        why="Tickets that name the contact are deleted. That of the erasure itself holds its recipient's own id and no "
        "other, until it is acknowledged or sixty days are over (art. 19).",
        export=export_tickets,
    ),
    Holding(
        name="deliveries",
        tables=frozenset({"delivery", "delivery_chunk"}),
        erase=erase_deliveries,
        why="Files made for a person are deleted with them; their keys were wrapped by the person's.",
        untold="What waits is a copy of the dossier itself, for fourteen days.",
    ),
    Holding(
        name="signups",
        tables=frozenset({"signup"}),
        erase=None,
        why="Nobody's yet: what waits for its mailbox leads to no contact, and is deleted within seven days. What "
        "asks somebody whether they stay holds their random id, sealed, until their day, and no address.",
        untold="Whose mailbox it is has not been shown: whoever asks cannot be identified by it (art. 11(2)).",
    ),
    Holding(
        name="interactions",
        tables=frozenset({"interaction", "awaited_person"}),
        erase=erase_interactions,
        why="Rows are deleted, after the contacts: who records an interaction holds the contact's key meanwhile. Who "
        "recorded it is a random identifier: with the account of the staff it leads to nobody.",
        export=export_outreach,
    ),
    Holding(
        name="sheets",
        tables=frozenset({"sheet_line"}),
        erase=erase_lines,
        why="The lines that mean a person are deleted, after the contacts: who makes a sheet holds the contact's key "
        "meanwhile. A sheet on paper has its day, and is destroyed with it.",
        export=export_lines,
    ),
    Holding(
        name="requests",
        tables=frozenset({"rights_request", "rights_step", "rights_document"}),
        erase=erase_requests,
        why="The file of a request has a key of its own and stays in restricted archive, as the pack says for the "
        "ground: it proves that the person was answered. It goes when its time is over; a document "
        "goes with the decision.",
        export=export_requests,
    ),
    Holding(
        name="visits",
        tables=frozenset({"rights_visit"}),
        erase=None,
        why="Nobody's yet: what is typed into the pages leads to no contact, and is deleted within an hour.",
        untold="What is being typed has been told by nobody yet; once sent, it is a request and is told as one.",
    ),
    Holding(
        name="log",
        tables=frozenset({"entry"}),
        erase=None,
        why="Entries name a person by a reference whose salt is made of the contact key: it dies with that key.",
        export=export_log,
    ),
)
