"""Take an import back by one turn of steps; what is to be erased is erased between two of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.register import Register
from files.run_import import PURPOSE, actor_of
from files.store import FINISHED, undo_row
from files.taking_back import Among, take_step, tick_off
from kernel.actor import Actor, worker_in
from kernel.identity import CampaignId, PersonId

Erase = Callable[[Actor, str, Sequence[PersonId]], int]


@dataclass(frozen=True, slots=True)
class Undoer:
    """Where imports are undone, how persons are erased, and how long one keeps a worker."""

    register: Register
    erase: Erase
    asked: Among
    """Who of some persons made a request of their own."""
    seconds: float

    def run(self, campaign: CampaignId, one: UUID) -> bool:
        """Go on with an undoing; tell whether it goes on. Raises what may pass: the same step is taken again then."""
        with self.register.open(worker_in(campaign), PURPOSE) as processing:
            row = undo_row(processing, one)
            processing.note(Note(event=Event.IMPORT_LISTED, counts={}))
        if row is None or row.state == FINISHED:
            return False
        actor, until = actor_of(campaign, row), time.monotonic() + self.seconds
        while True:
            if self._is_over(actor, row.purpose, one):
                return False
            if time.monotonic() >= until:
                return True

    def _is_over(self, actor: Actor, purpose: str, one: UUID) -> bool:
        with self.register.open(actor, purpose) as processing:
            taken = take_step(processing, one, self.asked)
        if taken.erase:
            self.erase(actor, purpose, taken.erase)
            with self.register.open(actor, purpose) as processing:
                tick_off(processing, one, taken.chunk)
        return taken.is_over
