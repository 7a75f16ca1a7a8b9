"""Every place that holds personal data, listed by hand: a table that is not here fails the suite."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audit.processing import Processing
from contacts.erase import erase_contacts
from kernel.identity import PersonId

Erase = Callable[[Processing, Sequence[PersonId]], int]


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


HOLDINGS = (
    Holding(
        name="contacts",
        tables=frozenset({"contact", "contact_index", "contact_tag", "person_key"}),
        erase=erase_contacts,
        why="Rows, index values, tags and the person's key are deleted in one transaction.",
    ),
    Holding(
        name="log",
        tables=frozenset({"entry"}),
        erase=None,
        why="Entries name a person by a reference whose salt is made of the contact key: it dies with that key.",
    ),
)
