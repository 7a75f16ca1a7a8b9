"""An erasure that a person asked for: what stays is told, recipients are told, a crash forgets none of it."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from audit.events import Event
from audit.note import Note
from campaigns.recipients import add_recipient
from files.export_file import ExportOrder, export_file
from holdings.erase import RIGHTS, Eraser
from holdings.ledger import Ledger
from holdings.orders import Order, place_orders
from jobs.target import TargetRules
from jobs.webhooks import add_endpoint
from kernel.actor import operator_in, worker_in
from kernel.database import Database
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId, random_uuid
from messages.letter import Letter, open_letter
from messages.store import MESSAGE
from recipients.chase import chase_tickets
from recipients.tickets import (
    Act,
    State,
    Ticket,
    acknowledge_ticket,
    find_view,
    list_tickets,
    open_tickets,
    show_ticket,
)
from tests.consent_making import ask, by_form, keep, told
from tests.factories import (
    World,
    count,
    later,
    ledger_of,
    marie,
    opened_world,
    raw,
    recorded,
    supporter,
    supporters,
    voter,
)

NAMES = (("last_name", "Dupont"), ("first_names", "Marie"), ("email", "marie@example.org"))
EXTERNAL = ("external_id", "CRM de test\x1f4711")


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def letters(world: World) -> list[Letter]:
    """Return the mails that wait, opened."""
    with world.register.open(world.actor, RIGHTS) as processing:
        rows = processing.read(MESSAGE, select(MESSAGE).where(MESSAGE.c.campaign_id == world.campaign))
        processing.note(Note(event=Event.MESSAGE_OPENED, counts={"message.read": len(rows)}))
        return [open_letter(processing.keys, row) for row in rows]


def tickets(world: World) -> list[Ticket]:
    with world.register.open(world.actor, RIGHTS) as processing:
        return list_tickets(processing, after=None, limit=10)


def register_crm(world: World, told_by: str = "letter", address: str = "1 rue") -> None:
    with world.register.open(world.actor, "administration") as processing:
        add_recipient(processing, replace(supporters("CRM de test"), told_by=told_by, address=address))


def test_an_ordered_erasure_tells_the_person_what_stays_why_and_until_when(world: World) -> None:
    register_crm(world)
    (person,) = recorded(world, supporter(world, *NAMES, EXTERNAL))
    keep(world, by_form(world, person))
    (told,) = world.installation.eraser.erase_ordered(world.actor, [Order(person=person, ground="objection")])
    assert {one.compartment: one.letter for one in told.kept} == {
        "evidence": "e",
        "opposition": "b",
        "ledger": "b",
        "log": "b",
    }
    assert (told.recipients, told.backups_until, told.sent) == (("CRM de test",), date(2026, 12, 21), True)
    (letter,) = letters(world)
    assert (letter.to, letter.person, letter.sender) == ("marie@example.org", None, "Parti d'essai")
    assert letter.text == told.certificate
    french, english = letter.text.split("\n--\n")
    assert "21 décembre 2026" in french
    assert "art. 17(3)(e)" in french
    assert "- CRM de test" in french
    assert "21 December 2026" in english
    assert count(world, "contact") == count(world, "erasure_order") == 0
    assert ledger_of(world).unfinished(world.campaign) == {}


def test_without_an_address_the_certificate_comes_back_to_be_posted(world: World) -> None:
    (person,) = recorded(world, voter(world, 1))
    order = Order(person=person, language="en", opposes=False)
    (told,) = world.installation.eraser.erase_ordered(world.actor, [order])
    assert not told.sent
    assert letters(world) == []
    assert told.certificate.startswith("Hello")
    assert "did not want us to keep a fingerprint" in told.certificate
    assert "- nobody" in told.certificate
    assert {one.compartment for one in told.kept} == {"ledger", "log"}
    assert count(world, "opposition") == 0


def test_a_person_erased_by_order_and_imported_again_is_not_contacted(world: World) -> None:
    (person,) = recorded(world, marie(world))
    keep(world, by_form(world, person))
    world.installation.eraser.erase_ordered(world.actor, [Order(person=person)])
    (again,) = recorded(world, marie(world))
    assert again != person
    later(world, hours=2)
    assert told(ask(world, [again]))[again] == "gate.opposed"


def test_an_order_is_for_a_contact_and_has_a_ground_of_the_law(world: World) -> None:
    (person,) = recorded(world, marie(world))
    eraser = world.installation.eraser
    with pytest.raises(NotFound):
        eraser.erase_ordered(world.actor, [Order(person=PersonId(random_uuid()))])
    with pytest.raises(NotFound):
        eraser.erase_ordered(world.actor, [Order(person=person), Order(person=person)])
    with pytest.raises(Invalid, match="ground"):
        eraser.erase_ordered(world.actor, [Order(person=person, ground="whim")])
    assert count(world, "contact") == 1
    assert count(world, "erasure_order") == 0


def test_whoever_does_not_open_is_erased_as_they_asked_and_their_certificate_goes_by_post(world: World) -> None:
    (person,) = recorded(world, supporter(world, *NAMES, EXTERNAL))
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE contact SET record = ? WHERE id = ?", bytes(200), person)
    (told,) = world.installation.eraser.erase_ordered(world.actor, [Order(person=person)])
    assert (told.person, told.sent, letters(world)) == (person, False, [])
    assert "art. 17(1)" in told.certificate
    assert "Aucune empreinte de vos coordonnées" in told.certificate  # Nothing promised that was not done.
    assert "opposition" not in {one.compartment for one in told.kept}
    assert (count(world, "contact"), count(world, "erasure_order")) == (0, 0)


class _Killed(BaseException):
    """What the power cut is to the program: nothing catches it."""


STEPS = ((Ledger, "mean"), (Eraser, "_erase_batch"), (Database, "truncate_wal"), (Ledger, "complete"))


def test_an_ordered_erasure_killed_at_any_step_ends_with_one_certificate_and_one_ticket(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, (owner, name, after) in enumerate([(*step, after) for step in STEPS for after in (False, True)]):
        mine = ("external_id", f"CRM\x1f{number}")
        (person,) = recorded(world, supporter(world, *NAMES, mine))
        with monkeypatch.context() as patched:
            honest = getattr(owner, name)
            patched.setattr(owner, name, _killing(honest, after=after))
            with pytest.raises(_Killed):
                world.installation.eraser.erase_ordered(world.actor, [Order(person=person)])
        actor = operator_in(world.campaign, frozenset({RIGHTS}))
        world.installation.eraser.complete_orders(actor)
        world.installation.eraser.complete_unfinished(actor)
        assert (count(world, "contact"), count(world, "erasure_order")) == (0, 0), (name, after)
        assert len(letters(world)) == len(tickets(world)) == number + 1, (name, after)
        assert ledger_of(world).unfinished(world.campaign) == {}, (name, after)


def _killing(honest: Callable[..., object], *, after: bool) -> Callable[..., object]:
    def killed(*given: object, **more: object) -> object:
        if after:
            honest(*given, **more)
        raise _Killed

    return killed


def test_an_order_left_by_a_crash_is_done_at_the_next_start(world: World) -> None:
    (person,) = recorded(world, marie(world))
    with world.register.open(world.actor, RIGHTS) as processing:
        place_orders(processing, [Order(person=person, opposes=False)])
    with world.register.open(world.actor, RIGHTS) as processing:
        place_orders(processing, [Order(person=person)])  # Asked again: the later word counts.
    assert world.installation.recover() == 1
    assert count(world, "contact") == 0
    assert len(letters(world)) == 1
    assert count(world, "opposition") > 0
    assert world.installation.recover() == 0


def test_each_recipient_is_told_its_own_id_and_no_other_until_it_acknowledges(world: World) -> None:
    (person,) = recorded(world, supporter(world, *NAMES, EXTERNAL, ("external_id", "autre\x1f99")))
    register_crm(world)
    order = ExportOrder(reason="tractage", recipient="équipe")
    export_file(world.register, world.actor, "canvassing", order, io.BytesIO())
    assert world.installation.eraser.erase(world.actor, RIGHTS, [person]) == 1
    found = {one.recipient: one for one in tickets(world)}
    assert set(found) == {"CRM de test", "autre", "équipe"}
    with world.register.open(world.actor, RIGHTS) as processing:
        ids = {name: find_view(processing, one.id, opened=True).ids for name, one in found.items()}
    assert ids == {"CRM de test": ("4711",), "autre": ("99",), "équipe": (str(person),)}
    with world.register.open(world.actor, RIGHTS) as processing:
        acknowledge_ticket(processing, found["autre"].id)
    with world.register.open(world.actor, RIGHTS) as processing:
        acknowledge_ticket(processing, found["autre"].id)  # Said twice, it is the same.
        answered = find_view(processing, found["autre"].id, opened=True)
    assert (answered.state, answered.ids, answered.ended_at) == (State.ACKNOWLEDGED, (), world.clock.at)


def test_a_ticket_that_nobody_acknowledges_is_told_again_and_ends_after_sixty_days(world: World) -> None:
    (person,) = recorded(world, supporter(world, *NAMES, EXTERNAL))
    url = "https://crm.example.org/hook"
    register_crm(world, "webhook", url)
    with world.register.open(world.actor, "administration") as processing:
        add_endpoint(processing, url=url, events=["contact.created"], rules=TargetRules(), delay=timedelta(0))
    with world.register.open(world.actor, RIGHTS) as processing:
        open_tickets(processing, [person], Act.RESTRICTION, "https://x.example.org")
    told_again = []
    for days in (1, 7, 14, 24, 16):
        later(world, days=days)
        with world.register.open(worker_in(world.campaign), "administration") as processing:
            chase_tickets(processing, "https://x.example.org")
        (one,) = tickets(world)
        told_again.append((one.chased, one.state.value, count(world, "task")))
    assert told_again == [
        (0, "waiting", 1),
        (1, "waiting", 2),
        (2, "waiting", 3),
        (3, "waiting", 4),
        (3, "unanswered", 4),
    ]
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT sealed FROM recipient_ticket") == [(None,)]
        ((payload,),) = database.run("SELECT payload FROM task LIMIT 1")
    assert "4711" not in payload
    assert str(person) not in payload
    link = json.loads(payload)["data"]["address"].rpartition("/")[2]
    later(world, days=-30)
    with world.register.open(world.actor, RIGHTS) as processing:
        assert show_ticket(processing, link).act is Act.RESTRICTION
