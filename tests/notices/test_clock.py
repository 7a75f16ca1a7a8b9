"""Whoever did not give their data is told within a month; an origin that is overdue is named."""

from datetime import date
from pathlib import Path

import pytest

from attachments.kinds import Kind
from contacts.declare import NewOrigin, declare_origin
from kernel.errors import Conflict, Invalid, NotFound
from notices.clock import Manner, Telling, list_clocks, list_tellings, running_clocks, tell_origin
from policy.findings import Refusal
from tests.attachments.samples import added
from tests.factories import MANAGING, World, later, opened_world
from tests.notices.telling import ADMINISTRATION, published


def overdue(world: World) -> frozenset[int]:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        list_clocks(processing)
        return frozenset(one.origin for one in running_clocks(processing) if one.overdue)


def tell(
    world: World, origin: int, manner: Manner = Manner.INDIVIDUAL, *, notice: int = 1, on: date | None = None
) -> None:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        told_on = on or processing.today
        tell_origin(processing, Telling(origin=origin, manner=manner, notice=notice, told_on=told_on, reference="PV-1"))


def test_a_month_after_the_data_came_an_origin_is_overdue_until_its_persons_are_told(
    database_url: str, tmp_path: Path
) -> None:
    with opened_world(database_url, tmp_path) as world:
        paper = added(world, kind=Kind.EVIDENCE, contact=None)
        with world.register.open(world.actor, MANAGING) as processing:
            bought = declare_origin(
                processing,
                NewOrigin(
                    kind="rented_file",
                    obtained_on=date(2026, 11, 10),
                    election=world.election,
                    evidence={"political_notice"},
                    papers={"broker_consent": paper},
                ),
            )
        assert overdue(world) == frozenset()
        later(world, days=10)  # 1 December: the month of the roll, which came on 1 November, ends today.
        assert overdue(world) == frozenset()
        later(world, days=1)
        assert overdue(world) == {world.roll.number}
        with pytest.raises(Refusal, match=r"notice\.unpublished"):
            tell(world, world.roll.number, Manner.ASSESSED)
        published(world)
        tell(world, world.roll.number, Manner.ASSESSED)
        assert overdue(world) == frozenset()
        later(world, days=10)
        assert overdue(world) == {bought.number}
        with pytest.raises(Refusal, match=r"notice\.interpretation"):
            tell(world, bought.number, Manner.ASSESSED)
        tell(world, bought.number)
        assert overdue(world) == frozenset()
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            manners = {one.origin: one.manner for one in list_clocks(processing)}
            assert [one.notice for one in list_tellings(processing)] == [1, 1]
        assert manners == {world.roll.number: Manner.ASSESSED, bought.number: Manner.INDIVIDUAL}
        for origin, notice, on, error in (
            (99, 1, None, NotFound),
            (world.newsletter.number, 1, None, Conflict),
            (bought.number, 7, None, Refusal),
            (bought.number, 1, date(2026, 11, 1), Invalid),
            (bought.number, 1, date(2027, 11, 1), Invalid),
        ):
            with pytest.raises(error):
                tell(world, origin, notice=notice, on=on)
