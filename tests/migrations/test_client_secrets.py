"""The secrets that clients had move to a table of their own, in every campaign."""

from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from uuid import UUID

import psycopg
import pytest
from alembic import command
from sqlalchemy import create_engine, make_url

from kernel.identity import random_uuid
from migrations import run
from migrations.run import upgrade
from tests.factories import raw

BEFORE = "2026_11_21_2100"
AT = "2026-11-21T20:15:00.000000+00:00"
COLUMNS = "campaign_id, id, name, secret_version, secret_digest, scopes, purposes, created_at"


@pytest.fixture(params=["sqlite", "postgresql"])
def former_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield a database of the schema before."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'former.db'}"
        _upgrade_to_before(url)
        yield url
        return
    server, name = request.getfixturevalue("postgresql_server"), f"isoloir_former_{token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template1'.encode())
        try:
            named = make_url(server).set(drivername="postgresql+psycopg", database=name)
            url = named.render_as_string(hide_password=False)
            _upgrade_to_before(url)
            yield url
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _upgrade_to_before(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        config = run._config()  # noqa: SLF001 - up to a revision that is not the newest
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
    engine.dispose()


def test_the_secret_of_every_client_of_every_campaign_is_moved_as_it_is(former_url: str) -> None:
    clients: dict[UUID, tuple[UUID, bytes]] = {}
    for number in range(3):
        campaign, client, digest = random_uuid(), random_uuid(), bytes([number] * 32)
        clients[campaign] = client, digest
        with raw(former_url, campaign) as database:
            values = (campaign, client, "outil", number + 1, digest, "[]", "[]", AT)
            database.run(f"INSERT INTO client ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *values)  # noqa: S608
    upgrade(former_url)
    for number, (campaign, (client, digest)) in enumerate(clients.items()):
        with raw(former_url, campaign) as database:
            found = database.run(
                "SELECT client_id, version, digest, expires_at FROM client_secret WHERE campaign_id = ?", campaign
            )
            bounds = database.run("SELECT networks, expires_at, revoked_at FROM client WHERE campaign_id = ?", campaign)
        stored = client if make_url(former_url).get_backend_name() == "postgresql" else client.bytes
        assert found == [(stored, number + 1, digest, None)]
        assert bounds == [("[]", None, None)]


def test_row_level_security_binds_the_owner_again_after_the_move(postgresql_url: str) -> None:
    with raw(postgresql_url) as database:
        forced = database.run("SELECT relforcerowsecurity FROM pg_class WHERE relname IN ('client', 'client_secret')")
    assert forced == [(True,), (True,)]
