"""A campaign that declared a few purposes: its staff still sign in, decide, see their own data, and read the log."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.approvals.actions import Action
from accounts.approvals.decide import list_approvals, object_to
from accounts.approvals.request import request_approval
from accounts.staff.manage import list_staff
from accounts.staff.own_data import show_own_data
from audit.listing import list_entries
from audit.register import PurposeNotInUse
from contacts.activate import activate_campaign
from tests.accounts.staff.people import ADMINISTRATION, OWN, actor, enrolled
from tests.factories import World, declaration, opened_world, raw

CHOSEN = ("contact_management", "canvassing")
ACCOUNTABILITY = "accountability"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        with one.register.open(one.actor, ADMINISTRATION) as processing:
            activate_campaign(processing, replace(declaration(), purposes=CHOSEN))
        yield one


def work_goes_on(world: World) -> None:
    tag = str(world.clock.at.timestamp())
    manager = actor(world, enrolled(world, "manager", f"m{tag}@example.org"))
    dpo = actor(world, enrolled(world, "dpo", f"d{tag}@example.org"))
    with world.register.open(manager, OWN) as processing:
        assert show_own_data(processing).account.role == "manager"
    with world.register.open(manager, ADMINISTRATION) as processing:
        assert list_staff(processing)
    with world.register.open(manager, ADMINISTRATION) as processing:
        asked = request_approval(processing, Action.KEY_DESTROY, {"key": f"k{tag}"}, delay=timedelta(days=1))
    with world.register.open(dpo, ACCOUNTABILITY) as processing:
        assert asked.id in {one.id for one in list_approvals(processing)}
    with world.register.open(dpo, ACCOUNTABILITY) as processing:
        object_to(processing, asked.id)
    with world.register.open(dpo, ACCOUNTABILITY) as processing:
        assert list_entries(processing, event=None, before=None, limit=10).entries


def test_a_campaign_of_chosen_purposes_locks_out_neither_its_staff_nor_its_dpo(world: World) -> None:
    work_goes_on(world)
    with pytest.raises(PurposeNotInUse):
        world.register.check(world.actor, "email_campaign")


def test_a_declaration_kept_before_these_were_always_used_locks_out_nobody(world: World) -> None:
    with raw(world.url, world.campaign) as database:
        database.run(f"UPDATE activation SET purposes = '{json.dumps(CHOSEN)}'")  # noqa: S608 - of our own words
        assert {row[0] for row in database.run("SELECT purposes FROM activation")} == {json.dumps(CHOSEN)}
    work_goes_on(world)
