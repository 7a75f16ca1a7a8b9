"""Take an import back by one turn of steps; what is to be erased is erased between two of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.register import Register
from files.failure import LASTING, failure_of
from files.run_import import PURPOSE, actor_of
from files.store import RUNNING, undo_row
from files.taking_back import Among, take_step, tick_off
from files.undo import fail_undo
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
        if row is None or row.state != RUNNING:
            return False
        actor, until = actor_of(campaign, row), time.monotonic() + self.seconds
        try:
            while not self._is_over(actor, row.purpose, one):
                if time.monotonic() >= until:
                    return True
        except LASTING as error:
            self.fail(campaign, one, error)
        return False

    def fail(self, campaign: CampaignId, one: UUID, error: Exception) -> None:
        """End an undoing that cannot go on, and say why; what was taken back stays taken back."""
        with self.register.open(worker_in(campaign), PURPOSE) as processing:
            fail_undo(processing, one, failure_of(error))

    def _is_over(self, actor: Actor, purpose: str, one: UUID) -> bool:
        with self.register.open(actor, purpose) as processing:
            taken = take_step(processing, one, self.asked)
        if taken.erase:
            self.erase(actor, purpose, taken.erase)
            with self.register.open(actor, purpose) as processing:
                tick_off(processing, one, taken.chunk)
        return taken.is_over
