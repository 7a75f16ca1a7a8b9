"""What a processing counts, whichever way the rows are touched, and what it holds until its end."""

from sqlalchemy import bindparam, delete, select, text

from audit.events import Event
from audit.note import Note
from audit.rows import rows_of
from contacts.declare import register_tag
from contacts.store.records import CONTACT, CONTACT_TAG
from contacts.store.registries import TAG
from kernel.identity import random_uuid
from kernel.prepared import Prepared
from tests.factories import MANAGING, World, count, marie, raw, recorded

_CONTACTS = Prepared(select(CONTACT.c.id).where(CONTACT.c.campaign_id == bindparam("campaign")))
_UNTAG = Prepared(delete(CONTACT_TAG).where(CONTACT_TAG.c.campaign_id == bindparam("campaign")))


def test_rows_that_were_asked_for_count_once_they_are_called_for(world: World) -> None:
    persons = recorded(world, marie(world), marie(world, "marie.bis@example.org"))
    with world.register.open(world.actor, MANAGING) as processing:
        processing.expect_many()
        called_for = processing.ask_counted(CONTACT, _CONTACTS, {"campaign": world.campaign})
        assert processing.reads() == {}
        assert {row.id for row in called_for()} == set(persons)
        assert processing.reads() == {"contact.read": 2}
        if processing.on_postgresql:
            ((mode,),) = processing.look_up(TAG, text("SELECT current_setting('plan_cache_mode')"))
            assert mode == "force_custom_plan", "many are planned each time"
        processing.note(Note(event=Event.LOG_READ, counts={"contact.read": 2}))


def test_a_change_that_was_sent_counts_at_the_end_and_must_be_told(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        register_tag(processing, "jardin")
    recorded(world, marie(world, tags=("jardin",)))
    with world.register.open(world.actor, MANAGING) as processing:
        processing.change(CONTACT_TAG, _UNTAG, {"campaign": world.campaign})
        processing.note(Note(event=Event.INDEX_REBUILT, counts={"contact_tag.delete": 1}))
    assert count(world, "contact_tag") == 0


def test_rows_are_deleted_by_one_id_and_by_many_and_no_others(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        register_tag(processing, "jardin")
    drafts = [marie(world, f"marie{number}@example.org", tags=("jardin",)) for number in range(4)]
    persons = recorded(world, *drafts)
    for going in (persons[:1], persons[1:3]):
        with world.register.open(world.actor, MANAGING) as processing:
            assert processing.delete_of(CONTACT_TAG, "contact_id", going) == len(going)
            processing.note(Note(event=Event.INDEX_REBUILT, counts={"contact_tag.delete": len(going)}))
    with raw(world.url, world.campaign) as database:
        ((left,),) = database.run("SELECT contact_id FROM contact_tag")
    assert left in {persons[3], persons[3].bytes}


def test_a_lock_that_somebody_holds_is_refused_until_they_end(world: World) -> None:
    nothing = Note(event=Event.LOG_READ, counts={})
    with world.register.open(world.actor, MANAGING) as processing:
        assert processing.try_lock(7)
        processing.note(nothing)
        if processing.on_postgresql:  # On SQLite who writes excludes everybody else already.
            with world.register.open(world.actor, MANAGING) as other:
                assert not other.try_lock(7)
                assert other.try_lock(8)
                other.note(nothing)
    with world.register.open(world.actor, MANAGING) as processing:
        assert processing.try_lock(7)
        processing.note(nothing)


def test_whoever_opens_a_processing_holds_nothing_of_the_database_before_its_first_statement(world: World) -> None:
    # Keys are read anew by every processing of this world: neither they nor what is computed keeps anybody waiting.
    with world.register.open(world.actor, MANAGING) as processing:
        assert world.installation.database.connections == 0
        processing.note(Note(event=Event.LOG_READ, counts={}))


def test_rows_chosen_by_their_ids_are_counted_however_many_are_asked_for(world: World) -> None:
    persons = recorded(world, *[marie(world, f"marie.{number}@example.org") for number in range(18)])
    absent = random_uuid()
    with world.register.open(world.actor, MANAGING) as processing:
        assert list(rows_of(processing, CONTACT, "id", [])) == []
        assert list(rows_of(processing, CONTACT, "id", [absent])) == []
        (one,) = rows_of(processing, CONTACT, "id", persons[:1])
        assert (one.id, one.category) == (persons[0], "regular")
        assert [tuple(row) for row in rows_of(processing, CONTACT, "id", persons[:1], ("id",))] == [(persons[0],)]
        assert {row.category for row in rows_of(processing, CONTACT, "id", [*persons, absent])} == {"regular"}
        assert {tuple(row) for row in rows_of(processing, CONTACT, "id", persons, ("id",))} == {
            (one,) for one in persons
        }
        processing.note(Note(event=Event.LOG_READ, counts={"contact.read": 38}))
