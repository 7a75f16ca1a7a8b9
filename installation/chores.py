"""The chores of an installation: each looks first whether there is anything to do, and then does it in a processing."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from accounts.sweep import has_ended_access, sweep_access
from audit.processing import Processing
from installation.open import Installation
from installation.sweeping import sweep_campaign
from jobs.deliver import PURPOSE
from jobs.listing import OUTBOX, has_spent, purge_outbox
from jobs.once import REQUESTS, has_old_requests, sweep_requests
from jobs.task import DONE, Ended, Taken
from kernel.actor import worker_in
from kernel.clock import today
from messages.queue import has_late, sweep_messages
from outreach.awaited import SENDS, count_unreported, expired_sends
from outreach.erase import is_past_its_time, sweep_outreach
from policy.load import load
from retention.due import is_sweep_due
from signups.preferences import answer_link
from signups.sweep import has_expired, sweep_signups
from signups.visitor import RIGHTS, visitor_in


@dataclass(frozen=True, slots=True)
class Chores:
    """What the installation does by itself; each is one kind of task."""

    installation: Installation

    def purge(self, task: Taken) -> Ended:
        """Forget what the outbox is done with."""
        with self.installation.register.keeping_books(task.campaign, *OUTBOX) as books:
            spent = has_spent(books, task.campaign)
        return self._swept(task, purge_outbox) if spent else DONE

    def forget(self, task: Taken) -> Ended:
        """Forget requests older than a day."""
        with self.installation.register.keeping_books(task.campaign, *REQUESTS) as books:
            old = has_old_requests(books, task.campaign)
        return self._swept(task, sweep_requests) if old else DONE

    def leave(self, task: Taken) -> Ended:
        """Delete what access has ended."""
        with self.installation.database.transaction(task.campaign) as reading:
            ended = has_ended_access(reading, task.campaign, self.installation.clock.now())
        return self._swept(task, sweep_access) if ended else DONE

    def presume(self, task: Taken) -> Ended:
        """Count as sent what nobody reported before its record expired."""
        with self.installation.register.keeping_books(task.campaign, *SENDS) as books:
            expired = expired_sends(books, task.campaign)
        for eligibility in expired:
            with self.installation.register.open(worker_in(task.campaign), PURPOSE) as processing:
                count_unreported(processing, eligibility)
        return DONE

    def tidy(self, task: Taken) -> Ended:
        """Delete interactions and lines of the register past their time."""
        edition = load(self.installation.settings.law_country, today(self.installation.clock))
        with self.installation.database.transaction(task.campaign) as reading:
            old = is_past_its_time(reading, task.campaign, edition, today(self.installation.clock))
        return self._swept(task, sweep_outreach) if old else DONE

    def clear(self, task: Taken) -> Ended:
        """Delete messages that came too late, and sign-ups that nobody confirmed."""
        with self.installation.database.transaction(task.campaign) as reading:
            now = self.installation.clock.now()
            late, expired = has_late(reading, task.campaign, now), has_expired(reading, task.campaign, now)
        if late:
            self._swept(task, sweep_messages)
        return self._swept(task, sweep_signups) if expired else DONE

    def sweep(self, task: Taken) -> Ended:
        """Delete whatever is past its day, every night."""
        with self.installation.database.transaction(task.campaign) as reading:
            is_due = is_sweep_due(reading, task.campaign, self.installation.clock.now())
        if is_due:
            sweep_campaign(self.installation, worker_in(task.campaign), simulated=False, tell=lambda _: None)
        return DONE

    def sweep_on_request(self, task: Taken) -> Ended:
        """Do a sweep that somebody asked for, simulated or for real."""
        simulated = json.loads(task.payload)["simulated"] == "yes"
        sweep_campaign(self.installation, worker_in(task.campaign), simulated=simulated, tell=lambda _: None)
        return DONE

    def answer(self, task: Taken) -> Ended:
        """Answer somebody who asked for their link."""
        with self.installation.register.open(visitor_in(task.campaign), RIGHTS) as processing:
            answer_link(processing, json.loads(task.payload)["signup"], self.installation.settings.public_url)
        return DONE

    def _swept(self, task: Taken, sweep: Callable[[Processing], object]) -> Ended:
        with self.installation.register.open(worker_in(task.campaign), PURPOSE) as processing:
            sweep(processing)
        return DONE
