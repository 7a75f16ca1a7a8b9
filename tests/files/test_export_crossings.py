"""A chunk of a list that is being written, and persons who are taken out of use meanwhile: these wait for the chunk."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pyrage  # type: ignore[import-untyped]
import pytest

import files.exports.run
import jobs.run
from consent.oppositions import NewOpposition
from contacts.restrict import RestrictionGround, restrict_contacts
from eligibility.oppose import oppose
from files.hand_over import Handover
from kernel.identity import PersonId
from outreach.record import NewInteraction, record_interactions
from outreach.words import Kind, Outcome
from policy.standing import Action
from recipients.tickets import Act, open_tickets
from tests.consent_making import by_form, keep, said
from tests.factories import MANAGING, World, later, opened_world
from tests.files.exporting import (
    IDENTITY,
    chunks_of_three,
    downloaded,
    keyed,
    lines,
    order,
    people,
    run,
    shown,
    wanted,
)
from tests.waiting import waits

MAILING, VISITING = "email_campaign", "canvassing"


@pytest.fixture
def world(postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    chunks_of_three(monkeypatch)
    with opened_world(postgresql_url, tmp_path) as one:
        yield one


def restricted(world: World, persons: Mapping[PersonId, str]) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        restrict_contacts(processing, list(persons), RestrictionGround.ACCURACY_CONTESTED)
        open_tickets(processing, list(persons), Act.RESTRICTION, "https://isoloir.example.org")


def withdrawn(world: World, persons: Mapping[PersonId, str]) -> None:
    keep(world, *(said(world, one, Action.WITHDRAWN, occurred_at=world.clock.at) for one in persons))


def opposed(world: World, persons: Mapping[PersonId, str]) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        oppose(processing, [NewOpposition(data=[("email", email)]) for email in persons.values()])


def refused_at_the_door(world: World, persons: Mapping[PersonId, str]) -> None:
    no = partial(NewInteraction, kind=Kind.VISIT, at=world.clock.at, outcome=Outcome.NOT_INTERESTED)
    with world.register.open(world.actor, VISITING) as processing:
        record_interactions(processing, [no(contact=one) for one in persons])


def erased(world: World, persons: Mapping[PersonId, str]) -> None:
    world.installation.eraser.erase(world.actor, MANAGING, list(persons))


@pytest.mark.parametrize(
    ("act", "state", "channel", "purpose"),
    [
        (restricted, "erased", "email", MAILING),
        (withdrawn, "finished", "email", MAILING),
        (opposed, "finished", "email", MAILING),
        (refused_at_the_door, "finished", "door", VISITING),
        (erased, "erased", "email", MAILING),
    ],
)
def test_who_is_taken_out_of_use_waits_for_the_chunk_that_is_written_and_is_in_no_later_one(
    act: Callable[[World, Mapping[PersonId, str]], None],
    state: str,
    channel: str,
    purpose: str,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keyed(world)
    numbers = {person: number for number, person in enumerate(people(world, 7))}
    persons = sorted(numbers, key=lambda one: one.bytes)
    keep(world, *(by_form(world, one) for one in persons), own_form=True)
    later(world, minutes=1)
    one = order(world, wanted(reach=Handover(channel=channel, criteria=())), purpose=purpose).id
    beside = Thread(
        target=act, args=(world, {each: f"m{numbers[each]}@example.org" for each in (persons[0], persons[6])})
    )
    waited: list[bool] = []

    def beside_the_first_chunk(*given: Any) -> Any:  # noqa: ANN401
        if not waited:
            waited.append(waits(world, beside))
        return jobs.run.keep_chunk(*given)

    monkeypatch.setattr(files.exports.run, "keep_chunk", beside_the_first_chunk)
    run(world, one)
    beside.join()
    assert waited == [True]
    assert shown(world, one).state == state
    if state == "finished":
        rows = lines(pyrage.decrypt(downloaded(world, one, purpose=purpose), [IDENTITY]))
        assert {row["id"] for row in rows} == {str(person) for person in persons[:6]}
