"""Many contacts read at once: each by its key, however many others there are and whatever the planner knows."""

from pathlib import Path

from sqlalchemy import text

from audit.events import Event
from audit.note import Note
from contacts.store.records import CONTACT, lock_contacts, read_contacts
from tests.factories import MANAGING, opened_world, recorded, voter

_READ = text("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'contact'")


def test_many_contacts_are_read_without_reading_the_others(postgresql_url: str, tmp_path: Path) -> None:
    with opened_world(postgresql_url, tmp_path) as world:
        persons = sorted(recorded(world, *[voter(world, number) for number in range(400)]))
        for read in (read_contacts, lock_contacts):
            with world.register.open(world.actor, MANAGING) as processing:
                rows = read(processing, persons[100:200][::-1])
                ((touched,),) = processing.read(CONTACT, _READ)
                processing.note(Note(event=Event.LOG_READ, counts={"contact.read": 101}))
            assert [row.id for row in rows] == persons[100:200]
            assert 100 <= touched < 250, "twice each at most: one to find it, one to hold it"
