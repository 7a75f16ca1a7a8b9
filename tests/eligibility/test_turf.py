import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from eligibility.turf import draw_turf
from eligibility.visits import VisitCell, count_visits
from kernel.identity import PersonId
from outreach.record import NewInteraction, record_interactions
from outreach.words import Kind, Outcome
from policy.load import load
from tests.factories import MANAGING, NOW, World, opened_world, raw, recorded, voter

MINIMUM = load("france", NOW.date()).cell_minimum


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def electors(world: World, count: int, station: str = "0001", *, first: int = 0) -> list[PersonId]:
    """Record electors who live by twos in one street."""
    drafts = []
    for number in range(first, first + count):
        street = {"number": str(10 + number // 2), "street": "rue de la Paix", "postcode": "75002", "city": "Paris"}
        one = voter(world, number)
        address = ("address", json.dumps(street))
        drafts.append(replace(one, data=(*one.data, address), polling_station=station))
    return recorded(world, *drafts)


def visited(world: World, persons: list[PersonId], outcome: Outcome) -> None:
    told = [NewInteraction(contact=one, kind=Kind.VISIT, at=NOW, outcome=outcome) for one in persons]
    with world.register.open(world.actor, MANAGING) as processing:
        record_interactions(processing, told)


def test_a_turf_is_the_addresses_where_somebody_may_be_visited_and_nothing_else_is_opened(world: World) -> None:
    first, second, third, alone = electors(world, 4)
    (elsewhere,) = electors(world, 1, "0002", first=9)
    visited(world, [alone], Outcome.DO_NOT_COME_BACK)
    with world.register.open(world.actor, "canvassing") as processing:
        turf = draw_turf(processing, {"commune": "75056", "polling_station": "0001"})
    assert [(one.address["number"], set(one.contacts)) for one in turf.doorsteps] == [
        ("10", {first, second}),
        ("11", {third}),
    ]
    assert {rule.answer.rule for rule in turf.answer.verdicts} == {"channel.door", "gate.opposed"}
    assert turf.next is None
    with raw(world.url, world.campaign) as database:
        ((fields,),) = database.run("SELECT fields FROM entry WHERE event = 'contact.revealed'")
    assert json.loads(fields) == ["address"] if isinstance(fields, str) else fields == ["address"]
    assert elsewhere not in {person for door in turf.doorsteps for person in door.contacts}


def test_what_came_of_visits_is_told_by_territory_and_never_of_few(world: World) -> None:
    many, few = electors(world, MINIMUM), electors(world, MINIMUM - 1, "0002", first=40)
    visited(world, many, Outcome.ABSENT)
    visited(world, many, Outcome.ABSENT)
    visited(world, [*few, many[0]], Outcome.NOT_INTERESTED)
    with world.register.open(world.actor, MANAGING) as processing:
        by_station = count_visits(processing, "polling_station", NOW - timedelta(days=1))
    with world.register.open(world.actor, MANAGING) as processing:
        by_commune = count_visits(processing, "commune", NOW - timedelta(days=1))
    with world.register.open(world.actor, MANAGING) as processing:
        later = count_visits(processing, "commune", NOW + timedelta(days=1))
    assert by_station == [VisitCell("75056", "0001", Outcome.ABSENT, MINIMUM)]
    assert by_commune == [
        VisitCell("75056", None, Outcome.ABSENT, MINIMUM),
        VisitCell("75056", None, Outcome.NOT_INTERESTED, MINIMUM),
    ]
    assert later == []
    assert not {"actor", "role", "visitor"} & set(VisitCell.__dataclass_fields__)
