"""Somebody who is being recorded and an objection of theirs, side by side (PostgreSQL): one waits for the other."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest

from audit.processing import Processing
from consent.oppositions import NewOpposition
from contacts.add import Added, Addition, add_to_contacts
from contacts.amend import Amended, Amendment, amend_contacts
from contacts.journal.restore import restore_contacts
from contacts.record import Recorded, Result, record_contacts
from eligibility.carry_over import carry_over
from eligibility.happened import record_happened
from eligibility.oppose import oppose
from files.import_file import import_file
from files.order import ImportOrder
from kernel.identity import PersonId
from outreach.record import NewInteraction
from outreach.words import Kind, Outcome
from policy.standing import Status
from signups.preferences import stop_by_text
from signups.visitor import RIGHTS, visitor_in
from tests.eligibility.objecting import ADDRESS, EMAIL, object_to, sibling
from tests.factories import MANAGING, World, opened_world, raw, recorded, supporter, voter
from tests.waiting import waits

PHONE = ("phone", "+33639980102")
BORN = ("birth_date", "1980-02-03")
PARTY = ("external_id", "salesforce\x1fp1")
TOLD = EMAIL, PHONE, BORN, PARTY
NAMES = ("last_name", "Dupont"), ("first_names", "Marie")
Act = Callable[[Processing], Sequence[Recorded | Amended | Added]]


@pytest.fixture
def world(postgresql_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(postgresql_url, tmp_path) as one:
        yield one


def managing(world: World) -> AbstractContextManager[Processing]:
    return world.register.open(world.actor, MANAGING)


def creating(world: World) -> Act:
    return lambda processing: record_contacts(processing, [supporter(world, *NAMES, *TOLD)])


def merging(world: World) -> Act:
    recorded(world, supporter(world, *NAMES, ("external_id", "nationbuilder\x1f7")))
    draft = supporter(world, *NAMES, ("external_id", "nationbuilder\x1f7"), *TOLD)
    return lambda processing: record_contacts(processing, [draft])


def amending(world: World) -> Act:
    (person,) = recorded(world, supporter(world, *NAMES))
    amendment = Amendment(person=person, revision=1, draft=supporter(world, *TOLD))
    return lambda processing: amend_contacts(processing, [amendment])


def adding(world: World) -> Act:
    (person,) = recorded(world, supporter(world, *NAMES))
    return lambda processing: add_to_contacts(processing, [Addition(person, supporter(world, *TOLD))])


def objecting(world: World, _folder: Path) -> Callable[[], object]:
    def act() -> None:
        with managing(world) as processing:
            oppose(processing, [NewOpposition(data=[EMAIL])])

    return act


def answering_stop(world: World, _folder: Path) -> Callable[[], object]:
    def act() -> None:
        with world.register.open(visitor_in(world.campaign), RIGHTS) as processing:
            stop_by_text(processing, PHONE[1])

    return act


def bringing_in_a_refusal(world: World, folder: Path) -> Callable[[], object]:
    """Import somebody of the same name and birth date, of whom a flag says so."""
    path = folder / "people.csv"
    path.write_text(
        "nationbuilder_id,first_name,last_name,born_at,do_not_call\n9,Marie,Dupont,1980-02-03,true\n", "utf-8"
    )
    return lambda: bring_in(world, path)


def bringing_in_consents(world: World, folder: Path) -> Callable[[], object]:
    """Import what a tool keeps of consents apart, by its own number of the person."""
    path = folder / "consents.csv"
    head = "Id,PartyId,ContactPointType,PrivacyConsentStatus,CaptureDate,CaptureSource,EffectiveTo\n"
    path.write_text(head + "1,p1,Phone,OptOut,2025-03-04,Web form,\n", "utf-8")
    return lambda: bring_in(world, path)


def bring_in(world: World, path: Path) -> None:
    origin, report = world.newsletter.number, path.with_name("report")
    order = ImportOrder(path=path, origin=origin, report=report, category="regular")
    import_file(world.register, world.actor, MANAGING, order, lambda *_: None)


def carrying_over(world: World, _folder: Path) -> Callable[[], object]:
    """Tell of what was objected to in another campaign of the controller."""
    other = sibling(world)
    object_to(other, EMAIL)
    return lambda: carry_over(world.register, other.campaign)


def keying_in_a_refusal(world: World, _folder: Path) -> Callable[[], object]:
    """Call somebody of the same name and birth date."""
    (other,) = recorded(world, supporter(world, *NAMES, BORN, ("phone", "+33639980103")))
    refusal = NewInteraction(contact=other, kind=Kind.CALL, at=world.clock.at, outcome=Outcome.DO_NOT_COME_BACK)

    def act() -> None:
        with world.register.open(world.actor, "phone_canvassing") as processing:
            record_happened(processing, [refusal])

    return act


def refused(world: World, person: PersonId | None) -> bool:
    with raw(world.url, world.campaign) as database:
        no = Status.REFUSED.value, Status.WITHDRAWN.value
        rows = database.run("SELECT contact_id FROM consent_standing WHERE status IN (?, ?)", *no)
    return person in [row[0] for row in rows]


ACTS = [creating, merging, amending, adding]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "objector",
    [objecting, answering_stop, bringing_in_a_refusal, bringing_in_consents, keying_in_a_refusal, carrying_over],
)
def test_an_objection_waits_for_whoever_is_being_recorded_and_finds_them(
    world: World,
    tmp_path: Path,
    act: Callable[[World], Act],
    objector: Callable[[World, Path], Callable[[], object]],
) -> None:
    coming = act(world)
    beside = Thread(target=objector(world, tmp_path))
    with managing(world) as processing:
        (one,) = coming(processing)
        assert waits(world, beside)
    beside.join()
    assert refused(world, one.person)


@pytest.mark.parametrize("act", ACTS)
def test_whoever_is_recorded_waits_for_an_objection_that_is_being_kept_and_meets_it(
    world: World, act: Callable[[World], Act]
) -> None:
    coming, came = act(world), list[PersonId | None]()

    def come_in() -> None:
        with managing(world) as processing:
            came.extend(one.person for one in coming(processing))

    beside = Thread(target=come_in)
    with managing(world) as processing:
        oppose(processing, [NewOpposition(data=[EMAIL])])
        assert waits(world, beside)
    beside.join()
    (person,) = came
    assert refused(world, person)


def test_an_objection_waits_for_what_an_undone_import_brings_back(world: World) -> None:
    draft, job = supporter(world, *NAMES, ("external_id", "nationbuilder\x1f7"), ("address", ADDRESS)), UUID(int=8)
    (person,) = recorded(world, draft)
    moved = replace(draft, data=(*draft.data[:-1], ("address", ADDRESS.replace("Lilas", "Roses"))))
    with managing(world) as processing:
        (changed,) = record_contacts(processing, [moved], job=job)
    assert changed.result is Result.UPDATED
    beside = Thread(target=object_to, args=(world, *NAMES, ("address", ADDRESS)))
    with managing(world) as processing:
        restore_contacts(processing, job, set(), [person])
        assert waits(world, beside)
    beside.join()
    assert refused(world, person)


def test_two_who_come_in_do_not_wait_for_each_other(world: World) -> None:
    beside = Thread(target=recorded, args=(world, voter(world, 1)))  # Who has no value of which others could stand.
    with managing(world) as processing:
        creating(world)(processing)
        assert not waits(world, beside)
