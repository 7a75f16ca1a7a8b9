# ruff: noqa: ANN401 - factories pass on what they are given
"""What tests of whole rooms begin with: an installation, a campaign in it, and people to record."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import make_url

from accounts.staff.sessions import SessionReader
from audit.events import Event
from audit.note import Note
from audit.register import Register
from audit.sequence import Sequencer
from campaigns.activation import Declaration
from campaigns.controllers import ContactPoints, describe_controller
from campaigns.create import NewCampaign, NewElection, add_election, create_campaign
from campaigns.hosting import Operator, describe_operator
from campaigns.load import CampaignLoader
from campaigns.recipients import NewRecipient, add_recipient
from contacts.activate import activate_campaign
from contacts.declare import NewOrigin, declare_origin, origin_by_number
from contacts.papers import written
from contacts.record import Recorded, record_contacts
from contacts.store.registries import insert_origin
from crypto.file_provider import FileProvider
from holdings.ledger import Ledger
from installation.open import Installation, open_installation
from jobs.announcer import Announcer
from kernel.actor import Actor, operator_in
from kernel.clock import FixedClock
from kernel.identity import CampaignId, PersonId
from kernel.settings import Settings, load_settings
from migrations.models import METADATA
from policy.activation import Assessment, PublishedNotice
from policy.draft import Datum, Draft, Origin
from policy.load import load
from tests.kept_worlds import Kept, found, keep

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MANAGING = "contact_management"
PURPOSES = frozenset(
    {MANAGING, "canvassing", "phone_canvassing", "email_campaign", "rights_request", "event_organisation"},
)


@dataclass(frozen=True)
class World:
    """An open installation, one campaign, who acts in it, and where its data come from."""

    installation: Installation
    campaign: CampaignId
    actor: Actor
    election: UUID
    newsletter: Origin
    roll: Origin
    url: str

    @property
    def register(self) -> Register:
        return self.installation.register

    @property
    def clock(self) -> FixedClock:
        clock = self.installation.clock
        assert isinstance(clock, FixedClock)
        return clock


def settings_in(folder: Path, url: str = "") -> Settings:
    return load_settings(data_dir=folder, database_url=url, hosting="FR")


@contextmanager
def opened(url: str, folder: Path, *, remembered: float = 0) -> Generator[Installation]:
    """Open the installation in ``folder``; keys are read anew by every processing, so that rotations need no pause."""
    settings = settings_in(folder, url)
    if not settings.root_key_file.exists():
        FileProvider.create(settings.root_key_file)
    with open_installation(settings, FixedClock(NOW)) as installation:
        yield _reading_keys_anew(installation, remembered)


def _reading_keys_anew(installation: Installation, remembered: float) -> Installation:
    load_campaign = CampaignLoader(installation.provider, remembered)
    register = Register(
        installation.database,
        load_campaign=load_campaign,
        load_law=partial(load, "france"),
        clock=installation.clock,
        announce=Announcer(remembered),
    )
    ledger = installation.eraser.ledger
    return replace(
        installation,
        register=register,
        sessions=SessionReader(register, installation.database, load_campaign=load_campaign, clock=installation.clock),
        sequencer=Sequencer(register, installation.checkpoints, ledger.size),
        eraser=replace(installation.eraser, register=register),
    )


def declaration() -> Declaration:
    """Return all that a controller declares, for every purpose of the law."""
    told = "0f" * 32
    return Declaration(
        assessment=Assessment(reference="AIPD-1", on=date(2026, 1, 5), by="présidente"),
        notice=PublishedNotice(address="https://example.org/donnees", version="1", on=date(2026, 1, 5), sha256=told),
        purposes=load("france", date(2026, 11, 21)).purposes.keys(),
        territories=("75056",),
        retention={},
    )


def supporters(name: str = "équipe") -> NewRecipient:
    """Return a recipient of the campaign's own."""
    place = {"hosting": "FR", "control": "FR"}
    return NewRecipient(kind="recipient", name=name, contact="1 rue", told_by="letter", address="1 rue", **place)


def activate(register: Register, actor: Actor) -> None:
    """Make a campaign active: what its registers need and what its controller declares, in one processing."""
    with register.open(actor, "administration") as processing:
        describe_controller(processing, ContactPoints(rights_contact="droits@example.org", dpo_contact="d@example.org"))
        describe_operator(processing, Operator(name="Hébergeur", role="controller"))
        activate_campaign(processing, declaration())
        add_recipient(processing, supporters())


def roll_of(
    register: Register, actor: Actor, election: UUID, on: date, *, number: int, synthetic: bool = False
) -> Origin:
    """Keep an electoral roll as it is declared with its undertaking; the paper itself would be in many tests' way."""
    row = {"campaign_id": actor.campaign, "number": number, "kind": "electoral_roll", "obtained_on": on}
    row |= {"election_id": election, "evidence": '["undertaking"]', "papers": written({"undertaking": uuid4()})}
    with register.open(actor, "administration") as processing:
        kept = {"synthetic": synthetic, "handover_id": None, "declared_at": processing.at}
        insert_origin(processing, row | kept)
        processing.note(Note(event=Event.ORIGIN_DECLARED, counts={"origin.insert": 1}))
        return origin_by_number(processing, number)


def new_world(installation: Installation, url: str, name: str = "Municipales", *, active: bool = True) -> World:
    """Create an active campaign with an election, an origin of newsletters and one of the electoral roll."""
    new = NewCampaign(controller="Parti d'essai", kind="party", name=name, country="FR")
    campaign = create_campaign(installation.register, installation.provider, new)
    actor = operator_in(campaign, PURPOSES)
    rounds: dict[str, Any] = {"first_round": date(2027, 3, 14), "second_round": date(2027, 3, 21)}
    election = add_election(installation.register, actor, NewElection(title="Essai", type="municipal", **rounds))
    if active:
        activate(installation.register, actor)
    with installation.register.open(actor, MANAGING) as processing:
        declared = NewOrigin(kind="newsletter", obtained_on=date(2026, 11, 1), synthetic=not active)
        newsletter = declare_origin(processing, declared)
    roll = roll_of(installation.register, actor, election, date(2026, 11, 1), number=2, synthetic=not active)
    return World(installation, campaign, actor, election, newsletter, roll, url)


@contextmanager
def opened_world(url: str, folder: Path, *, active: bool = True) -> Generator[World]:
    """Open an installation with a world in it: the first of its sort is made, the others are what that one was."""
    sort, is_new = (make_url(url).get_backend_name(), active), not found(folder)
    world, kept = _new_worlds.get(sort, (None, None))
    if world and kept and kept.restore(url, folder):
        with opened(url, folder) as installation:
            yield replace(world, installation=installation, url=url)
        return
    with opened(url, folder) as installation:
        made = new_world(installation, url, active=active)
        if kept is None and is_new and len(installation.campaigns()) == 1:
            _new_worlds[sort] = (made, keep(url, folder))
        yield made


_new_worlds: dict[tuple[str, bool], tuple[World, Kept]] = {}


def declared(world: World, on: date, kind: str = "newsletter") -> Origin:
    """Declare one more origin."""
    with world.register.open(world.actor, MANAGING) as processing:
        return declare_origin(processing, NewOrigin(kind=kind, obtained_on=on))


def supporter(
    world: World, *data: Datum, origin: Origin | None = None, category: str = "regular", **more: Any
) -> Draft:
    """Propose a regular contact who wrote to us."""
    return Draft(category=category, origin=origin or world.newsletter, data=data, **more)


def marie(world: World, email: str = "marie@example.org", **more: Any) -> Draft:
    return supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), ("email", email), **more)


def voter(world: World, number: int) -> Draft:
    """Propose a row of the roll."""
    data = (("last_name", f"Électeur{number}"), ("first_names", "Jean"), ("birth_date", "1960-05-04"))
    return Draft(category="roll", origin=world.roll, data=data, commune="75056", polling_station="0001")


def record(world: World, *drafts: Draft) -> list[Recorded]:
    with world.register.open(world.actor, MANAGING) as processing:
        return record_contacts(processing, drafts)


def recorded(world: World, *drafts: Draft) -> list[PersonId]:
    """Record drafts and return their persons; none may be refused."""
    persons = [one.person for one in record(world, *drafts)]
    assert None not in persons
    return [person for person in persons if person is not None]


@dataclass(frozen=True)
class Raw:
    """The database without any of our guards but its own: what an intruder with its owner's rights has."""

    connection: Any = field(repr=False)
    on_postgresql: bool

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run SQL with ``?`` for values; UUIDs are written as the engine stores them."""
        if self.on_postgresql:
            cursor = self.connection.execute(statement.replace("?", "%s").encode(), values)
            return list(cursor.fetchall()) if cursor.description else []
        plain = [value.bytes if isinstance(value, UUID) else value for value in values]
        return list(self.connection.execute(statement.replace("keys.", ""), plain).fetchall())


@contextmanager
def raw(url: str, campaign: UUID | None = None, role: str | None = None) -> Generator[Raw]:
    """Connect as the database's owner, or as ``role``, inside one campaign; every statement is its own transaction."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        assert parsed.database
        connection = sqlite3.connect(parsed.database, isolation_level=None)
        try:
            yield Raw(connection, on_postgresql=False)
        finally:
            connection.close()
        return
    plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connected:
        if role is not None:
            connected.execute(f"SET ROLE {role}".encode())
        if campaign is not None:
            connected.execute("SELECT set_config('isoloir.campaign', %s, false)", (str(campaign),))
        yield Raw(connected, on_postgresql=True)


def dump(world: World, *, without: Sequence[str] = ()) -> dict[str, list[str]]:
    """Return every row of every table, as text, but those of the tables named."""
    found = {}
    with raw(world.url, world.campaign) as database:
        for table in METADATA.sorted_tables:
            if table.name not in without:
                name = f"{table.schema}.{table.name}" if table.schema else table.name
                where, values = ("", [])
                if "campaign_id" in table.columns:
                    where, values = " WHERE campaign_id = ?", [world.campaign]
                rows = database.run(f"SELECT * FROM {name}{where}", *values)  # noqa: S608
                found[table.name] = sorted(map(repr, rows))
    return found


def count(world: World, table: str) -> int:
    with raw(world.url, world.campaign) as database:
        return int(database.run(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608


def later(world: World, **by: float) -> None:
    """Let time pass."""
    world.clock.at += timedelta(**by)


def ledger_of(world: World) -> Ledger:
    return world.installation.eraser.ledger
