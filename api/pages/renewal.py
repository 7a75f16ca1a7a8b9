"""Make an answer anew for the person it is about; the pages of deliveries and of rights both lead here."""

from datetime import datetime, timedelta

from api.pages.visit import Visit
from deliveries.deliver import Language
from dossiers.answer import Desk, answer_person
from kernel.errors import NotFound
from kernel.identity import PersonId
from signups.links import DeadLink
from signups.visitor import RIGHTS, visitor_in

_PAUSE = timedelta(hours=1)


def renew_answer(visit: Visit, person: PersonId, language: Language, made_at: datetime | None) -> None:
    """Make an answer anew, and write to the address that is known; at most once an hour. Raises DeadLink."""
    installation = visit.installation
    if made_at is not None and installation.clock.now() < made_at + _PAUSE:
        return
    settings = installation.settings
    desk = Desk(installation.register, settings.upload_dir, settings.public_url)
    try:
        answer_person(desk, visitor_in(visit.campaign), RIGHTS, person, language)
    except NotFound:
        raise DeadLink from None
