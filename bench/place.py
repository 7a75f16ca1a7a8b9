"""Where a measurement happens: a fresh installation with one campaign, on either engine."""

import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from secrets import token_hex

import psycopg
from sqlalchemy import make_url

from campaigns.create import NewCampaign, NewElection, add_election, create_campaign
from contacts.declare import NewOrigin, declare_origin
from installation.create import create_installation
from installation.open import Installation, open_installation
from kernel.actor import Actor, operator_in
from kernel.settings import Settings, load_settings
from policy.draft import Origin
from tests.factories import activate, roll_of
from tests.postgres_server import running_cluster

PURPOSE = "contact_management"
DURABLE = {"logging_collector": "off", "max_wal_size": "4GB", "shared_buffers": "1GB", "timezone": "UTC"}
"""What a server is run with in earnest: all else is PostgreSQL's own, so that what was committed survives a crash."""
_SHIPPED = Path(__file__).parents[1] / "deploy/eu/postgresql.conf"


@dataclass(frozen=True)
class Place:
    """An open installation with a campaign, and the origins that measurements record from."""

    installation: Installation
    actor: Actor
    newsletter: Origin
    roll: Origin
    folder: Path


def shipped() -> dict[str, str]:
    """Return what a server is run with beside millions of contacts: what we tell operators to set."""
    lines = [line.partition("#")[0].partition("=") for line in _SHIPPED.read_text("utf-8").splitlines()]
    return DURABLE | {name.strip(): value.strip() for name, is_set, value in lines if is_set}


@contextmanager
def servers(settings: Mapping[str, str] = DURABLE) -> Generator[dict[str, str]]:
    """Yield a database URL for each engine; PostgreSQL is the one named by the environment, or a throw-away one."""
    given = os.environ.get("ISOLOIR_BENCH_DATABASE_URL")
    if given:
        yield {"sqlite": "", "postgresql": given}
        return
    with running_cluster(settings) as url:
        yield {"sqlite": "", "postgresql": url}


@contextmanager
def fresh_place(url: str, folder: Path | None = None) -> Generator[Place]:
    """Open a new installation at ``url`` (empty: SQLite in a folder of its own) and create a campaign in it."""
    with tempfile.TemporaryDirectory() as temporary, _database(url) as own:
        folder = folder or Path(temporary)
        settings = load_settings(data_dir=folder, database_url=own, hosting="FR", checkpoint_seconds=3600)
        create_installation(settings)
        with open_installation(settings) as installation:
            yield _with_campaign(installation, settings)


@contextmanager
def _database(url: str) -> Generator[str]:
    """Create a database of this measurement's own on the server of ``url``; SQLite has its folder."""
    if not url:
        yield ""
        return
    name = f"bench_{token_hex(6)}"
    server = make_url(url).set(drivername="postgresql")
    plain = server.render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name}".encode())


def _with_campaign(installation: Installation, settings: Settings) -> Place:
    register = installation.register
    new = NewCampaign(controller="Parti de mesure", kind="party", name="Mesures", country="FR")
    campaign = create_campaign(register, installation.provider, new)
    actor = operator_in(campaign, frozenset({PURPOSE, "canvassing"}))
    activate(register, actor)  # What runs for real is measured.
    today = installation.clock.now().date()
    ballot = NewElection(title="Scrutin", type="municipal", first_round=today + timedelta(days=90))
    election = add_election(register, actor, ballot)
    with register.open(actor, PURPOSE) as processing:
        newsletter = declare_origin(processing, NewOrigin(kind="newsletter", obtained_on=_month_ago(today)))
    roll = roll_of(register, actor, election, _month_ago(today), number=2)
    return Place(installation, actor, newsletter, roll, settings.data_dir)


def _month_ago(today: date) -> date:
    return today - timedelta(days=30)
