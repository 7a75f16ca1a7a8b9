"""Erase persons from every holding, so that a crash between any two steps is made good at the next start.

Order: the ledger's intent, then one transaction per thousand persons (keys, fields, index values, note), then SQLite's
write-ahead log is cut, because erased bytes would stand in it, and only then the ledger's completion.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.register import Register
from holdings.holding import HOLDINGS
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
        """Erase these persons from every holding; return how many there were. Absent ones are no error.

        The ground of art. 17(1) decides what stays in restricted archive (``compartments.toml``).
        """
        wanted = list(dict.fromkeys(persons))
        if not wanted:
            return 0
        self.register.check(actor, purpose)
        digests = [person_digest(actor.campaign, person) for person in wanted]
        self.ledger.mean(actor.campaign, digests, ground)
        erased = sum(self._erase_batch(actor, purpose, batch, ground) for batch in _batches(wanted))
        self.database.truncate_wal()
        self.ledger.complete(actor.campaign, digests)
        return erased

    def complete_unfinished(self, actor: Actor) -> int:
        """Erase whoever an interrupted erasure left behind; run at every start. Return how many there were."""
        unfinished = self.ledger.unfinished(actor.campaign)
        if not unfinished:
            return 0
        erased = 0
        for walk in (holding.walk for holding in HOLDINGS if holding.walk is not None):
            for page in walk(self.register, actor, PURPOSE):
                erased += self._complete_page(actor, page, unfinished)
        self.database.truncate_wal()
        self.ledger.complete(actor.campaign, sorted(unfinished))
        return erased

    def _complete_page(self, actor: Actor, page: Sequence[PersonId], unfinished: Mapping[str, str]) -> int:
        erased = 0
        for ground in sorted(set(unfinished.values())):
            left = [person for person in page if unfinished.get(person_digest(actor.campaign, person)) == ground]
            erased += sum(self._erase_batch(actor, PURPOSE, batch, ground) for batch in _batches(left))
        return erased

    def _erase_batch(self, actor: Actor, purpose: str, persons: Sequence[PersonId], ground: str) -> int:
        """Erase from each holding in its order; the same persons stand in several, so the largest answer counts."""
        with self.register.open(actor, purpose) as processing:
            return max(holding.erase(processing, persons, ground) for holding in HOLDINGS if holding.erase is not None)


def _batches(persons: Sequence[PersonId]) -> Iterator[Sequence[PersonId]]:
    for start in range(0, len(persons), BATCH):
        yield persons[start : start + BATCH]
