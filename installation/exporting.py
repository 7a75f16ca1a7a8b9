"""The chores of exports: taken on by turns, begun once they are approved, let go when their time is over."""

from dataclasses import dataclass

from files.exports.parts import Room, room_of
from files.exports.run import PURPOSE, Exporter
from files.exports.sweep import (
    EXPORTS,
    decided_exports,
    drop_what_is_left,
    has_exports_over,
    settle_export,
    sweep_exports,
)
from installation.open import Installation
from installation.turns import take_turn
from jobs.task import DONE, Ended, Taken
from kernel.actor import worker_in

_TURN_SECONDS = 10.0
"""How long one export keeps a worker before other tasks, and other exports, have their turn."""


@dataclass(frozen=True, slots=True)
class ExportChores:
    """What the installation does by itself for exports; each is one kind of task."""

    installation: Installation

    def send_out(self, task: Taken) -> Ended:
        """Take an export on by one turn; after the last failure in a row it has failed."""
        exporter = Exporter(self.installation.register, self._room(task), _TURN_SECONDS)
        return take_turn(exporter, task, "export")

    def settle(self, task: Taken) -> Ended:
        """Begin exports whose approval was given, and end those to which it was refused."""
        with self.installation.database.transaction(task.campaign) as reading:
            decided = decided_exports(reading, task.campaign, self.installation.clock.now())
        for one in decided:
            with self.installation.register.open(worker_in(task.campaign), PURPOSE) as processing:
                settle_export(processing, one)
        return DONE

    def withdraw(self, task: Taken) -> Ended:
        """Delete exported files whose time is over, and what is left of exports that ended."""
        spool = self._room(task).spool
        with self.installation.register.keeping_books(task.campaign, *EXPORTS) as books:
            over = has_exports_over(books, task.campaign)
            drop_what_is_left(books, task.campaign, spool)
        if over:
            with self.installation.register.open(worker_in(task.campaign), PURPOSE) as processing:
                gone = sweep_exports(processing)
            for one in gone:
                spool.drop(one)
        return DONE

    def _room(self, task: Taken) -> Room:
        return room_of(self.installation.settings, task.campaign)
