# ruff: noqa: PLC0415 - a database is named where one is copied
"""A copy taken before an erasure opens until the root is rotated."""

import shutil
from pathlib import Path

from sqlalchemy import make_url

from audit.register import Register
from campaigns.load import CampaignLoader
from contacts.reveal import reveal_contacts
from kernel.actor import operator_in
from kernel.errors import Unopenable
from kernel.identity import PersonId
from keys.rotate_root import rotate_root
from tests.factories import MANAGING, World, marie, opened_world, raw, recorded, supporter
from tests.holdings.erasing import erase, telling


def test_a_copy_taken_before_opens_until_the_root_is_rotated(database_url: str, tmp_path: Path) -> None:
    with opened_world(database_url, tmp_path) as world:
        kept, gone = recorded(world, marie(world), supporter(world, *telling(1)))
        with _copied(world, tmp_path) as copy:
            erase(world, gone)
            assert _reads(world, copy, gone)  # The copy still holds wrapped keys, and the root that opens them.
            rotate_root(world.register, world.installation.provider, world.installation.campaigns, operator_in)
            assert not _reads(world, copy, gone)
            assert not _reads(world, copy, kept)
        with world.register.open(world.actor, MANAGING) as processing:
            assert reveal_contacts(processing, [kept]) != [None]


def _reads(world: World, copy: str, person: PersonId) -> bool:
    """Tell whether the copy, served with the present root key, shows the person."""
    settings = world.installation.settings.model_copy(update={"database_url": copy})
    from kernel.database import Database

    database = Database(settings)
    register = Register(
        database,
        load_campaign=CampaignLoader(world.installation.provider, 0),
        load_law=world.register._load_law,  # noqa: SLF001 - the same law
        clock=world.installation.clock,
    )
    try:
        with register.open(world.actor, MANAGING) as processing:
            (shown,) = reveal_contacts(processing, [person])
        return shown is not None and len(shown.data) > 0
    except Unopenable:
        return False
    finally:
        database.close()


class _copied:  # noqa: N801 - used as a word
    """A base copy: the file on SQLite, a database made from this one on PostgreSQL."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world, self._folder = world, folder
        self._on_postgresql = make_url(world.url).get_backend_name() == "postgresql"

    def __enter__(self) -> str:
        url = make_url(self._world.url)
        if not self._on_postgresql:
            self._world.installation.database.truncate_wal()
            shutil.copyfile(str(url.database), self._folder / "copy.db")
            return f"sqlite:///{self._folder / 'copy.db'}"
        self._world.installation.database.close()
        self._name = f"{url.database}_copy"
        self._maintain(f'CREATE DATABASE "{self._name}" TEMPLATE "{url.database}"')
        return url.set(database=self._name).render_as_string(hide_password=False)

    def __exit__(self, *_: object) -> None:
        if self._on_postgresql:
            self._maintain(f'DROP DATABASE "{self._name}" WITH (FORCE)')

    def _maintain(self, statement: str) -> None:
        with raw(make_url(self._world.url).set(database="postgres").render_as_string(hide_password=False)) as database:
            database.run(statement)
