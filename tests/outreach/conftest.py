"""One campaign on each engine for all tests of outreach; each test has people of its own in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from sqlalchemy import make_url

from tests.factories import NOW, World, opened_world
from tests.outreach.outreach import Outreach, people


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def campaign(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("outreach")
    if request.param == "sqlite":
        path = folder / "isoloir.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        with opened_world(f"sqlite:///{path}", folder) as world:
            yield world
        return
    server: str = request.getfixturevalue("postgresql_server")
    name, template = f"isoloir_test_{token_hex(6)}", request.getfixturevalue("postgresql_template")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        try:
            url = make_url(server).set(drivername="postgresql+psycopg", database=name)
            with opened_world(url.render_as_string(hide_password=False), folder) as world:
                yield world
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def outreach(campaign: World) -> Outreach:
    campaign.clock.at = NOW
    return Outreach(campaign, people(campaign))


@pytest.fixture
def alone(database_url: str, tmp_path: Path) -> Iterator[Outreach]:
    """Yield a campaign of the test's own, where time may pass and workers work."""
    with opened_world(database_url, tmp_path) as world:
        yield Outreach(world, people(world))
