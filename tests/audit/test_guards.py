"""What a processing refuses to do in silence, beside what the register's own tests show."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from audit.context import CampaignContext
from audit.events import Event
from audit.note import Note
from audit.register import Register
from campaigns.load import CampaignLoader
from contacts.record import record_contacts
from contacts.store.records import CONTACT, CONTACT_COLUMNS
from contacts.store.registries import TAG
from crypto.campaign_keys import PURPOSES, CampaignKeys, new_campaign_key
from kernel.database import Transaction
from kernel.errors import Conflict, SilentWrite
from kernel.identity import CampaignId
from kernel.prepared import Prepared
from policy.load import load
from tests.factories import MANAGING, World, dump, marie, opened, opened_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def test_a_prepared_insert_under_another_tables_name_is_refused(world: World) -> None:
    prepared = Prepared(insert(CONTACT), CONTACT_COLUMNS)
    with pytest.raises(SilentWrite), world.register.open(world.actor, MANAGING) as processing:
        processing.send(TAG, prepared, [])


def test_a_prepared_reading_is_not_an_insert(world: World) -> None:
    with pytest.raises(SilentWrite), world.register.open(world.actor, MANAGING) as processing:
        processing.send(TAG, Prepared(select(TAG)), [{}])


def test_nothing_sent_is_nothing_to_tell(world: World) -> None:
    before = dump(world, without=["entry"])
    with world.register.open(world.actor, MANAGING) as processing:
        assert processing.send(CONTACT, Prepared(insert(CONTACT), CONTACT_COLUMNS), []) == 0
        assert processing.copy(CONTACT, CONTACT_COLUMNS, []) == 0
        assert processing.execute(CONTACT, insert(CONTACT), []) == 0
        processing.note(Note(event=Event.LOG_READ, counts={}))
    assert dump(world, without=["entry"]) == before


def test_a_change_under_another_tables_name_is_refused(world: World) -> None:
    with pytest.raises(SilentWrite), world.register.open(world.actor, MANAGING) as processing:
        processing.execute(TAG, insert(CONTACT), [{}])


def test_what_was_sealed_under_keys_that_were_rotated_meanwhile_is_not_stored(world: World) -> None:
    loader = CampaignLoader(world.installation.provider, 0)
    loaded: list[CampaignContext] = []

    def rotated_meanwhile(transaction: Transaction, campaign: CampaignId) -> CampaignContext:
        loaded.append(loader(transaction, campaign))
        if len(loaded) == 1:
            return loaded[0]
        newer = CampaignKeys(campaign.bytes, [new_campaign_key(purpose, 2) for purpose in PURPOSES])
        return replace(loaded[0], keys=newer)

    installation = world.installation
    register = Register(
        installation.database,
        load_campaign=rotated_meanwhile,
        load_law=partial(load, "france"),
        clock=installation.clock,
    )
    before = dump(world)
    with pytest.raises(Conflict, match="rotated"), register.open(world.actor, MANAGING) as processing:
        record_contacts(processing, [marie(world)])
    assert dump(world) == before


def test_a_forked_child_begins_with_connections_of_its_own(database_url: str, tmp_path: Path) -> None:
    with opened(database_url, tmp_path) as installation:
        installation.register.forget_inherited()
        assert installation.campaigns() == []


def test_a_note_without_rows_commits(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        processing.note(Note(event=Event.LOG_READ, counts={}))
    assert any("log.read" in row for row in dump(world)["entry"])
