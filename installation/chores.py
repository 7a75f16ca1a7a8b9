"""The chores of an installation: each looks first whether there is anything to do, and then does it in a processing."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.sweep import has_ended_access, sweep_access
from audit.processing import Processing
from campaigns.own_words import has_expired_words
from consent.carry import is_carried
from deliveries.sweep import has_late_deliveries, sweep_deliveries
from dossiers.answer import Desk, answer_person
from eligibility.carry_over import carry_over
from files.run_import import Importer
from files.run_undo import Undoer
from files.sealed import Spool, spool_of
from files.sweep import IMPORTS, drop_left_over, has_stale_imports, sweep_imports
from files.undo import has_old_traces_of_imports, has_undos, sweep_traces, take_up_undos
from holdings.ledger import NO_LONGER_NEEDED
from holdings.orders import Order
from installation.open import Installation
from installation.sweeping import sweep_campaign
from installation.turns import take_turn
from jobs.deliver import PURPOSE
from jobs.listing import OUTBOX, has_spent, purge_outbox
from jobs.once import REQUESTS, has_old_requests, sweep_requests
from jobs.task import DONE, Ended, Taken
from kernel.actor import Actor, worker_in
from kernel.clock import today
from kernel.errors import NotFound
from kernel.identity import PersonId
from messages.queue import has_late, sweep_messages
from outreach.awaited import SENDS, count_unreported, expired_sends
from outreach.erase import is_past_its_time, sweep_outreach
from policy.detect.second import second_opinion
from policy.load import load
from recipients.chase import chase_tickets, has_due_tickets
from retention.due import is_sweep_due
from reviews.own_words import sweep_own_words
from reviews.rescreen import is_rescreening_due, rescreen_page
from reviews.sweep import has_expired as has_expired_reviews
from reviews.sweep import sweep_reviews
from rights.board import asked_among
from rights.identity import match_request
from rights.perform import PURPOSE as ANSWERING
from rights.perform import Deeds, perform_request, worker_of_rights
from rights.remind import (
    close_settled,
    due_alerts,
    erase_archived,
    has_settled,
    has_visits_over,
    sweep_visits,
    tell_alert,
)
from rights.visit import send_code
from sheets.sweep import has_expired_sheets, sweep_sheets
from signups.preferences import answer_link
from signups.sweep import has_expired, sweep_signups
from signups.visitor import RIGHTS, visitor_in

_PAGES = 500
"""Pages of words that one task reads again; the next task goes on."""
_TURN_SECONDS = 10.0
"""How long one import keeps a worker before other tasks, and other imports, have their turn."""


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

    def carry(self, task: Taken) -> Ended:
        """Tell the controller's other campaigns of what was objected to in this one."""
        with self.installation.database.reading(task.campaign) as reading:
            due = is_carried(reading, task.campaign, self.installation.clock.now())
        if due:
            carry_over(self.installation.register, task.campaign)
        return DONE

    def tidy(self, task: Taken) -> Ended:
        """Delete interactions and lines of the register past their time."""
        edition = load(self.installation.settings.law_country, today(self.installation.clock))
        with self.installation.database.transaction(task.campaign) as reading:
            old = is_past_its_time(reading, task.campaign, edition, today(self.installation.clock))
        return self._swept(task, sweep_outreach) if old else DONE

    def expire(self, task: Taken) -> Ended:
        """Let go what waited too long for a review, and the campaign's own words whose day is over."""
        with self.installation.database.transaction(task.campaign) as reading:
            now = self.installation.clock.now()
            expired, over = (
                has_expired_reviews(reading, task.campaign, now),
                has_expired_words(reading, task.campaign, now),
            )
        if over:
            self._swept(task, sweep_own_words)
        return self._swept(task, sweep_reviews) if expired else DONE

    def rescreen(self, task: Taken) -> Ended:
        """Read stored words again once the vocabulary changed, or daily with a model; some pages at a time."""
        opinion = second_opinion(self.installation.settings.second_opinion)
        with self.installation.database.transaction(task.campaign) as reading:
            due = is_rescreening_due(reading, task.campaign, self.installation.clock.now(), opinion)
        pages = _PAGES if due else 0
        while pages:
            with self.installation.register.open(worker_in(task.campaign), PURPOSE) as processing:
                pages = pages - 1 if rescreen_page(processing, opinion) else 0
        return DONE

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

    def chase(self, task: Taken) -> Ended:
        """Chase tickets that nobody acknowledged."""
        with self.installation.database.transaction(task.campaign) as reading:
            due = has_due_tickets(reading, task.campaign, self.installation.clock.now())
        public_url = self.installation.settings.public_url
        return self._swept(task, lambda processing: chase_tickets(processing, public_url)) if due else DONE

    def withdraw(self, task: Taken) -> Ended:
        """Delete answers that were not fetched in their time."""
        with self.installation.database.transaction(task.campaign) as reading:
            late = has_late_deliveries(reading, task.campaign, self.installation.clock.now())
        return self._swept(task, sweep_deliveries) if late else DONE

    def bring_in(self, task: Taken) -> Ended:
        """Take an uploaded list on by one turn; after the last failure of a row the import has failed."""
        importer = Importer(self.installation.register, self._spool(task), _TURN_SECONDS)
        return take_turn(importer, task, "import")

    def take_back(self, task: Taken) -> Ended:
        """Undo an import by one turn; after the last failure in a row its undoing has failed."""
        return take_turn(undoer_of(self.installation, _TURN_SECONDS), task, "import")

    def let_go(self, task: Taken) -> Ended:
        """Drop uploads that waited too long or were left over, forget reports and traces kept long enough.

        What is being undone goes on where its task died.
        """
        spool = self._spool(task)
        with self.installation.register.keeping_books(task.campaign, *IMPORTS) as books:
            stale = has_stale_imports(books, task.campaign)
            drop_left_over(books, task.campaign, spool)
        if stale:
            with self.installation.register.open(worker_in(task.campaign), PURPOSE) as processing:
                over = sweep_imports(processing)
            for one in over:
                spool.drop(one)
        with self.installation.database.transaction(task.campaign) as reading:
            undone = has_undos(reading, task.campaign)
            old = has_old_traces_of_imports(reading, task.campaign, self.installation.clock.now())
        if undone:
            self._swept(task, take_up_undos)
        while old:
            with self.installation.register.open(worker_in(task.campaign), PURPOSE) as processing:
                old = sweep_traces(processing) > 0
        return DONE

    def collect(self, task: Taken) -> Ended:
        """Delete sheets for the door whose day is over."""
        with self.installation.database.transaction(task.campaign) as reading:
            over = has_expired_sheets(reading, task.campaign, today(self.installation.clock))
        return self._swept(task, sweep_sheets) if over else DONE

    def _spool(self, task: Taken) -> Spool:
        return spool_of(self.installation.settings, task.campaign)

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

    def perform(self, task: Taken) -> Ended:
        """Do what a granted request asks for, and answer it."""
        request, settings = UUID(json.loads(task.payload)["request"]), self.installation.settings
        actor = worker_of_rights(task.campaign)
        perform_request(self.installation.register, self.deeds, actor, request, settings.public_url)
        return DONE

    def match(self, task: Taken) -> Ended:
        """Look up whose a confirmed address is."""
        request, settings = UUID(json.loads(task.payload)["request"]), self.installation.settings
        with self.installation.register.open(worker_of_rights(task.campaign), ANSWERING) as processing:
            match_request(processing, request, settings.public_url)
        return DONE

    def send_code(self, task: Taken) -> Ended:
        """Send a code to who asks where their request stands, if there is such a request."""
        visit, settings = UUID(json.loads(task.payload)["visit"]), self.installation.settings
        with self.installation.register.open(worker_of_rights(task.campaign), ANSWERING) as processing:
            send_code(processing, visit, settings.public_url, texts=bool(settings.sms_url))
        return DONE

    def remind(self, task: Taken) -> Ended:
        """Say which requests wait, close what was answered, let go of what was kept long enough."""
        installation, actor, at = self.installation, worker_of_rights(task.campaign), self.installation.clock.now()
        on = today(installation.clock)
        edition = load(installation.settings.law_country, on)
        with installation.database.transaction(task.campaign) as reading:
            alerts = due_alerts(reading, task.campaign, on)
            settled = has_settled(reading, task.campaign, edition, on)
            over = has_visits_over(reading, task.campaign, at)
        for request, said in alerts:
            with installation.register.open(actor, ANSWERING) as processing:
                tell_alert(processing, request, said, installation.settings.public_url)
        for sweep in (close_settled, erase_archived) if settled else ():
            with installation.register.open(actor, ANSWERING) as processing:
                sweep(processing)
        return self._swept(task, sweep_visits) if over else DONE

    @property
    def deeds(self) -> Deeds:
        """Return what the rooms above the rights do for a request."""
        return Deeds(self._erase, self._erase_deceased, self._archive)

    def _erase(self, actor: Actor, _purpose: str, persons: Sequence[PersonId], ground: str) -> int:
        orders = [Order(person=one, ground=ground or NO_LONGER_NEEDED) for one in persons]
        try:
            return len(self.installation.eraser.erase_ordered(actor, orders))
        except NotFound:
            return 0  # A try before this one erased them and was interrupted.

    def _erase_deceased(self, actor: Actor, purpose: str, persons: Sequence[PersonId], ground: str) -> int:
        return self.installation.eraser.erase(actor, purpose, persons, ground or NO_LONGER_NEEDED)

    def _archive(self, actor: Actor, _request: UUID, person: PersonId, language: str) -> UUID:
        settings = self.installation.settings
        desk = Desk(self.installation.register, settings.upload_dir, settings.public_url)
        return answer_person(desk, actor, ANSWERING, person, "en" if language == "en" else "fr").id

    def _swept(self, task: Taken, sweep: Callable[[Processing], object]) -> Ended:
        with self.installation.register.open(worker_in(task.campaign), PURPOSE) as processing:
            sweep(processing)
        return DONE


def undoer_of(installation: Installation, seconds: float) -> Undoer:
    """Return what undoes imports, with the rooms above the files: who erases, and whom persons asked."""
    return Undoer(installation.register, installation.eraser.erase, asked_among, seconds)
