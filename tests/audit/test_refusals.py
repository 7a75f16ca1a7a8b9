"""Refusals are counted from the log by rule, door and client; who received what is found for many persons at once."""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, delete

from audit.consultations import exports_of
from audit.events import Event
from audit.note import Note
from audit.refusals import count_refusals
from audit.tables import Entry
from contacts.record import record_contacts
from kernel.columns import table_of
from kernel.errors import SilentWrite
from kernel.prepared import Prepared
from policy.draft import Draft
from tests.factories import MANAGING, World, supporter

ENTRY = table_of(Entry)


def told(world: World) -> Draft:
    return supporter(world, ("last_name", "Petit"), ("note", "elle est musulmane"))


def test_refusals_are_counted_without_their_words(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        record_contacts(processing, [told(world), told(world)])
    with world.register.open(world.actor, MANAGING) as processing:
        found, whole = count_refusals(processing, None)
        since = count_refusals(processing, processing.today + timedelta(days=1))
    (religion,) = [one for one in found if one.category == "religion"]
    assert (religion.rule, religion.source, religion.count, whole) == (
        "forbidden.religion",
        "contact.recorded",
        2,
        True,
    )
    assert since == ([], True)


def test_nothing_but_an_insert_is_sent_as_one(world: World) -> None:
    gone = Prepared(delete(ENTRY).where(ENTRY.c.campaign_id == bindparam("campaign", required=False)))
    with pytest.raises(SilentWrite, match="no insert"), world.register.open(world.actor, MANAGING) as processing:
        processing.send(ENTRY, gone, [{"campaign": world.campaign}])


@pytest.mark.parametrize("persons", [1, 40])
def test_whoever_was_in_no_export_was_given_to_nobody(world: World, persons: int) -> None:
    with world.register.open(world.actor, "rights_request") as processing:
        assert exports_of(processing, [bytes([number]) * 16 for number in range(persons)]) == []
        processing.note(Note(event=Event.LOG_READ, counts={}))
