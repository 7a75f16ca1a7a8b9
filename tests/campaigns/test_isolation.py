"""Two campaigns never see each other: by each use-case, and by SQL under row-level security."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
import pytest

from accounts.authenticate import AccessToken, TokenOrder, authenticate_client
from accounts.clients import create_client, public_id, read_public_id
from audit.events import Event
from audit.note import Note
from campaigns.directory import list_campaigns
from campaigns.elections import list_elections
from contacts.amend import Amendment, amend_contacts
from contacts.declare import NewOrigin, declare_origin, origin_by_number, register_custom_field, register_tag
from contacts.find import Search, find_contacts
from contacts.listing import Selection, list_contacts
from contacts.record import Result
from contacts.restrict import RestrictionGround, restrict_contacts
from contacts.reveal import reveal_contacts
from jobs.run import start_or_resume
from kernel.errors import Invalid, IsoloirError, NotFound, SilentWrite, Unauthenticated
from kernel.identity import PersonId
from migrations.dialect import APPEND_ONLY, DIRECTORY
from migrations.models import METADATA
from tests.factories import (
    MANAGING,
    NOW,
    World,
    dump,
    marie,
    new_world,
    opened_world,
    raw,
    record,
    recorded,
    supporter,
)

ROLE = "isoloir_app"


@pytest.fixture
def worlds(database_url: str, tmp_path: Path) -> Iterator[tuple[World, World]]:
    with opened_world(database_url, tmp_path) as ours:
        yield ours, new_world(ours.installation, database_url, "Autre")


@pytest.fixture
def theirs(worlds: tuple[World, World]) -> PersonId:
    return recorded(worlds[1], marie(worlds[1]))[0]


def test_the_directory_names_both(worlds: tuple[World, World]) -> None:
    found = list_campaigns(worlds[0].installation.database)
    assert {one.id for one in found} == {one.campaign for one in worlds}


def test_revealing_another_campaigns_contact_shows_nothing(worlds: tuple[World, World], theirs: PersonId) -> None:
    with worlds[0].register.open(worlds[0].actor, MANAGING) as processing:
        assert reveal_contacts(processing, [theirs]) == [None]


def test_amending_and_restricting_another_campaigns_contact_finds_nothing(
    worlds: tuple[World, World], theirs: PersonId
) -> None:
    ours, other = worlds
    before = dump(other)
    amendment = Amendment(person=theirs, revision=1, draft=supporter(ours, ("last_name", "Autre")))
    with pytest.raises(NotFound), ours.register.open(ours.actor, MANAGING) as processing:
        amend_contacts(processing, [amendment])
    with pytest.raises(NotFound), ours.register.open(ours.actor, MANAGING) as processing:
        restrict_contacts(processing, [theirs], RestrictionGround.OBJECTION_PENDING)
    assert dump(other) == before


def test_erasing_another_campaigns_contact_erases_nobody(worlds: tuple[World, World], theirs: PersonId) -> None:
    ours, other = worlds
    before = dump(other)
    assert ours.installation.eraser.erase(ours.actor, "rights_request", [theirs]) == 0
    assert dump(other) == before


def test_searching_and_listing_stay_in_the_campaign(worlds: tuple[World, World], theirs: PersonId) -> None:
    ours = worlds[0]
    with ours.register.open(ours.actor, MANAGING) as processing:
        assert find_contacts(processing, Search(data=(("email", "marie@example.org"),))) == []
    with ours.register.open(ours.actor, MANAGING) as processing:
        page = list_contacts(processing, Selection(), after=None, limit=10, free={})
        assert list(page.contacts) == []
    assert theirs is not None


def test_the_same_person_in_two_campaigns_is_two_contacts(worlds: tuple[World, World], theirs: PersonId) -> None:
    ours = worlds[0]
    (mine,) = record(ours, marie(ours))
    assert (mine.result, mine.flagged) == (Result.CREATED, False)
    assert mine.person != theirs


def test_origins_elections_fields_tags_and_jobs_of_another_campaign_do_not_exist(worlds: tuple[World, World]) -> None:
    ours, other = worlds
    with other.register.open(other.actor, MANAGING) as processing:
        extra = declare_origin(processing, NewOrigin(kind="contact_form", obtained_on=NOW.date()))
        register_custom_field(processing, "langue_preferee")
        register_tag(processing, "benevole")
        start_or_resume(processing, "import", b"f" * 32, {})
        processing.notes.append(_job_note())
    with ours.register.open(ours.actor, MANAGING) as processing:
        with pytest.raises(Invalid):
            origin_by_number(processing, extra.number)
        roll = NewOrigin(
            kind="electoral_roll", obtained_on=NOW.date(), election=other.election, evidence={"undertaking"}
        )
        with pytest.raises(NotFound):
            declare_origin(processing, roll)
        assert [one.id for one in list_elections(processing)] == [ours.election]
        job, _ = start_or_resume(processing, "import", b"f" * 32, {})
        assert not job.resumed
        processing.notes.append(_job_note())
    for more in ({"tags": ("benevole",)}, {}):
        data = (("last_name", "X"),) if more else (("last_name", "X"), ("custom:langue_preferee", "breton"))
        with pytest.raises(Invalid, match="not registered"):
            record(ours, supporter(ours, *data, **more))  # type: ignore[arg-type]


def _job_note() -> Note:
    return Note(event=Event.IMPORT_STARTED, counts={"job.insert": 1})


def test_a_client_of_one_campaign_is_unknown_in_another(worlds: tuple[World, World]) -> None:
    ours, other = worlds
    made = create_client(other.register, other.actor, name="outil", scopes=["contacts:read"], purposes=[MANAGING])
    _, client = read_public_id(made.client_id)
    forged = public_id(ours.campaign, client)
    with pytest.raises(Unauthenticated):
        _token(ours, forged, made.secret)
    token = _token(other, made.client_id, made.secret)
    assert ours.installation.tokens.actor(token.token).campaign == other.campaign


def _token(world: World, client_id: str, secret: str) -> AccessToken:
    order = TokenOrder(client_id=client_id, secret=secret)
    refusals, issuer = world.installation.refusals, "http://127.0.0.1:8000"
    return authenticate_client(world.register, refusals, order, issuer=issuer)


def test_a_row_moved_to_another_campaign_does_not_open(sqlite_url: str, tmp_path: Path) -> None:
    """Move the whole contact and its key by hand: what is sealed names its campaign. PostgreSQL forbids the move."""
    with opened_world(sqlite_url, tmp_path) as ours:
        _move_and_read(ours, new_world(ours.installation, sqlite_url, "Autre"))


def _move_and_read(ours: World, other: World) -> None:
    (theirs,) = recorded(other, marie(other))
    with raw(ours.url, other.campaign) as database:
        for table in ("contact", "person_key"):
            database.run(f"UPDATE {table} SET campaign_id = ? WHERE campaign_id = ?", ours.campaign, other.campaign)  # noqa: S608
    with pytest.raises(IsoloirError), ours.register.open(ours.actor, MANAGING) as processing:
        reveal_contacts(processing, [theirs])


# --- raw SQL as the application


@pytest.fixture
def pair(postgresql_url: str, tmp_path: Path) -> Iterator[tuple[World, World]]:
    with opened_world(postgresql_url, tmp_path) as ours:
        other = new_world(ours.installation, postgresql_url, "Autre")
        for world in (ours, other):
            recorded(world, marie(world))
            world.installation.sequencer.run(world.campaign)
            create_client(world.register, world.actor, name="outil", scopes=[], purposes=[])
        yield ours, other


SCOPED = [
    f"{table.schema}.{table.name}" if table.schema else table.name
    for table in METADATA.sorted_tables
    if table.name not in DIRECTORY
]


def test_the_application_without_a_campaign_sees_nothing(pair: tuple[World, World]) -> None:
    with raw(pair[0].url, role=ROLE) as database:
        for table in SCOPED:
            assert database.run(f"SELECT count(*) FROM {table}") == [(0,)], table  # noqa: S608
        database.run("SELECT set_config('isoloir.campaign', '', false)")
        for table in SCOPED:
            assert database.run(f"SELECT count(*) FROM {table}") == [(0,)], table  # noqa: S608


def test_the_application_sees_its_campaign_and_no_other(pair: tuple[World, World]) -> None:
    ours, other = pair
    seen = set()
    with raw(ours.url, ours.campaign, ROLE) as database:
        for table in SCOPED:
            found = {row[0] for row in database.run(f"SELECT campaign_id FROM {table}")}  # noqa: S608
            assert other.campaign not in found, table
            seen |= found
    assert seen == {ours.campaign}


def test_the_application_cannot_write_into_another_campaign(pair: tuple[World, World]) -> None:
    ours, other = pair
    before = dump(other)
    with raw(ours.url, ours.campaign, ROLE) as database:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.run("UPDATE contact SET campaign_id = ?", other.campaign)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.run("INSERT INTO contact_tag VALUES (?, ?, 1)", other.campaign, other.campaign)
        database.run("DELETE FROM contact WHERE campaign_id = ?", other.campaign)
        database.run("UPDATE keys.person_key SET wrapped = '' WHERE campaign_id = ?", other.campaign)
    assert dump(other) == before


def allowed(world: World, deeds: Iterable[str]) -> list[str]:
    """Return the deeds that the application is not refused."""
    done = []
    with raw(world.url, world.campaign, ROLE) as database:
        for deed in deeds:
            try:
                database.run(deed)
            except psycopg.errors.InsufficientPrivilege:
                continue
            done.append(deed)
    return done


def test_the_application_cannot_change_the_log_or_the_directory(pair: tuple[World, World]) -> None:
    columns = {name: next(iter(METADATA.tables[name].columns)).name for name in sorted(APPEND_ONLY | DIRECTORY)}
    for deed in ("UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"):
        assert allowed(pair[0], [deed.format(table, column, column) for table, column in columns.items()]) == []


def test_the_application_can_truncate_or_own_nothing(pair: tuple[World, World]) -> None:
    for deed in ("TRUNCATE {}", "ALTER TABLE {} DISABLE ROW LEVEL SECURITY", "DROP TABLE {}"):
        assert allowed(pair[0], [deed.format(table) for table in SCOPED]) == []


def test_the_application_is_no_superuser_and_bypasses_nothing(postgresql_url: str) -> None:
    with raw(postgresql_url) as database:
        assert database.run(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcanlogin FROM pg_roles WHERE rolname = 'isoloir_app'"
        ) == [(False, False, False, False)]


def test_the_schema_of_keys_is_closed_to_everybody_else(postgresql_url: str) -> None:
    with raw(postgresql_url) as database:
        for right in ("USAGE", "CREATE"):
            public = database.run(f"SELECT has_schema_privilege('public', 'keys', '{right}')")
            assert public == [(False,)], right
        assert database.run("SELECT has_schema_privilege('isoloir_app', 'keys', 'CREATE')") == [(False,)]


def test_a_processing_without_note_is_still_refused_here(pair: tuple[World, World]) -> None:
    with pytest.raises(SilentWrite), pair[0].register.open(pair[0].actor, MANAGING):
        pass
