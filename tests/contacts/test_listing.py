"""A list read page by page."""

from pathlib import Path

from sqlalchemy import text

from audit.events import Event
from audit.note import Note
from contacts.listing import Selection, list_contacts
from contacts.store.records import CONTACT
from tests.factories import MANAGING, opened_world, raw, recorded, voter

_KEYS_READ = text("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'person_key'")


def test_a_late_page_reads_the_keys_of_its_own_contacts_and_no_earlier_one(postgresql_url: str, tmp_path: Path) -> None:
    with opened_world(postgresql_url, tmp_path) as world:
        persons = sorted(recorded(world, *[voter(world, number) for number in range(300)]))
        with raw(postgresql_url) as database:
            database.run("ANALYZE contact, keys.person_key")
        with world.register.open(world.actor, MANAGING) as processing:
            page = list_contacts(
                processing, Selection(), after=persons[-11], limit=10, free={}, event=Event.CONTACT_LISTED
            )
            ((keys_read,),) = processing.read(CONTACT, _KEYS_READ)
            processing.note(Note(event=Event.LOG_READ, counts={"contact.read": 1}))
    assert [one.person for one in page.contacts] == persons[-10:]
    assert keys_read < 20
