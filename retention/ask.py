"""Ask persons once, before their time is over, whether they stay: where the pack lets one message ask, and they agreed.

Whoever answers did something themselves: their time begins anew. Whoever does not is erased on their day.
"""

from collections.abc import Sequence
from datetime import timedelta

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from contacts.lasting.leave import Lasting, endings_of, examine_contacts
from kernel.actor import Actor, ActorKind
from kernel.identity import CampaignId, PersonId
from retention.courses import schedule_of
from retention.sweep import lives_of
from signups.stay import PURPOSE, ask_to_stay

CHUNK = 1_000
_ASKER = "retention"


def ask_before_the_end(register: Register, campaign: CampaignId, public_url: str) -> int:
    """Write to whoever may be asked today whether they stay; return to how many."""
    purposes, after, asked = frozenset({PURPOSE}), None, 0
    actor = Actor(id=_ASKER, kind=ActorKind.SYSTEM, campaign=campaign, scopes=frozenset({"*"}), purposes=purposes)
    while True:
        with register.open(actor, PURPOSE) as processing:
            after, written = _ask_page(processing, after, public_url)
        asked += written
        if after is None:
            return asked


def _ask_page(processing: Processing, after: PersonId | None, public_url: str) -> tuple[PersonId | None, int]:
    window = max(line.reconfirm_days for line in processing.edition.retention.values())
    due = processing.today, processing.today + timedelta(days=window)
    page = examine_contacts(processing, after, CHUNK, due)
    persons = _may_be_asked(processing, page)
    processing.note(Note(event=Event.RETENTION_SWEPT, counts=processing.reads()))
    days = {one.person: one.due_on for one in page if one.due_on is not None}
    asked = ask_to_stay(processing, {one: days[one] for one in persons}, public_url)
    return page[-1].person if len(page) == CHUNK else None, asked


def _may_be_asked(processing: Processing, page: Sequence[Lasting]) -> list[PersonId]:
    if not page:
        return []
    schedule = schedule_of(processing)
    lives = lives_of(processing, schedule, page, endings_of(processing, page[0].person, page[-1].person))
    return [one.person for one in page if one.person in lives and schedule.may_ask(one, lives[one.person])]
