"""Erase persons from every holding, so that a crash between any two steps is made good at the next start.

Order: the ledger's intent, then one transaction per two thousand persons (tickets for recipients, keys, fields, index
values, note), then SQLite's write-ahead log is cut, because erased bytes would stand in it, and only then the ledger's
completion. Whoever asked for it themselves has an order besides, kept before the intent: it is done with, and the
certificate written, in the transaction that erases.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from consent.incoming import take_turns
from holdings.farewell import Erased, take_leave
from holdings.holding import HOLDINGS, Concern
from holdings.ledger import NO_LONGER_NEEDED, Ledger, person_digest
from holdings.orders import Order, forget_orders, has_orders, orders_of, place_orders
from kernel.actor import Actor
from kernel.database import Database
from kernel.identity import PersonId, Persons
from recipients.tickets import Act, open_tickets

BATCH = 2_000
PURPOSE = "administration"
RIGHTS = "rights_request"
"""The purpose of answering a person: it alone reads what a certificate needs."""


@dataclass(frozen=True, slots=True)
class Eraser:
    """Erase persons: with the register, the ledger, and the database whose traces are cut.

    ``public_url`` is where recipients fetch their tickets, ``rotation`` after how long a version of the root is gone.
    """

    register: Register
    ledger: Ledger
    database: Database
    public_url: str
    rotation: timedelta

    def erase(self, actor: Actor, purpose: str, persons: Sequence[PersonId], ground: str = NO_LONGER_NEEDED) -> int:
        """Erase these contacts from every holding of theirs; return how many there were. Absent ones are no error.

        An id of the staff is absent here. The ground of art. 17(1) decides what stays in restricted archive
        (``compartments.toml``).
        """
        return self._erase(actor, purpose, persons, ground, Concern.CONTACT)

    def erase_ordered(self, actor: Actor, orders: Sequence[Order]) -> list[Erased]:
        """Erase persons at their own request, and write to them; return what became of each who was there.

        Raises Invalid, NotFound for an unknown contact: then nothing was done.
        """
        self.register.check(actor, RIGHTS)
        with self.register.open(actor, RIGHTS) as processing:
            place_orders(processing, orders)
        return self._follow(actor, orders)

    def complete_orders(self, actor: Actor) -> int:
        """Do what was ordered and not done before a crash; return how many persons were there."""
        with self.database.transaction(actor.campaign) as reading:
            if not has_orders(reading, actor.campaign):
                return 0
        with self.register.open(actor, RIGHTS) as processing:
            waiting = orders_of(processing)
            processing.note(Note(event=Event.ERASURE_ORDERED, counts={}))
        return len(self._follow(actor, waiting))

    def _follow(self, actor: Actor, orders: Sequence[Order]) -> list[Erased]:
        told: list[Erased] = []
        for ground in sorted({one.ground for one in orders}):
            persons = [one.person for one in orders if one.ground == ground]
            self._erase(actor, RIGHTS, persons, ground, Concern.CONTACT, told)
        return told

    def erase_staff(self, actor: Actor, purpose: str, persons: Sequence[PersonId]) -> int:
        """Erase the accounts of staff who left; return how many there were. A contact's id is absent here."""
        return self._erase(actor, purpose, persons, NO_LONGER_NEEDED, Concern.STAFF)

    def _erase(
        self,
        actor: Actor,
        purpose: str,
        persons: Sequence[PersonId],
        ground: str,
        concern: Concern,
        told: list[Erased] | None = None,
    ) -> int:
        wanted = list(dict.fromkeys(persons))
        if not wanted:
            return 0
        self.register.check(actor, purpose)
        digests = _digests(actor, wanted, concern)
        self.ledger.mean(actor.campaign, digests, ground)
        erased = sum(self._erase_batch(actor, purpose, batch, ground, concern, told) for batch in _batches(wanted))
        self.database.truncate_wal()
        self.ledger.complete(actor.campaign, digests)
        return erased

    def complete_unfinished(self, actor: Actor) -> int:
        """Erase whoever an interrupted erasure left behind; run at every start. Return how many there were."""
        unfinished = self.ledger.unfinished(actor.campaign)
        if not unfinished:
            return 0
        erased = self._erase_named(actor, unfinished)
        self.ledger.complete(actor.campaign, sorted(unfinished))
        return erased

    def replay(self, actor: Actor) -> int:
        """Erase everybody whom the ledger knows erased, in a database restored from an older copy; return how many."""
        known = self.ledger.erased(actor.campaign)
        erased = self._erase_named(actor, known) if known else 0
        left = self.ledger.unfinished(actor.campaign)
        if left:
            self.ledger.complete(actor.campaign, sorted(left))
        return erased

    def _erase_named(self, actor: Actor, digests: Mapping[str, str]) -> int:
        """Walk through everybody, and erase whoever is named by a digest, on its ground."""
        erased = 0
        for walk, concern in ((one.walk, one.concern) for one in HOLDINGS if one.walk is not None):
            for page in walk(self.register, actor, PURPOSE):
                erased += self._erase_among(actor, page, digests, concern)
        self.database.truncate_wal()
        return erased

    def _erase_among(self, actor: Actor, page: Sequence[PersonId], digests: Mapping[str, str], concern: Concern) -> int:
        erased, named = 0, list(zip(page, _digests(actor, page, concern), strict=True))
        for ground in sorted(set(digests.values())):
            left = [person for person, digest in named if digests.get(digest) == ground]
            erased += sum(self._erase_batch(actor, PURPOSE, batch, ground, concern) for batch in _batches(left))
        return erased

    def _erase_batch(
        self,
        actor: Actor,
        purpose: str,
        persons: Sequence[PersonId],
        ground: str,
        concern: Concern,
        told: list[Erased] | None = None,
    ) -> int:
        """Erase from each holding in its order; the same persons stand in several, so the largest answer counts."""
        with self.register.open(actor, purpose) as processing:
            farewells = self._take_leave(processing, persons) if concern is Concern.CONTACT else []
            erasures = [one.erase for one in HOLDINGS if one.erase is not None and one.concern is concern]
            erased = max(erase(processing, persons, ground) for erase in erasures)
        if told is not None:
            told += farewells
        return erased

    def _take_leave(self, processing: Processing, persons: Sequence[PersonId]) -> list[Erased]:
        """Tell recipients of everybody who goes, and whoever asked for it that it is done."""
        orders = orders_of(processing, persons) if processing.purpose == RIGHTS else []
        if any(one.opposes for one in orders):
            take_turns(processing)
        recipients = open_tickets(processing, persons, Act.ERASURE, self.public_url, locked=True)
        told = [take_leave(processing, one, recipients.get(one.person, ()), self.rotation) for one in orders]
        done = forget_orders(processing, [one.person for one in orders]) if orders else 0
        processing.note_also({"erasure_order.delete": done})
        return [one for one in told if one is not None]


def _digests(actor: Actor, persons: Sequence[PersonId], concern: Concern) -> list[str]:
    return [person_digest(actor.campaign, person, staff=concern is Concern.STAFF) for person in persons]


def _batches(persons: Sequence[PersonId]) -> Iterator[Persons]:
    for start in range(0, len(persons), BATCH):
        yield Persons(persons[start : start + BATCH])
