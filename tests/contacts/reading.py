# ruff: noqa: ANN401 - factories pass on what they are given
"""Contacts for tests: shown, found, amended."""

from typing import Any

from contacts.amend import Amended, Amendment, amend_contacts
from contacts.find import Search, find_contacts
from contacts.record import Recorded
from contacts.reveal import Revealed, reveal_contacts
from kernel.identity import PersonId
from policy.draft import Draft
from tests.factories import MANAGING, World


def shown(world: World, person: PersonId, purpose: str = MANAGING) -> Revealed:
    with world.register.open(world.actor, purpose) as processing:
        (one,) = reveal_contacts(processing, [person])
    assert one is not None
    return one


def data(world: World, person: PersonId, purpose: str = MANAGING) -> list[tuple[str, str]]:
    return sorted((one.field, one.value) for one in shown(world, person, purpose).data)


def found(world: World, *known: tuple[str, str], **more: Any) -> list[PersonId]:
    with world.register.open(world.actor, MANAGING) as processing:
        return [one.person for one in find_contacts(processing, Search(data=known, reason="demande", **more))]


def amend(world: World, person: PersonId, revision: int, draft: Draft, *removed: str) -> Amended:
    with world.register.open(world.actor, MANAGING) as processing:
        amendment = Amendment(person=person, revision=revision, draft=draft, removed=frozenset(removed))
        (one,) = amend_contacts(processing, [amendment])
    return one


def person_of(one: Recorded) -> PersonId:
    assert one.person is not None
    return one.person
