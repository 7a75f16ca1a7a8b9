"""The sweep of an installation: contacts, what has a day of its own, and what the lesser chores delete in between."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.sweep import has_ended_access, sweep_access
from audit.processing import Processing
from audit.register import PurposeNotInUse
from breaches.register import has_old_breaches, sweep_breaches
from deliveries.sweep import has_late_deliveries, sweep_deliveries
from installation.open import Installation
from jobs.listing import OUTBOX, has_spent, purge_outbox
from jobs.once import REQUESTS, has_old_requests, sweep_requests
from kernel.actor import Actor
from kernel.clock import today
from kernel.identity import CampaignId
from messages.queue import has_late, sweep_messages
from outreach.erase import is_past_its_time, sweep_outreach
from policy.load import load
from retention.ask import ask_before_the_end
from retention.rest import PURPOSE, sweep_rest
from retention.runs import Run, add_rest
from retention.sweep import Tell, sweep_contacts
from reviews.sweep import has_expired as has_expired_reviews
from reviews.sweep import sweep_reviews
from rights.remind import has_visits_over, sweep_visits
from signups.sweep import has_expired, sweep_signups


@dataclass(frozen=True, slots=True)
class Sweeping:
    """What a sweep did, or would do: the contacts by line and act, and the rest by its kind."""

    run: Run
    rest: dict[str, int]
    chores: tuple[str, ...]
    """What the lesser chores had to delete."""


def sweep_campaign(installation: Installation, actor: Actor, *, simulated: bool, tell: Tell) -> Sweeping:
    """Sweep everything of a campaign that is past its day, or say what would go."""
    run = sweep_contacts(installation.eraser, actor, simulated=simulated, tell=tell)
    rest = sweep_rest(installation.eraser, actor, simulated=simulated)
    if rest and not simulated:
        with installation.register.open(actor, PURPOSE) as processing:
            add_rest(processing, run, rest)
    settings = installation.settings
    asked = 0 if simulated or not settings.mail_url else _ask(installation, actor.campaign)
    rest |= {"asked": asked} if asked else {}
    return Sweeping(run, rest, _sweep_lesser(installation, actor, simulated=simulated))


def _ask(installation: Installation, campaign: CampaignId) -> int:
    """Ask whoever may be asked whether they stay; a campaign that does not use e-mail asks nobody."""
    try:
        return ask_before_the_end(installation.register, campaign, installation.settings.public_url)
    except PurposeNotInUse:
        return 0


def _sweep_lesser(installation: Installation, actor: Actor, *, simulated: bool) -> tuple[str, ...]:
    """Do at once what the recurring tasks do in their time: unconfirmed addresses, links, request keys, sessions."""
    due = _lesser_due(installation, actor)
    if not simulated:
        for sweep in due.values():
            with installation.register.open(actor, PURPOSE) as processing:
                sweep(processing)
    return tuple(sorted(due))


def _lesser_due(installation: Installation, actor: Actor) -> dict[str, Callable[[Processing], object]]:
    campaign, now, day = actor.campaign, installation.clock.now(), today(installation.clock)
    edition = load(installation.settings.law_country, day)
    with installation.database.transaction(campaign) as reading:
        due: dict[str, tuple[bool, Callable[[Processing], object]]] = {
            "breach": (has_old_breaches(reading, campaign, edition, day), sweep_breaches),
            "access": (has_ended_access(reading, campaign, now), sweep_access),
            "message": (has_late(reading, campaign, now), sweep_messages),
            "interaction": (is_past_its_time(reading, campaign, edition, day), sweep_outreach),
            "signup": (has_expired(reading, campaign, now), sweep_signups),
            "review": (has_expired_reviews(reading, campaign, now), sweep_reviews),
            "delivery": (has_late_deliveries(reading, campaign, now), sweep_deliveries),
            "rights_visit": (has_visits_over(reading, campaign, now), sweep_visits),
        }
    with installation.register.keeping_books(campaign, *REQUESTS, *OUTBOX) as books:
        due["request_key"] = has_old_requests(books, campaign), sweep_requests
        due["outbox"] = has_spent(books, campaign), purge_outbox
    return {name: sweep for name, (is_due, sweep) in due.items() if is_due}
