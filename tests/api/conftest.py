"""One server on each engine for all tests of the API: they share it, as clients do, and none depends on another."""

from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from sqlalchemy import make_url

from tests.api.serving import Server, serving


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp(f"api-{request.param}")
    if request.param == "sqlite":
        with serving("", folder) as running:
            yield running
        return
    maintenance: str = request.getfixturevalue("postgresql_server")
    template: str = request.getfixturevalue("postgresql_template")
    name = f"isoloir_api_{token_hex(6)}"
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'.encode())
        try:
            url = make_url(maintenance).set(database=name).render_as_string(hide_password=False)
            with serving(url, folder) as running:
                yield running
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
