"""Every place that holds personal data, listed by hand: a table that is not here fails the suite."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from accounts.staff.erase import erase_staff, page_through_staff
from audit.processing import Processing
from audit.register import Register
from contacts.erase import erase_contacts
from contacts.ids import page_through_ids
from kernel.actor import Actor
from kernel.identity import PersonId

Erase = Callable[[Processing, Sequence[PersonId]], int]
Walk = Callable[[Register, Actor, str], Iterator[list[PersonId]]]


@dataclass(frozen=True, slots=True)
class Holding:
    """A place with personal data: its tables, and how persons are erased from it.

    ``erase`` is None where shredding another holding's keys already unties the data from the person, and ``why`` says
    so. ``walk`` pages through the persons that the holding begins with.
    """

    name: str
    tables: frozenset[str]
    erase: Erase | None
    why: str
    walk: Walk | None = None


HOLDINGS = (
    Holding(
        name="contacts",
        tables=frozenset({"contact", "contact_index", "contact_tag", "person_key"}),
        erase=erase_contacts,
        why="Rows, index values, tags and the person's key are deleted in one transaction.",
        walk=page_through_ids,
    ),
    Holding(
        name="staff",
        tables=frozenset({"staff_account", "staff_index", "staff_session", "staff_recovery", "staff_try"}),
        erase=erase_staff,
        why="Who left: account, index values and key are deleted in one transaction. Tries are gone in a day.",
        walk=page_through_staff,
    ),
    Holding(
        name="approvals",
        tables=frozenset({"approval"}),
        erase=None,
        why="Who asked and who decided is a random identifier: with the account of the staff it leads to nobody.",
    ),
    Holding(
        name="log",
        tables=frozenset({"entry"}),
        erase=None,
        why="Entries name a person by a reference whose salt is made of the contact key: it dies with that key.",
    ),
)
