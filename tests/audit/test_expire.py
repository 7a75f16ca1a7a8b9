"""Months of the log whose period is over lose what their entries said, and stay provable."""

from datetime import UTC, date, datetime, time

from audit.events import Event
from audit.expire import expire_log, expired_entries, is_month_over
from audit.note import Note
from audit.verify import verify_log
from policy.load import load
from tests.factories import MANAGING, World, count

JANUARY = 202501


def to(world: World, day: date) -> None:
    world.clock.at = datetime.combine(day, time(12), UTC)


def sequenced(world: World) -> None:
    world.installation.sequencer.run(world.campaign, whole=True)


def expired(world: World) -> int:
    with world.register.open(world.actor, MANAGING) as processing:
        found = expired_entries(processing)
        processing.note(Note(event=Event.LOG_READ, counts=dict(processing.observed)))
    return found


def test_a_month_is_over_when_the_period_of_its_last_day_is() -> None:
    law = load("france", date(2026, 11, 22))
    assert not is_month_over(law, JANUARY, date(2026, 1, 31))
    assert is_month_over(law, JANUARY, date(2026, 2, 1))
    assert not is_month_over(law, 202412, date(2025, 12, 31))


def test_what_was_said_goes_with_the_whole_month_and_the_tree_stays(world: World) -> None:
    to(world, date(2025, 1, 20))
    for _ in range(3):
        with world.register.open(world.actor, MANAGING) as processing:
            processing.note(Note(event=Event.LOG_READ, counts={}))
    for day in (date(2025, 12, 31), date(2026, 1, 31)):
        to(world, day)
        sequenced(world)
        assert expired(world) == 0
    to(world, date(2026, 2, 1))
    assert expired(world) == 3
    before = count(world, "entry")
    with world.register.open(world.actor, "administration") as processing:
        assert expire_log(processing) == 3
    assert count(world, "entry") == before - 3 + 1
    assert expired(world) == 0
    sequenced(world)
    with world.register.open(world.actor, MANAGING) as processing:
        found = verify_log(processing, world.installation.checkpoints)
    assert (found.problems, found.expired) == ([], 3)
