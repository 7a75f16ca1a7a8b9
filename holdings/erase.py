"""Erase persons from every holding, so that a crash between any two steps is made good at the next start.

Order: the ledger's intent, then one transaction per thousand persons (keys, fields, index values, note), then SQLite's
write-ahead log is cut, because erased bytes would stand in it, and only then the ledger's completion.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.register import Register
from holdings.holding import HOLDINGS, Concern
from holdings.ledger import NO_LONGER_NEEDED, Ledger, person_digest
from kernel.actor import Actor
from kernel.database import Database
from kernel.identity import PersonId

BATCH = 1_000
PURPOSE = "administration"


@dataclass(frozen=True, slots=True)
class Eraser:
    """Erase persons: with the register, the ledger, and the database whose traces are cut."""

    register: Register
    ledger: Ledger
    database: Database

    def erase(self, actor: Actor, purpose: str, persons: Sequence[PersonId], ground: str = NO_LONGER_NEEDED) -> int:
        """Erase these contacts from every holding of theirs; return how many there were. Absent ones are no error.

        An id of the staff is absent here. The ground of art. 17(1) decides what stays in restricted archive
        (``compartments.toml``).
        """
        return self._erase(actor, purpose, persons, ground, Concern.CONTACT)

    def erase_staff(self, actor: Actor, purpose: str, persons: Sequence[PersonId]) -> int:
        """Erase the accounts of staff who left; return how many there were. A contact's id is absent here."""
        return self._erase(actor, purpose, persons, NO_LONGER_NEEDED, Concern.STAFF)

    def _erase(self, actor: Actor, purpose: str, persons: Sequence[PersonId], ground: str, concern: Concern) -> int:
        wanted = list(dict.fromkeys(persons))
        if not wanted:
            return 0
        self.register.check(actor, purpose)
        digests = _digests(actor, wanted, concern)
        self.ledger.mean(actor.campaign, digests, ground)
        erased = sum(self._erase_batch(actor, purpose, batch, ground, concern) for batch in _batches(wanted))
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
        self, actor: Actor, purpose: str, persons: Sequence[PersonId], ground: str, concern: Concern
    ) -> int:
        """Erase from each holding in its order; the same persons stand in several, so the largest answer counts."""
        with self.register.open(actor, purpose) as processing:
            erasures = [one.erase for one in HOLDINGS if one.erase is not None and one.concern is concern]
            return max(erase(processing, persons, ground) for erase in erasures)


def _digests(actor: Actor, persons: Sequence[PersonId], concern: Concern) -> list[str]:
    return [person_digest(actor.campaign, person, staff=concern is Concern.STAFF) for person in persons]


def _batches(persons: Sequence[PersonId]) -> Iterator[Sequence[PersonId]]:
    for start in range(0, len(persons), BATCH):
        yield persons[start : start + BATCH]
