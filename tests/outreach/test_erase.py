from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from holdings.erase import PURPOSE
from holdings.holding import HOLDINGS
from installation.work import worker_of
from outreach.history import opposed_through
from outreach.targeting import list_targetings, register_targeting
from outreach.words import Channel, Kind, MessageKind, Outcome
from tests.factories import NOW, count, later, raw
from tests.outreach.outreach import Outreach
from tests.outreach.test_targeting import BY_PLACE, read

YEAR = timedelta(days=366)


def test_an_erasure_leaves_nothing_of_what_the_dossier_shows(outreach: Outreach) -> None:
    holding = next(one for one in HOLDINGS if one.name == "interactions")
    assert holding.export is not None
    export = holding.export
    letter = outreach.message(MessageKind.INVITATION, Channel.EMAIL)
    first, second, _ = outreach.persons
    outreach.happened(Kind.SENT, message=letter)
    outreach.visited(Outcome.DO_NOT_COME_BACK)
    outreach.visited(Outcome.ABSENT, who=1)
    outreach.awaits(outreach.sending(MessageKind.INVITATION, letter), [first, second])
    found = outreach.do(lambda processing: export(processing, [first, second]))
    assert {person: len(rows) for person, rows in found.items()} == {first: 3, second: 2}
    before = count(outreach.world, "awaited_person")
    outreach.world.installation.eraser.erase(outreach.world.actor, PURPOSE, [first])
    assert set(outreach.do(lambda processing: export(processing, [first, second]))) == {second}
    assert count(outreach.world, "awaited_person") == before - 1


def test_the_sweep_follows_the_pack_and_keeps_refusals(alone: Outreach) -> None:
    worker = worker_of(alone.world.installation)
    for at in (NOW - 4 * YEAR, NOW - 2 * YEAR):
        alone.visited(Outcome.ABSENT, at)
        alone.visited(Outcome.NOT_INTERESTED, at, who=1)
    line = alone.do(lambda processing: register_targeting(processing, BY_PLACE))
    later(alone.world, days=2)
    worker.work_off(alone.world.campaign)
    holding = next(one for one in HOLDINGS if one.name == "interactions")
    assert holding.export is not None
    export = holding.export
    found = alone.do(lambda processing: export(processing, alone.persons))
    assert [len(found[person]) for person in alone.persons[:2]] == [1, 2]
    assert set(alone.ask(opposed_through, Channel.DOOR)) == {alone.persons[1]}

    def lines() -> list[UUID]:
        return alone.do(lambda processing: read(processing, [one.id for one in list_targetings(processing)]))

    alone.world.clock.at = NOW.replace(year=2033)
    worker.work_off(alone.world.campaign)
    assert line in lines()
    later(alone.world, days=2)
    worker.work_off(alone.world.campaign)
    assert lines() == []


@pytest.mark.parametrize("table", ["interaction", "targeting"])
def test_nobody_changes_what_was_recorded(postgresql_url: str, table: str) -> None:
    with raw(postgresql_url, role="isoloir_app") as database, pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.run(f"UPDATE {table} SET role = 'other'")  # noqa: S608
