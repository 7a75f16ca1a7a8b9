"""One sweep covers whatever is kept beside the contacts: each kind of thing has its day, and leaves nothing then."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from accounts.staff.manage import disable_staff
from attachments.kinds import Kind
from breaches.register import close_breach, open_breach
from consent.oppositions import NewOpposition, meet_oppositions, record_oppositions
from contacts.lasting.holds import HoldReason, place_hold
from installation.sweeping import sweep_campaign
from kernel.identity import StaffId
from retention.report import report_month
from retention.rest import sweep_rest
from rights.visit import begin_visit
from signups.preferences import ask_link
from signups.visitor import RIGHTS, visitor_in
from signups.wish import Wish
from tests.accounts.staff.people import invited
from tests.attachments.samples import PLAIN_PDF, added
from tests.consent_making import ask, by_form, keep
from tests.factories import World, count, declared, later, opened_world, raw, recorded, supporter
from tests.reviews.test_reviews import DOUBTFUL, hold

LONG_AGO = datetime(2021, 10, 5, 12, tzinfo=UTC)
TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Left:
    """A kind of thing of five years ago: the name under which the sweep clears it, and where it stood."""

    name: str
    table: str


TABLE = (
    Left("attachment", "attachment"),
    Left("consent_evidence", "consent_evidence"),
    Left("eligibility", "eligibility"),
    Left("hold", "contact_hold"),
    Left("opposition", "opposition"),
    Left("staff", "staff_account"),
    Left("breach", "breach"),
    Left("signup", "signup"),
    Left("review", "review"),
    Left("rights_visit", "rights_visit"),
    Left("request_key", "request_key"),
)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as opened:
        opened.clock.at = LONG_AGO
        yield opened


def everything_that_ends(world: World) -> None:
    """Keep one thing of each kind, and erase the contact whose proofs stay."""
    newsletter = declared(world, date(2021, 10, 1))
    person, held = recorded(
        world,
        supporter(world, ("email", "one@example.org"), origin=newsletter),
        supporter(world, ("email", "two@example.org"), origin=newsletter),
    )
    keep(world, by_form(world, person))
    added(world, PLAIN_PDF, kind=Kind.FORM, contact=person)
    ask(world, [person])
    world.installation.eraser.erase(world.actor, "rights_request", [person])
    hold(world, supporter(world, ("email", "two@example.org"), ("note", DOUBTFUL), origin=newsletter))
    with world.register.open(world.actor, "administration") as processing:
        expires = date(2022, 1, 1)
        place_hold(processing, contact=held, reason=HoldReason.CLAIMS, reference="TJ 21/1", expires_on=expires)
        close_breach(processing, open_breach(processing, processing.at, {"informed": "not_required"}))
    with world.register.open(visitor_in(world.campaign), RIGHTS) as processing:
        ask_link(processing, Wish(email="nobody@example.org", language="fr"))
        begin_visit(processing, {}, "fr")
    objected(world, "gone@example.org")
    with raw(world.url, world.campaign) as database:
        database.run(
            "INSERT INTO request_key (campaign_id, digest, fingerprint, status, outcome, created_at) "
            "VALUES (?, ?, ?, 201, '[]', '2021-10-05T12:00:00.000000+00:00')",
            world.campaign,
            b"d",
            b"f",
        )


def somebody_left(world: World) -> None:
    """Close the account of somebody who never acted: nothing in the log needs it."""
    staff = invited(world)
    with world.register.open(world.actor, "administration") as processing:
        disable_staff(processing, StaffId(staff.id))


def objected(world: World, email: str) -> None:
    with world.register.open(world.actor, "rights_request") as processing:
        record_oppositions(processing, [NewOpposition(data=[("email", email)])], [()])


def swept(world: World, *, simulated: bool = False) -> set[str]:
    done = sweep_campaign(world.installation, world.actor, simulated=simulated, tell=lambda _: None)
    return {*done.rest, *done.chores}


def test_one_sweep_clears_each_kind_of_thing_when_its_day_is_past(world: World) -> None:
    everything_that_ends(world)
    assert sweep_rest(world.installation.eraser, world.actor, simulated=False) == {}
    somebody_left(world)
    there = {one.table: count(world, one.table) for one in TABLE}
    assert min(there.values()) > 0, there
    world.installation.sequencer.run(world.campaign, whole=True)
    world.clock.at = TODAY
    expected = {one.name for one in TABLE} | {"log"}
    assert expected <= swept(world, simulated=True)
    assert {one.table: count(world, one.table) for one in TABLE} == there
    assert expected - {"hold", "review"} <= swept(world)  # Their contact's day is past too, and takes them along.
    assert {one.table: count(world, one.table) for one in TABLE} == dict.fromkeys(there, 0)
    with world.register.open(world.actor, "administration") as processing:
        told = report_month(processing, "2026-11").counts
    assert {"log.cleared", "consent_evidence.cleared", "staff.cleared"} <= told.keys()
    assert not swept(world) & expected


def test_an_objection_lapses_after_three_years_unless_somebody_came_in_with_it(world: World) -> None:
    for email in ("silent@example.org", "met@example.org", "again@example.org"):
        objected(world, email)
    world.clock.at = datetime(2024, 1, 10, tzinfo=UTC)
    objected(world, "again@example.org")
    (person,) = recorded(
        world, supporter(world, ("email", "other@example.org"), origin=declared(world, date(2024, 1, 2)))
    )
    with world.register.open(world.actor, "rights_request") as processing:
        note = meet_oppositions(processing, [(person, [("email", "met@example.org")])])
        processing.note_also(note)
    assert count(world, "opposition") == 5
    world.clock.at = TODAY
    assert swept(world, simulated=True) >= {"opposition"}
    assert "opposition" in swept(world)
    assert (
        count(world, "opposition") == 4
    )  # What was met, or said again, keeps also the day on which it was first said.
    later(world, hours=1)
    assert "opposition" not in swept(world)
