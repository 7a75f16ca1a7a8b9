"""Every place that holds personal data, listed by hand: a table that is not here fails the suite."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from attachments.remove import erase_attachments
from audit.processing import Processing
from contacts.erase import erase_contacts
from kernel.identity import PersonId

Erase = Callable[[Processing, Sequence[PersonId], str], int]
"""Erase persons on a ground of art. 17(1), and answer how many of them were there."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A place with personal data: its tables, and how persons are erased from it.

    ``erase`` is None where shredding another holding's keys already unties the data from the person, and ``why`` says
    so.
    """

    name: str
    tables: frozenset[str]
    erase: Erase | None
    why: str


def _erase_contacts(processing: Processing, persons: Sequence[PersonId], _ground: str) -> int:
    """Erase contacts: on every ground, the pack keeps nothing of them."""
    return erase_contacts(processing, persons)


HOLDINGS = (
    Holding(
        name="contacts",
        tables=frozenset({"contact", "contact_index", "contact_tag", "person_key"}),
        erase=_erase_contacts,
        why="Rows, index values, tags and the person's key are deleted in one transaction.",
    ),
    Holding(
        name="attachments",
        tables=frozenset({"attachment", "attachment_chunk"}),
        erase=erase_attachments,
        why="Rows and chunks are deleted and the compartment's key is shredded, or kept in restricted archive, as the "
        "pack says for the ground. After the contacts: who adds an attachment holds the contact's key meanwhile.",
    ),
    Holding(
        name="log",
        tables=frozenset({"entry"}),
        erase=None,
        why="Entries name a person by a reference whose salt is made of the contact key: it dies with that key.",
    ),
)
