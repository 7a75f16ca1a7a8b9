"""One message, before the end, to whoever agreed to e-mails and may be asked; a yes begins the time anew."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from audit.events import Event
from audit.note import Note
from contacts.store.pages import page_of_ids
from installation.sweeping import sweep_campaign
from kernel.identity import PersonId
from messages.letter import Letter, open_letter
from messages.store import MESSAGE
from policy.standing import Action
from signups.links import DeadLink, read_ticket
from signups.stay import confirm_stay
from signups.visitor import visitor_in
from tests.consent_making import by_form, keep
from tests.factories import MANAGING, World, count, later, opened_world, recorded, supporter, voter

MONTH_BEFORE = datetime(2029, 11, 10, 12, tzinfo=UTC)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as opened:
        settings = opened.installation.settings.model_copy(update={"mail_url": "smtps://mail.example.org"})
        yield replace(opened, installation=replace(opened.installation, settings=settings))


def swept(world: World) -> dict[str, int]:
    return sweep_campaign(world.installation, world.actor, simulated=False, tell=lambda _: None).rest


def letters(world: World) -> list[Letter]:
    with world.register.open(world.actor, "rights_request") as processing:
        rows = processing.read(MESSAGE, select(MESSAGE).where(MESSAGE.c.campaign_id == world.campaign))
        processing.note(Note(event=Event.MESSAGE_OPENED, counts={"message.read": len(rows)}))
        return [open_letter(processing.keys, row) for row in rows]


def stays(world: World, link: str) -> None:
    with world.register.open(visitor_in(world.campaign), MANAGING) as processing:
        confirm_stay(processing, read_ticket(link))


def agreeing(world: World, number: int) -> PersonId:
    (person,) = recorded(world, supporter(world, ("email", f"p{number}@example.org")))
    keep(world, by_form(world, person), own_form=True)
    return person


def test_who_agreed_to_e_mails_is_asked_once_and_a_yes_begins_the_time_anew(world: World) -> None:
    yes, _, opposed = (agreeing(world, number) for number in range(3))
    recorded(world, supporter(world, ("email", "never@example.org")), voter(world, 1))
    keep(world, by_form(world, opposed, Action.WITHDRAWN, occurred_at=world.clock.at))
    later(world, days=1)
    assert "asked" not in swept(world)
    world.clock.at = MONTH_BEFORE
    assert swept(world)["asked"] == 2
    assert "asked" not in swept(world)
    found = {one.to: one for one in letters(world)}
    assert found.keys() == {"p0@example.org", "p1@example.org"}
    letter = found["p0@example.org"]
    assert letter.person == yes
    assert "List-Unsubscribe" in letter.headers
    (link,) = set(re.findall(r"/rester/[^/]+/(\S+)", letter.text))
    stays(world, link)
    with pytest.raises(DeadLink):
        stays(world, link)
    later(world, minutes=1)
    swept(world)
    world.clock.at = datetime(2029, 12, 30, tzinfo=UTC)
    swept(world)
    assert there(world) == {yes}
    assert count(world, "signup") == 0
    world.clock.at = datetime(2032, 11, 11, tzinfo=UTC)
    swept(world)
    assert there(world) == set()


def there(world: World) -> set[PersonId]:
    with world.register.open(world.actor, MANAGING) as processing:
        found = {PersonId(one) for page in [page_of_ids(processing, None, 10)] for one in page}
        processing.note(Note(event=Event.CONTACT_LISTED, counts={"contact.read": len(found)}))
    return found


def test_a_link_of_somebody_erased_meanwhile_leads_nowhere(world: World) -> None:
    person = agreeing(world, 1)
    world.clock.at = MONTH_BEFORE
    swept(world)
    (letter,) = letters(world)
    (link,) = set(re.findall(r"/rester/[^/]+/(\S+)", letter.text))
    world.installation.eraser.erase(world.actor, "rights_request", [person])
    assert count(world, "message") == 0
    with pytest.raises(DeadLink):
        stays(world, link)
